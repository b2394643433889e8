import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Exchange, toFetchHandler, toNodeHandler } from '@indwell/http-adapter'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import type { RawJob } from './raw-job'

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

export const bareNode: Host = {
  name: 'node:http',
  mounted: (exchange) => toNodeHandler(exchange),
  own: (job) => (request, response) => {
    job.admit(request.headers.authorization)
    const [, , , , userId = '', , key = ''] = (request.url ?? '').split('/')
    if (request.method === 'GET') {
      answer(response, job.getEntry(userId, key))
      return
    }
    readJson(request, (body) => answer(response, job.setEntries(userId, body)))
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
        job.admit(request.headers.authorization)
        response.json(job.getEntry(request.params.id, request.params.key))
      })
      app.post(bulkPath, express.json(), (request, response) => {
        job.admit(request.headers.authorization)
        response.json(job.setEntries(request.params.id, request.body))
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
        job.admit(ctx.headers.authorization)
        const [, , , , userId = '', , key = ''] = ctx.path.split('/')
        if (ctx.method === 'GET') ctx.body = job.getEntry(userId, key)
        else ctx.body = job.setEntries(userId, await new Promise((resolve) => readJson(ctx.req, resolve)))
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
      app.get<{ Params: { id: string; key: string } }>(getPath, async (request) => {
        job.admit(request.headers.authorization)
        return job.getEntry(request.params.id, request.params.key)
      })
      app.post<{ Params: { id: string } }>(bulkPath, async (request) => {
        job.admit(request.headers.authorization)
        return job.setEntries(request.params.id, request.body)
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
        job.admit(c.req.header('authorization'))
        return c.json(job.getEntry(c.req.param('id'), c.req.param('key')))
      })
      app.post(bulkPath, async (c) => {
        job.admit(c.req.header('authorization'))
        return c.json(job.setEntries(c.req.param('id'), await c.req.json()))
      })
      return getRequestListener(app.fetch)
    },
  },
]

function answer(response: ServerResponse, body: object): void {
  const text = JSON.stringify(body)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

function readJson(request: IncomingMessage, done: (body: unknown) => void): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => done(JSON.parse(Buffer.concat(chunks).toString())))
}
