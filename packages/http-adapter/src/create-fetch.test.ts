import { afterEach, describe, expect, it, vi } from 'vitest'
import { createEchoExchange } from '../test/echo-exchange'
import { createFetch } from './create-fetch'
import type { Exchange } from './exchange'

const url = 'https://tenant.test/echo/a'
const json = { 'content-type': 'application/json' }
const echoed = async (response: Response) => (await response.json()) as Record<string, unknown>

afterEach(() => vi.restoreAllMocks())

describe('createFetch', () => {
  const fetchIt = createFetch(createEchoExchange())

  it('asks no network', async () => {
    const network = vi.spyOn(globalThis, 'fetch')

    const response = await fetchIt(`${url}?q=1`)

    expect(network).not.toHaveBeenCalled()
    expect([response.status, response.ok, response.url, response.redirected]).toEqual([200, true, `${url}?q=1`, false])
    expect(await echoed(response)).toMatchObject({ method: 'GET', url: '/echo/a?q=1', body: '' })
  })

  it.each([
    ['a text', url],
    ['a URL', new URL(url)],
    ['a Request', new Request(url)],
  ])('takes %s', async (_, input) => {
    const response = await fetchIt(input, { method: 'POST', headers: { authorization: 'Bearer x' }, body: 'é' })

    expect(await echoed(response)).toMatchObject({ method: 'POST', authorization: 'Bearer x', body: 'é' })
  })

  it('takes a Request whole', async () => {
    const request = new Request(url, {
      method: 'PUT',
      headers: { ...json, authorization: 'Bearer y' },
      body: '{"a":1}',
    })

    expect(await echoed(await fetchIt(request))).toMatchObject({
      method: 'PUT',
      authorization: 'Bearer y',
      body: '{"a":1}',
    })
    expect(request.bodyUsed).toBe(true)
  })

  it.each([
    ['a text', 'x y'],
    ['bytes', new TextEncoder().encode('x y')],
    ['a Blob', new Blob(['x ', 'y'])],
    ['a stream', new Blob(['x ', 'y']).stream()],
  ])('sends %s as a body', async (_, body) => {
    const init: RequestInit = { method: 'POST', body, duplex: 'half' }

    expect(await echoed(await fetchIt(url, init))).toMatchObject({ body: 'x y' })
  })

  it('sends forms, and says of which kind they are', async () => {
    const seen: (string | undefined)[] = []
    const spying: Exchange = (request) => {
      seen.push(request.headers['content-type'])
      return createEchoExchange()(request)
    }
    const form = new FormData()
    form.set('users', new Blob(['[]'], { type: 'application/json' }), 'users.json')
    form.set('upsert', 'true')

    const multipart = await echoed(await createFetch(spying)(url, { method: 'POST', body: form }))
    const pairs = await echoed(
      await createFetch(spying)(url, { method: 'POST', body: new URLSearchParams({ a: 'b c' }) }),
    )

    expect(seen[0]).toMatch(/^multipart\/form-data; boundary=/)
    expect(multipart.body).toMatch(
      /name="users"; filename="users.json"\r\nContent-Type: application\/json\r\n\r\n\[\]\r\n/,
    )
    expect(seen[1]).toBe('application/x-www-form-urlencoded;charset=UTF-8')
    expect(pairs.body).toBe('a=b+c')
  })

  it('answers HEAD without a body', async () => {
    const response = await fetchIt(url, { method: 'HEAD' })

    expect(response.status).toBe(200)
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0)
    expect(await response.text()).toBe('')
  })

  it('rejects as fetch does when it is aborted before, while it waits, and by time', async () => {
    const never: Exchange = () => new Promise(() => {})
    const reason = new Error('enough')

    await expect(fetchIt(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await expect(createFetch(never)(url, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    const abort = new AbortController()
    const pending = createFetch(never)(new Request(url, { signal: abort.signal }))
    setTimeout(() => abort.abort(), 20)
    await expect(pending).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('tells an exchange that it was aborted', async () => {
    let seen: AbortSignal | undefined
    const never: Exchange = ({ signal }) => {
      seen = signal
      return new Promise(() => {})
    }
    await expect(createFetch(never)(url, { signal: AbortSignal.timeout(20) })).rejects.toThrow()

    expect(seen?.aborted).toBe(true)
  })

  it('says what nobody answers', async () => {
    const scoped = createFetch(createEchoExchange(), { origin: 'https://tenant.test' })

    await expect(fetchIt('https://tenant.test/nope')).rejects.toThrow(
      new TypeError('fetch failed: GET https://tenant.test/nope is nothing the exchange answers'),
    )
    await expect(scoped('https://elsewhere.test/echo/a', { method: 'POST' })).rejects.toThrow(
      new TypeError('fetch failed: POST https://elsewhere.test/echo/a is nothing the exchange answers'),
    )
    await expect(fetchIt('/echo/a')).rejects.toThrow(TypeError)
  })

  it('leaves to another fetch what is not its own, whole', async () => {
    const otherwise = vi.fn(async (request: string | URL | Request) => new Response(await (request as Request).text()))
    const both = createFetch(createEchoExchange(), {
      origin: ['https://tenant.test', 'http://localhost:80'],
      otherwise,
    })

    expect(await (await both('https://elsewhere.test/echo/a', { method: 'POST', body: 'x' })).text()).toBe('x')
    expect(await (await both('https://tenant.test/nope', { method: 'POST', body: 'y' })).text()).toBe('y')
    expect((await both('http://localhost/echo/a')).status).toBe(200)
    expect(otherwise).toHaveBeenCalledTimes(2)
  })

  it('answers below a prefix only', async () => {
    const below = createFetch(createEchoExchange(), { prefix: '/in' })

    expect((await below('https://tenant.test/in/echo/a')).status).toBe(200)
    await expect(below(url)).rejects.toThrow(TypeError)
    expect(() => createFetch(createEchoExchange(), { prefix: 'in' })).toThrow(TypeError)
    expect(() => createFetch(createEchoExchange(), { origin: 'tenant.test' })).toThrow(TypeError)
  })

  it('answers 500 when the exchange fails, and reports it', async () => {
    const errors: unknown[] = []
    const failing = createFetch(createEchoExchange(), { onError: (error) => errors.push(error) })

    expect((await failing('https://tenant.test/reject')).status).toBe(500)
    expect(errors).toHaveLength(1)
  })
})
