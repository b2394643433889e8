import http from 'node:http'
import http2 from 'node:http2'
import type { Server } from 'node:net'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Exchange, toFetchHandler, toNodeHandler } from '@indwell/http-adapter'
import express from 'express'
import express4 from 'express4'
import Fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { type ListenOptions, listen } from '../../src/listen'
import { type OpenListener, openServer } from './open-server'
import type { SelfSigned } from './self-signed'

/** One way to let clients in. */
export interface Listener {
  readonly name: string
  /** Versions of HTTP it speaks. */
  readonly http: readonly ('1.1' | '2')[]
  readonly tls?: true
  /** Whether there is a port to connect to. */
  readonly listens: boolean
  open(exchange: Exchange, tls: SelfSigned): Promise<OpenListener>
}

type Http = Listener['http'][number]

/** All that are tried. */
export const listeners: readonly Listener[] = [
  {
    name: '`listen`',
    http: ['1.1', '2'],
    listens: true,
    open: (exchange) => openByListen({ exchange }),
  },
  {
    name: '`listen` with an Express app',
    http: ['1.1', '2'],
    listens: true,
    open: (exchange) => openByListen({ exchange, app: express().use(toNodeHandler(exchange)) }),
  },
  {
    name: '`listen` with `tls`',
    http: ['1.1', '2'],
    tls: true,
    listens: true,
    open: (exchange, tls) => openByListen({ exchange, tls }),
  },
  {
    name: '`http.createServer`',
    http: ['1.1'],
    listens: true,
    open: (exchange) => openServer(http.createServer(toNodeHandler(exchange))),
  },
  {
    name: '`http2.createServer`',
    http: ['2'],
    listens: true,
    open: (exchange) => openServer(http2.createServer(toNodeHandler(exchange))),
  },
  {
    name: '`http2.createSecureServer` with `allowHTTP1`',
    http: ['1.1', '2'],
    tls: true,
    listens: true,
    open: (exchange, tls) =>
      openServer(http2.createSecureServer({ ...tls, allowHTTP1: true }, toNodeHandler(exchange)), 'https'),
  },
  ...[express4, express].map((factory, index) => ({
    name: `Express ${4 + index}`,
    http: ['1.1'] as const,
    listens: true,
    open: (exchange: Exchange) => openServer(http.createServer(factory().use(toNodeHandler(exchange)))),
  })),
  ...both('Koa 3', (exchange, version) => openServer(createServerOf(version)(koaApp(exchange).callback()))),
  ...both('Fastify 5', openFastify),
  ...both('Hono 4', (exchange, version) => {
    const createServer = createServerOf(version)
    return openServer(
      createAdaptorServer({ fetch: honoApp(exchange).fetch, createServer, overrideGlobalObjects: false }) as Server,
    )
  }),
  {
    name: '`toFetchHandler`',
    http: ['1.1'],
    listens: false,
    async open(exchange) {
      const handler = toFetchHandler(exchange)
      const answer: typeof fetch = async (input, init) =>
        (await handler(new Request(input, init))) ?? new Response(null, { status: 404 })
      return { url: 'http://indwell.test', fetch: answer, close: async () => {} }
    },
  },
]

async function openByListen(options: Omit<ListenOptions, 'port'>): Promise<OpenListener> {
  const { url, close } = await listen({ ...options, port: 0 })
  // By name, since TLS names no addresses.
  return { url: options.tls ? url.replace('127.0.0.1', 'localhost') : url, close: () => close({ graceMs: 0 }) }
}

/** Frameworks take either, and say so of one. */
const createServerOf = (version: Http) =>
  (version === '2' ? http2.createServer : http.createServer) as typeof http.createServer

function both(name: string, open: (exchange: Exchange, version: Http) => Promise<OpenListener>): readonly Listener[] {
  return (['1.1', '2'] as const).map((version) => ({
    name: version === '2' ? `${name} on \`node:http2\`` : name,
    http: [version],
    listens: true,
    open: (exchange) => open(exchange, version),
  }))
}

function koaApp(exchange: Exchange): Koa {
  const handler = toNodeHandler(exchange)
  const app = new Koa()
  app.silent = true
  return app.use(
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
}

async function openFastify(exchange: Exchange, version: Http): Promise<OpenListener> {
  const handler = toNodeHandler(exchange)
  if (version === '2') {
    const app = Fastify({ http2: true })
    app.addHook('onRequest', (request, reply, done) => handler(request.raw, reply.raw, () => done()))
    await app.ready()
    return openServer(app.server)
  }
  const app = Fastify()
  app.addHook('onRequest', (request, reply, done) => handler(request.raw, reply.raw, () => done()))
  await app.ready()
  return openServer(app.server)
}

function honoApp(exchange: Exchange) {
  const handler = toNodeHandler(exchange)
  const app = new Hono<{ Bindings: HttpBindings }>()
  return app.use((c, next) => {
    let isOurs = true
    handler(c.env.incoming, c.env.outgoing, () => {
      isOurs = false
    })
    return isOurs ? Promise.resolve(RESPONSE_ALREADY_SENT) : next()
  })
}
