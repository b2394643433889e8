import { once } from 'node:events'
import { request } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { buildServer, RunningServer } from './running-server'

const ownerToken = 'token-of-the-owner-of-acme'
const color = { value: Buffer.from('blue').toString('base64') }

let servers: RunningServer[] = []

beforeAll(buildServer)
afterEach(async () => {
  for (const server of servers) await server.stop('SIGKILL')
  servers = []
})

async function start(): Promise<RunningServer> {
  const server = await RunningServer.start({ DATABASE_URL: ':memory:', INDWELL_OWNER_TOKEN: ownerToken })
  servers.push(server)
  return server
}

describe('stopping', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s', async (signal) => {
    const server = await start()
    await server.call('/healthz')

    expect(await server.stop(signal)).toMatchObject({ code: 0, stderr: '' })
  })

  it('ends in good order when it is asked twice', async () => {
    const server = await start()
    server.signal('SIGINT')
    server.signal('SIGTERM')

    expect(await server.stop('SIGINT')).toMatchObject({ code: 0, stderr: '' })
  })

  it('finishes a running request and lets nobody else in', async () => {
    const server = await start()
    const body = JSON.stringify(color)
    const running = await beginWrite(server, body.length)
    const answering = once(running, 'response')

    server.signal('SIGTERM')
    await expect.poll(() => isOpen(server.url), { timeout: 10_000 }).toBe(false)
    running.end(body)

    const [response] = await answering
    expect(response.statusCode).toBe(200)
    response.resume()
    expect(await server.ended).toMatchObject({ code: 0 })
  })

  it('finishes a running request of HTTP/2, and tells its client to go', async () => {
    const server = await start()
    const session = connectHttp2(server.url).on('error', () => {})
    const running = session.request({
      ':method': 'POST',
      ':path': '/management/v1/metadata/color',
      authorization: `Bearer ${ownerToken}`,
      expect: '100-continue',
    })
    await once(running, 'continue')
    const told = once(session, 'goaway')

    server.signal('SIGTERM')
    await told
    running.end(JSON.stringify(color))

    const [head] = await once(running, 'response')
    expect(head[':status']).toBe(200)
    running.resume()
    expect(await server.ended).toMatchObject({ code: 0, stderr: '' })
  })

  it('answers paths of its own over HTTP/2', async () => {
    const server = await start()
    const session = connectHttp2(server.url).on('error', () => {})
    const request = session.request({ ':path': '/healthz' })
    const [head] = await once(request, 'response')
    const body = Buffer.concat(await request.toArray()).toString()
    session.close()
    await once(session, 'close')

    expect(head[':status']).toBe(200)
    expect(body).toBe('{"status":"ok"}')
  })

  it('cuts off a request that does not end within 10 seconds', async () => {
    const server = await start()
    const running = await beginWrite(server, 100)
    const failed = once(running, 'error')

    const startedAt = Date.now()
    const ended = await server.stop()

    expect(ended).toMatchObject({ code: 0 })
    expect(Date.now() - startedAt).toBeGreaterThan(5_000)
    await failed
  })

  /** A request that the server has begun to work on, and that waits for its body. */
  async function beginWrite(server: RunningServer, length: number) {
    const running = request(`${server.url}/management/v1/metadata/color`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ownerToken}`, 'content-length': length, expect: '100-continue' },
    })
    running.flushHeaders()
    await once(running, 'continue')
    return running
  }

  const isOpen = (url: string) =>
    new Promise<boolean>((resolve) => {
      const { hostname, port } = new URL(url)
      const socket = connect(Number(port), hostname)
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
})
