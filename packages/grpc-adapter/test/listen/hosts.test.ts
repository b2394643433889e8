import { once } from 'node:events'
import http2 from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { createAdaptorServer, type Http2Bindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Exchange, toNodeHandler } from '@indwell/http-adapter'
import Fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listen } from '../../src/listen'
import { certificate } from './certificate'
import { grpcCall, withSession } from './grpc-call'
import { createProbeExchange, type ProbeExchange } from './probe-exchange'
import { flags, frame, get, RawHttp2 } from './raw-http2'

interface Mounted {
  readonly url: string
  close(): unknown
}

interface Host {
  readonly name: string
  mount(exchange: Exchange): Promise<Mounted>
}

async function opened(server: Server, scheme = 'http'): Promise<Mounted> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

/** Hono's server puts others in their place, for whatever runs in the process behind it. */
const natives = {
  Request: Object.getOwnPropertyDescriptor(globalThis, 'Request')!,
  Response: Object.getOwnPropertyDescriptor(globalThis, 'Response')!,
}

/** Where native gRPC is promised. */
const hosts: readonly Host[] = [
  { name: 'listen', mount: (exchange) => listen({ exchange, port: 0 }) },
  { name: 'listen with TLS', mount: (exchange) => listen({ exchange, port: 0, tls: certificate }) },
  { name: 'node:http2', mount: (exchange) => opened(http2.createServer(toNodeHandler(exchange))) },
  {
    name: 'node:http2 with TLS and allowHTTP1',
    mount: (exchange) =>
      opened(http2.createSecureServer({ ...certificate, allowHTTP1: true }, toNodeHandler(exchange)), 'https'),
  },
  {
    name: 'Koa 3 on http2',
    async mount(exchange) {
      const handler = toNodeHandler(exchange)
      const app = new Koa()
      app.silent = true
      app.use(
        (ctx, next) =>
          new Promise<void>((resolve, reject) => {
            ctx.respond = false
            ctx.res.once('close', resolve)
            handler(ctx.req, ctx.res, () => {
              ctx.respond = true
              next().then(resolve, reject)
            })
          }),
      )
      const callback = app.callback() as (request: unknown, response: unknown) => Promise<void>
      return opened(http2.createServer((request, response) => void callback(request, response)))
    },
  },
  {
    name: 'Fastify 5 with http2',
    async mount(exchange) {
      const handler = toNodeHandler(exchange)
      const app = Fastify({ http2: true })
      app.addHook('onRequest', (request, reply, done) => handler(request.raw, reply.raw, () => done()))
      const url = await app.listen({ port: 0, host: '127.0.0.1' })
      return { url, close: () => app.close() }
    },
  },
  {
    name: 'Hono 4 on http2',
    async mount(exchange) {
      const handler = toNodeHandler(exchange)
      const app = new Hono<{ Bindings: Http2Bindings }>()
      app.use(async (c, next) => {
        let isOurs = true
        handler(c.env.incoming, c.env.outgoing, () => {
          isOurs = false
        })
        return isOurs ? RESPONSE_ALREADY_SENT : next()
      })
      // Else it ends requests whose body is not whole yet when the middleware says that all was answered.
      const options = { autoCleanupIncoming: false, createServer: http2.createServer }
      const server = createAdaptorServer({ fetch: app.fetch, ...options })
      const { url } = await opened(server as Server)
      return {
        url,
        close() {
          server.close()
          Object.defineProperties(globalThis, natives)
        },
      }
    },
  },
]

describe.each(hosts)('$name', ({ mount }) => {
  let exchange: ProbeExchange
  let mounted: Mounted
  beforeAll(async () => {
    exchange = createProbeExchange()
    mounted = await mount(exchange)
  })
  afterAll(() => mounted.close())
  const call = (path: string, init?: Parameters<typeof grpcCall>[2]) =>
    withSession(mounted.url, (session) => grpcCall(session, path, init), { rejectUnauthorized: false })

  it('sends trailers behind a body', async () => {
    const { headers, body, trailers, headOnly } = await call('/probe/echo', { body: 'a message' })

    expect(headers[':status']).toBe(200)
    expect({ body, headOnly, status: trailers['grpc-status'] }).toEqual({
      body: 'a message',
      headOnly: false,
      status: '0',
    })
  })

  it('sends trailers behind nothing', async () => {
    const { headers, ...rest } = await call('/probe/empty')

    expect(rest).toMatchObject({ body: '', headOnly: false, trailers: { 'grpc-status': '5' } })
    // nginx drops trailers behind a length of 0.
    expect(headers['content-length']).toBeUndefined()
  })

  it('ends the stream with the head where there is neither body nor trailers', async () => {
    expect(await call('/probe/trailers-only')).toMatchObject({
      body: '',
      headOnly: true,
      headers: { 'grpc-status': '5' },
    })
  })

  it('takes a body that is sent in pieces, and a large one', async () => {
    expect((await call('/probe/echo', { body: 'x'.repeat(900_000) })).body).toHaveLength(900_000)
  })

  it('waits for a body that comes late', async () => {
    await withSession(
      mounted.url,
      async (session) => {
        const stream = session.request({ ':method': 'POST', ':path': '/probe/echo', te: 'trailers' })
        stream.write('first')
        await new Promise((resolve) => setTimeout(resolve, 100))
        stream.end(' and last')
        expect(Buffer.concat(await stream.toArray()).toString()).toBe('first and last')
      },
      { rejectUnauthorized: false },
    )
  })

  it("leaves other paths to the host's 404", async () => {
    expect((await call('/own', { method: 'GET' })).headers[':status']).toBe(404)
  })

  it('aborts the signal of a call that is called off', async () => {
    const before = exchange.aborted()
    await withSession(
      mounted.url,
      async (session) => {
        const stream = session.request({ ':method': 'POST', ':path': '/probe/wait' }).on('error', () => {})
        const asked = exchange.asked()
        stream.end('x')
        await expect.poll(exchange.asked).toBe(asked + 1)
        stream.close(http2.constants.NGHTTP2_CANCEL)
        await expect.poll(exchange.aborted).toBe(before + 1)
      },
      { rejectUnauthorized: false },
    )
  })
})

it('sends answers of trailers alone in one frame, and empty ones without DATA', async () => {
  const exchange = createProbeExchange()
  const { port, close } = await listen({ exchange, port: 0 })
  const client = await RawHttp2.open(port)
  const whole = flags.endStream | flags.endHeaders
  const frames = async (stream: number, path: string) => {
    client.send(frame('headers', whole, stream, get(path)))
    await client.frame((one) => one.stream === stream && (one.flags & flags.endStream) !== 0)
    return client.frames.filter((one) => one.stream === stream).map((one) => [one.type, one.payload.length > 0])
  }

  expect(await frames(1, '/probe/trailers-only')).toEqual([['headers', true]])
  expect(await frames(3, '/probe/empty')).toEqual([
    ['headers', true],
    ['headers', true],
  ])
  client.socket.destroy()
  await close({ graceMs: 0 })
})
