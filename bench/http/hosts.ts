import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Exchange, toFetchHandler, toNodeHandler } from '@indwell/http-adapter'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { type RawJob, Refusal } from './raw-job'

/** A server framework: the directory mounted in it as the documents say, and a route of its own that does the same raw work. */
export interface Host {
  readonly name: string
  /** As the comments of `toNodeHandler` show it. */
  mounted(exchange: Exchange): RequestListener | Promise<RequestListener>
  /** As the framework's own documents show a route: its router, its body parser, its way to answer JSON. */
  own(job: RawJob): RequestListener | Promise<RequestListener>
}

const getPath = '/management/v1/users/:id/metadata/:key'
const bulkPath = '/management/v1/users/:id/metadata/_bulk'
/** What is shown of a user is for no cache on the way: the face says so too. */
const uncached = { 'cache-control': 'no-store' }

export const bareNode: Host = {
  name: 'node:http',
  mounted: (exchange) => toNodeHandler(exchange),
  own: (job) => (request, response) => {
    const [, , , , userId = '', , key = ''] = (request.url ?? '').split('/')
    if (request.method === 'GET') {
      answer(response, () => job.getEntry(job.admit(request.headers.authorization), userId, key))
      return
    }
    readText(request, (text) =>
      answer(response, () => job.setEntries(job.admit(request.headers.authorization), userId, JSON.parse(text))),
    )
  },
}

export const hosts: readonly Host[] = [
  {
    name: 'Express 5',
    mounted(exchange) {
      const app = express()
      app.use(toNodeHandler(exchange))
      return app
    },
    own(job) {
      const app = express()
      app.get(getPath, (request, response) => {
        const caller = job.admit(request.headers.authorization)
        response.set(uncached).json(job.getEntry(caller, request.params.id, request.params.key))
      })
      app.post(bulkPath, express.json(), (request, response) => {
        const caller = job.admit(request.headers.authorization)
        response.set(uncached).json(job.setEntries(caller, request.params.id, request.body))
      })
      return app
    },
  },
  {
    name: 'Koa 3',
    mounted(exchange) {
      const handler = toNodeHandler(exchange)
      const app = new Koa()
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
      return app.callback()
    },
    // Koa has neither router nor parser of its own.
    own(job) {
      const app = new Koa()
      app.use(async (ctx) => {
        const caller = job.admit(ctx.headers.authorization)
        const [, , , , userId = '', , key = ''] = ctx.path.split('/')
        ctx.set(uncached)
        if (ctx.method === 'GET') ctx.body = job.getEntry(caller, userId, key)
        else {
          const text = await new Promise<string>((resolve) => readText(ctx.req, resolve))
          ctx.body = job.setEntries(caller, userId, JSON.parse(text))
        }
      })
      return app.callback()
    },
  },
  {
    name: 'Fastify 5',
    async mounted(exchange) {
      const handler = toNodeHandler(exchange)
      const app = Fastify()
      app.addHook('onRequest', (request, reply, done) => handler(request.raw, reply.raw, () => done()))
      await app.ready()
      return (request, response) => app.routing(request, response)
    },
    async own(job) {
      const app = Fastify()
      app.get<{ Params: { id: string; key: string } }>(getPath, async (request, reply) => {
        const caller = job.admit(request.headers.authorization)
        reply.headers(uncached)
        return job.getEntry(caller, request.params.id, request.params.key)
      })
      app.post<{ Params: { id: string } }>(bulkPath, async (request, reply) => {
        const caller = job.admit(request.headers.authorization)
        reply.headers(uncached)
        return job.setEntries(caller, request.params.id, request.body)
      })
      await app.ready()
      return (request, response) => app.routing(request, response)
    },
  },
  {
    name: 'Hono 4',
    mounted(exchange) {
      const handler = toNodeHandler(exchange)
      const byRequest = toFetchHandler(exchange)
      const app = new Hono<{ Bindings: HttpBindings }>()
      app.use(async (c, next) => {
        if (c.env.incoming.method === 'HEAD') return (await byRequest(c.req.raw)) ?? next()
        let isOurs = true
        handler(c.env.incoming, c.env.outgoing, () => {
          isOurs = false
        })
        return isOurs ? RESPONSE_ALREADY_SENT : next()
      })
      return getRequestListener(app.fetch)
    },
    own(job) {
      const app = new Hono()
      app.get(getPath, (c) => {
        const caller = job.admit(c.req.header('authorization'))
        return c.json(job.getEntry(caller, c.req.param('id'), c.req.param('key')), 200, uncached)
      })
      app.post(bulkPath, async (c) => {
        const caller = job.admit(c.req.header('authorization'))
        return c.json(job.setEntries(caller, c.req.param('id'), await c.req.json()), 200, uncached)
      })
      return getRequestListener(app.fetch)
    },
  },
]

function answer(response: ServerResponse, make: () => object): void {
  let [status, text] = [200, '{}']
  try {
    text = JSON.stringify(make())
  } catch (error) {
    status = error instanceof Refusal ? error.statusCode : error instanceof SyntaxError ? 400 : 500
  }
  const head = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
  response.writeHead(status, { ...head, ...uncached })
  response.end(text)
}

function readText(request: IncomingMessage, done: (text: string) => void): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => done(Buffer.concat(chunks).toString()))
}
