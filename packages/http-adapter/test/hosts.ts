import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { type HttpBindings, serve } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import express from 'express'
import express4 from 'express4'
import Fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import type { Exchange } from '../src/exchange'
import { toFetchHandler } from '../src/to-fetch-handler'
import { toNodeHandler } from '../src/to-node-handler'

/** How a test wants an exchange mounted. */
export interface MountOptions {
  /** Path to mount at, such as `/in`; the empty text for the root. */
  readonly prefix: string
  /** Whether the host's own body parser has run before. Hosts without one mount as if it had not. */
  readonly parser: boolean
}

/** A running host, which answers what is not the exchange's with {@link hostAnswer}. */
export interface MountedHost {
  /** Where the exchange is: scheme, host, port and prefix. */
  readonly url: string
  /** The global `fetch` where the host has a socket. */
  readonly fetch: (input: string, init?: RequestInit) => Promise<Response>
  close(): Promise<void>
}

/** One way to run an exchange. */
export interface Host {
  readonly name: string
  /** Whether it listens, so that a test may speak raw bytes to it. */
  readonly socket: boolean
  readonly parses: boolean
  mount(exchange: Exchange, options: MountOptions): Promise<MountedHost>
}

/** Text of a 404 that only the host itself sends. */
export const hostAnswer = 'the host has no such page'

async function listen(server: http.Server, prefix: string): Promise<MountedHost> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${prefix}`,
    fetch,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function expressHost(name: string, factory: typeof express): Host {
  return {
    name,
    socket: true,
    parses: true,
    async mount(exchange, { prefix, parser }) {
      const app = factory()
      if (parser) app.use(factory.json({ limit: '10mb' }))
      app.use(prefix || '/', toNodeHandler(exchange))
      app.use((_request, response) => {
        response.status(404).send(hostAnswer)
      })
      return listen(http.createServer(app), prefix)
    },
  }
}

/** Hono's server puts others in their place, for whatever runs in the process behind it. */
const natives = {
  Request: Object.getOwnPropertyDescriptor(globalThis, 'Request')!,
  Response: Object.getOwnPropertyDescriptor(globalThis, 'Response')!,
}

function honoHost(
  name: string,
  mountIn: (exchange: Exchange, prefix: string) => Hono<{ Bindings: HttpBindings }>,
): Host {
  return {
    name,
    socket: true,
    parses: false,
    async mount(exchange, { prefix }) {
      const app = mountIn(exchange, prefix)
      app.notFound((c) => c.text(hostAnswer, 404))
      const server = await new Promise<http.Server>((resolve) => {
        const started = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
          resolve(started as http.Server),
        )
      })
      const { port } = server.address() as AddressInfo
      return {
        url: `http://127.0.0.1:${port}${prefix}`,
        fetch,
        async close() {
          const closed = new Promise((resolve) => server.close(resolve))
          server.closeAllConnections()
          await closed
          Object.defineProperties(globalThis, natives)
        },
      }
    },
  }
}

/** Every host that the adapter promises to run on. */
export const hosts: readonly Host[] = [
  {
    name: 'node:http',
    socket: true,
    parses: false,
    async mount(exchange, { prefix }) {
      const handler = toNodeHandler(exchange, { prefix })
      const server = http.createServer((request, response) => {
        handler(request, response, () => response.writeHead(404).end(hostAnswer))
      })
      return listen(server, prefix)
    },
  },
  expressHost('Express 4', express4),
  expressHost('Express 5', express),
  {
    name: 'Koa 3',
    socket: true,
    parses: false,
    async mount(exchange, { prefix }) {
      const handler = toNodeHandler(exchange, { prefix })
      const app = new Koa()
      // It reports every client that hangs up.
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
      app.use((ctx) => {
        ctx.status = 404
        ctx.body = hostAnswer
      })
      return listen(http.createServer(app.callback()), prefix)
    },
  },
  {
    name: 'Fastify 5',
    socket: true,
    parses: true,
    async mount(exchange, { prefix, parser }) {
      const handler = toNodeHandler(exchange, { prefix })
      const app = Fastify({ bodyLimit: 10_000_000, forceCloseConnections: true })
      app.setNotFoundHandler((_request, reply) => reply.code(404).send(hostAnswer))
      if (parser) {
        app.all(`${prefix}/*`, (request, reply) => {
          handler(Object.assign(request.raw, { body: request.body }), reply.raw, () => reply.callNotFound())
        })
      } else {
        app.addHook('onRequest', (request, reply, done) => handler(request.raw, reply.raw, () => done()))
      }
      const url = await app.listen({ port: 0, host: '127.0.0.1' })
      return { url: `${url}${prefix}`, fetch, close: () => app.close() }
    },
  },
  honoHost('Hono 4 on Node', (exchange, prefix) => {
    const handler = toFetchHandler(exchange, { prefix })
    const app = new Hono<{ Bindings: HttpBindings }>()
    return app.use(async (c, next) => (await handler(c.req.raw)) ?? next())
  }),
  honoHost('Hono 4 on Node, by its request', (exchange, prefix) => {
    const handler = toNodeHandler(exchange, { prefix })
    const byRequest = toFetchHandler(exchange, { prefix })
    const app = new Hono<{ Bindings: HttpBindings }>()
    return app.use(async (c, next) => {
      if (c.env.incoming.method === 'HEAD') return (await byRequest(c.req.raw)) ?? next()
      let isOurs = true
      handler(c.env.incoming, c.env.outgoing, () => {
        isOurs = false
      })
      return isOurs ? RESPONSE_ALREADY_SENT : next()
    })
  }),
  {
    name: 'Web fetch',
    socket: false,
    parses: false,
    async mount(exchange, { prefix }) {
      const handler = toFetchHandler(exchange, { prefix, notFound: () => new Response(hostAnswer, { status: 404 }) })
      return {
        url: `http://indwell.test${prefix}`,
        fetch: (input, init) => handler(new Request(input, init)),
        async close() {},
      }
    },
  },
]
