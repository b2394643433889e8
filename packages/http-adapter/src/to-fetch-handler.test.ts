import { describe, expect, it } from 'vitest'
import { createEchoExchange } from '../test/echo-exchange'
import { toFetchHandler } from './to-fetch-handler'

describe('toFetchHandler', () => {
  it('gives undefined for paths that are not ours', async () => {
    const handler = toFetchHandler(createEchoExchange(), { prefix: '/in' })

    expect(await handler(new Request('http://x/in/nope'))).toBeUndefined()
    expect(await handler(new Request('http://x/echo/a'))).toBeUndefined()
  })

  it.each(['/reject', '/throw', '/bad-header'])(
    'answers 500 without details when the exchange fails at %s, and reports it',
    async (path) => {
      const errors: unknown[] = []
      const handler = toFetchHandler(createEchoExchange(), { onError: (error) => errors.push(error) })

      const response = await handler(new Request(`http://x${path}`))

      expect(response?.status).toBe(500)
      expect(await response?.text()).toBe('{"message":"Internal Server Error"}')
      expect(errors).toEqual([expect.any(Error)])
    },
  )

  it.each([
    [200, { refused: 'client_closed' }, 400],
    [20_000, { refused: 'body_timeout', limit: 200 }, 408],
  ])('gives up on a stalled body when it aborts after %d ms or time is over', async (abortMs, body, status) => {
    const handler = toFetchHandler(createEchoExchange({ bodyTimeoutMs: abortMs === 200 ? 20_000 : 200 }))
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), abortMs)
    let cancelled = false
    const stalled = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel() {
        cancelled = true
      },
    })

    const response = await handler(
      new Request('http://x/echo/a', { method: 'POST', body: stalled, duplex: 'half', signal: abort.signal }),
    )
    clearTimeout(timer)

    expect(response?.status).toBe(status)
    expect(await response?.json()).toEqual(body)
    expect(cancelled).toBe(true)
  })

  it('refuses a body that was read before, and one that breaks', async () => {
    const handler = toFetchHandler(createEchoExchange())
    const read = new Request('http://x/echo/a', { method: 'POST', body: '[1]' })
    await read.text()
    const broken = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error('broken')) })

    expect(await (await handler(read))?.json()).toEqual({ refused: 'body_unreadable' })
    expect(
      await (await handler(new Request('http://x/echo/a', { method: 'POST', body: broken, duplex: 'half' })))?.json(),
    ).toEqual({ refused: 'body_unreadable' })
  })
})
