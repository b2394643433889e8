import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { Readable } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { createEchoExchange } from '../test/echo-exchange'
import { rawRequest } from '../test/raw-request'
import type { Exchange } from './exchange'
import { resolveLimits } from './limits'
import { toFetchHandler } from './to-fetch-handler'
import type { NodeHandler } from './to-node-handler'
import { toNodeHandler } from './to-node-handler'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function serve(handler: NodeHandler): Promise<string> {
  const server = http.createServer(handler)
  const url = await listen(server)
  cleanups.push(() => server.closeAllConnections())
  return url
}

/** Mounts the echo behind something that has read the body and left these properties on the request. */
function serveParsed(left: Record<string, unknown>): Promise<string> {
  const handler = toNodeHandler(createEchoExchange({ maxBodyBytes: 20 }))
  return serve((request, response) => {
    request.resume().once('end', () => handler(Object.assign(request, left), response))
  })
}

describe('toNodeHandler', () => {
  it('answers 404 where nobody is next', async () => {
    const url = await serve(toNodeHandler(createEchoExchange()))

    const response = await fetch(`${url}/nope`)

    expect(response.status).toBe(404)
    expect(response.headers.get('connection')).toBe('keep-alive')
    expect(await response.json()).toEqual({ message: 'Not Found' })
  })

  it.each(['/reject', '/throw', '/bad-header'])(
    'answers 500 without details when the exchange fails at %s, and reports it',
    async (path) => {
      const errors: unknown[] = []
      const url = await serve(toNodeHandler(createEchoExchange(), { onError: (error) => errors.push(error) }))

      const response = await fetch(`${url}${path}`)

      expect(response.status).toBe(500)
      expect(await response.text()).toBe('{"message":"Internal Server Error"}')
      expect(errors).toEqual([expect.any(Error)])
    },
  )

  it('survives an onError that throws', async () => {
    const onError = () => {
      throw new Error('from onError')
    }
    const url = await serve(toNodeHandler(createEchoExchange(), { onError }))

    expect((await fetch(`${url}/reject`)).status).toBe(500)
  })

  it('answers a refusal that the exchange passes on by its own status', async () => {
    const url = await serve(toNodeHandler((request) => request.body().then(() => ({ status: 200, headers: {} }))))

    const response = await fetch(url, { method: 'POST', body: 'x'.repeat(1_048_577) })

    expect(response.status).toBe(413)
    expect(await response.json()).toEqual({ message: 'Content Too Large' })
  })

  it.each([
    ['text', { body: '[1]' }, '[1]'],
    ['bytes', { body: Buffer.from('[1]') }, '[1]'],
    ['a value', { body: { a: [1] } }, '{"a":[1]}'],
    ['null', { body: null }, 'null'],
    ['the raw bytes beside a value', { body: { a: 1 }, rawBody: Buffer.from('{"a": 1}') }, '{"a": 1}'],
    ['the raw text beside a value', { body: { a: 1 }, rawBody: '{"a": 1}' }, '{"a": 1}'],
  ])('takes what a parser left: %s', async (_, left, body) => {
    const url = await serveParsed(left)

    expect(await (await fetch(`${url}/echo/a`, { method: 'POST', body: 'sent' })).json()).toMatchObject({ body })
  })

  it.each([
    ['"[1]"', '[1]', '"[1]"'],
    ['[1]', '[1]', '[1]'],
    [' [1] ', ' [1] ', ' [1] '],
  ])('tells a JSON string that was parsed from JSON that was not: %s', async (body, left, expected) => {
    const url = await serveParsed({ body: left })

    const response = await fetch(`${url}/echo/a`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })

    expect(await response.json()).toMatchObject({ body: expected })
  })

  it('refuses what was too long before a parser made it short', async () => {
    const url = await serveParsed({ body: {} })

    const response = await fetch(`${url}/echo/a`, { method: 'POST', body: `{${' '.repeat(20)}}` })

    expect(response.status).toBe(413)
  })

  it.each([
    ['nothing', {}, 400, 'body_unreadable'],
    ['what JSON cannot hold', { body: { big: 1n } }, 400, 'body_unreadable'],
    ['more than the limit', { body: 'x'.repeat(21) }, 413, 'body_too_large'],
    ['more raw bytes than the limit', { rawBody: Buffer.alloc(21) }, 413, 'body_too_large'],
  ])('refuses what a parser left: %s', async (_, left, status, refused) => {
    const url = await serveParsed(left)

    const response = await fetch(`${url}/echo/a`, { method: 'POST', body: 'sent' })

    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ refused })
  })

  it('reads the stream when body is set but nobody has read it, as Express 4 leaves it', async () => {
    const handler = toNodeHandler(createEchoExchange())
    const url = await serve((request, response) => handler(Object.assign(request, { body: {} }), response))

    expect(await (await fetch(`${url}/echo/a`, { method: 'POST', body: '[1]' })).json()).toMatchObject({ body: '[1]' })
  })

  it('reads a request whose host has set an encoding', async () => {
    const handler = toNodeHandler(createEchoExchange())
    const url = await serve((request, response) => {
      request.setEncoding('utf8')
      handler(request, response)
    })

    expect(await (await fetch(`${url}/echo/a`, { method: 'POST', body: 'ö€' })).json()).toMatchObject({ body: 'ö€' })
  })

  it('delivers its refusal to a client that sends on, and closes the connection', async () => {
    const url = await serve(toNodeHandler(createEchoExchange({ maxBodyBytes: 1_000 })))

    for (const headers of [{ 'content-length': '20000000' }, { 'transfer-encoding': 'chunked' }]) {
      const request = http.request(`${url}/echo/a`, { method: 'POST', headers })
      const answered = once(request, 'response')
      // What it still sends when the test is over has nowhere to go.
      request.on('error', () => {})
      Readable.from(Array.from({ length: 200 }, () => Buffer.alloc(100_000))).pipe(request)
      const [response] = (await answered) as [http.IncomingMessage]

      expect(response.statusCode).toBe(413)
      expect(response.headers.connection).toBe('close')
      expect(Buffer.concat(await response.toArray()).toString()).toContain('body_too_large')
    }
  })

  it('keeps the connection when what it left unread is short', async () => {
    const url = await serve(toNodeHandler(createEchoExchange()))

    const response = await fetch(`${url}/unread`, { method: 'POST', body: 'x'.repeat(500_000) })

    expect(response.headers.get('connection')).toBe('keep-alive')
  })

  it('lets headers of the host stand', async () => {
    const handler = toNodeHandler(createEchoExchange())
    const server = http.createServer((request, response) => {
      response.setHeader('access-control-allow-origin', '*')
      handler(request, response)
    })
    const url = await listen(server)

    expect((await fetch(`${url}/text`)).headers.get('access-control-allow-origin')).toBe('*')
  })

  it('sends trailers behind a chunked body', async () => {
    const url = await serve(toNodeHandler(createEchoExchange()))

    const received = await rawRequest(url, 'GET /trailers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')

    expect(received.toLowerCase()).not.toContain('content-length')
    expect(received).toMatch(/\r\n4\r\nbody\r\n0\r\ngrpc-status: 0\r\n\r\n$/)
  })

  it('leaves trailers out for HTTP/1.0', async () => {
    const url = await serve(toNodeHandler(createEchoExchange()))

    const received = await rawRequest(url, 'GET /trailers HTTP/1.0\r\n\r\n')

    expect(received).not.toContain('grpc-status')
    expect(received).toMatch(/content-length: 4\r\n[\s\S]*\r\n\r\nbody$/i)
  })

  it('refuses a prefix that is not a path', () => {
    expect(() => toNodeHandler(createEchoExchange(), { prefix: 'in' })).toThrow(TypeError)
  })
})

describe('toNodeHandler on HTTP/2', () => {
  async function connect(limits?: { maxBodyBytes: number }): Promise<http2.ClientHttp2Session> {
    const session = http2.connect(await listen(http2.createServer(toNodeHandler(createEchoExchange(limits)))))
    cleanups.push(() => session.close())
    return session
  }

  async function request(session: http2.ClientHttp2Session, headers: http2.OutgoingHttpHeaders, body?: string) {
    const stream = session.request(headers)
    if (body !== undefined) stream.end(body)
    let trailers: http2.IncomingHttpHeaders = {}
    stream.once('trailers', (received) => {
      trailers = received
    })
    const [head] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader]
    const text = Buffer.concat(await stream.toArray()).toString()
    return { status: head[':status'], head, text, trailers }
  }

  it('answers', async () => {
    const session = await connect()

    const { status, text } = await request(session, { ':method': 'POST', ':path': '/echo/a?q=1' }, '[1]')

    expect(status).toBe(200)
    expect(JSON.parse(text)).toMatchObject({ method: 'POST', url: '/echo/a?q=1', body: '[1]' })
  })

  it('sends trailers', async () => {
    const session = await connect()

    const { text, trailers } = await request(session, { ':path': '/trailers' })

    expect(text).toBe('body')
    expect(trailers['grpc-status']).toBe('0')
  })

  it('ends with its head what has no body, as gRPC has the status of a call that failed', async () => {
    const refused = { status: 200, headers: { 'grpc-status': '5' } }
    const exchange: Exchange = async () => refused
    const session = http2.connect(await listen(http2.createServer(toNodeHandler(exchange))))
    cleanups.push(() => session.close())
    const stream = session.request({ ':path': '/' })

    const [head, flags] = await once(stream, 'response')

    expect(head['grpc-status']).toBe('5')
    expect(flags & http2.constants.NGHTTP2_FLAG_END_STREAM).toBe(http2.constants.NGHTTP2_FLAG_END_STREAM)
    stream.close()
  })

  it('tells a face which HTTP it is, and reads as long a body as the face names', async () => {
    const lengths: number[] = []
    const exchange: Exchange = async (request) => {
      const { length } = await request.body(3_000_000)
      lengths.push(length, (await request.body()).length)
      return { status: request.isHttp2 ? 200 : 505, headers: {} }
    }
    const handler = toNodeHandler(Object.assign(exchange, { limits: resolveLimits({ maxBodyBytes: 10 }) }))
    const session = http2.connect(await listen(http2.createServer(handler)))
    cleanups.push(() => session.close())
    const body = 'x'.repeat(2_000_000)

    expect((await request(session, { ':method': 'POST', ':path': '/' }, body)).status).toBe(200)
    expect((await fetch(await listen(http.createServer(handler)), { method: 'POST', body })).status).toBe(505)
    expect((await toFetchHandler(exchange)(new Request('http://x.test/', { method: 'POST', body })))?.status).toBe(505)
    expect(lengths).toEqual(Array.from({ length: 6 }, () => 2_000_000))
  })

  it('refuses a long body and goes on with the connection', async () => {
    const session = await connect({ maxBodyBytes: 1_000 })

    const refused = await request(session, { ':method': 'POST', ':path': '/echo/a' }, 'x'.repeat(60_000))
    const next = await request(session, { ':method': 'POST', ':path': '/echo/a' }, '[1]')

    expect(refused.status).toBe(413)
    expect(refused.head.connection).toBeUndefined()
    expect(next.status).toBe(200)
  })
})
