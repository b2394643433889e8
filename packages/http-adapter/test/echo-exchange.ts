import { once } from 'node:events'
import type { Exchange, ExchangeRequest, ExchangeResponse } from '../src/exchange'
import type { Limits } from '../src/limits'
import { resolveLimits } from '../src/limits'
import { refusalStatus } from '../src/refusal-status'
import type { RefusalReason } from '../src/request-refused-error'
import { RequestRefusedError } from '../src/request-refused-error'
import { parseQuery, splitTarget } from '../src/request-target'
import { compileRoutes, matchRoute } from '../src/route-table'

type Params = Readonly<Record<string, string>>

interface EchoRoute {
  readonly method: string
  readonly path: string
  answer(request: ExchangeRequest, params: Params): Promise<ExchangeResponse>
}

/** An exchange that answers with what it was asked, and keeps what a client that left cannot be told. */
export interface EchoExchange extends Exchange {
  /** In order: why a body could not be read, and `signal aborted`. */
  readonly observed: readonly (RefusalReason | 'signal aborted')[]
}

const json = (status: number, value: unknown): ExchangeResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

/** Serves `/echo/{value}` and a few paths more for every turn an exchange can take. */
export function createEchoExchange(limits: Partial<Limits> = {}): EchoExchange {
  const observed: (RefusalReason | 'signal aborted')[] = []

  const echo: EchoRoute['answer'] = async (request, params) => {
    const body = await request.body()
    const { url, method, headers } = request
    return json(200, {
      method,
      url,
      params,
      query: parseQuery(splitTarget(url).query),
      authorization: headers.authorization,
      body: new TextDecoder().decode(body),
      sameBody: (await request.body()) === body,
    })
  }
  const routes: readonly EchoRoute[] = [
    ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({
      method,
      path: '/echo/{value}',
      answer: echo,
    })),
    { method: 'POST', path: '/unread', answer: async () => json(401, { message: 'not read' }) },
    { method: 'GET', path: '/empty/204', answer: async () => ({ status: 204, headers: {}, body: 'dropped' }) },
    { method: 'GET', path: '/empty/304', answer: async () => ({ status: 304, headers: { etag: '"1"' } }) },
    { method: 'GET', path: '/bytes', answer: async () => ({ status: 200, headers: {}, body: Uint8Array.of(0, 255) }) },
    { method: 'GET', path: '/text', answer: async () => ({ status: 200, headers: {}, body: 'é\ud800' }) },
    {
      method: 'GET',
      path: '/forever',
      async answer({ signal }) {
        if (!signal.aborted) await once(signal, 'abort')
        observed.push('signal aborted')
        return json(200, {})
      },
    },
    { method: 'GET', path: '/reject', answer: () => Promise.reject(new Error('secret')) },
    {
      method: 'GET',
      path: '/throw',
      answer() {
        throw new Error('secret')
      },
    },
    { method: 'GET', path: '/bad-header', answer: async () => ({ status: 200, headers: { 'x-bad': 'a\r\nb' } }) },
    {
      method: 'GET',
      path: '/trailers',
      answer: async () => ({ status: 200, headers: {}, body: 'body', trailers: { 'grpc-status': '0' } }),
    },
  ]
  const table = compileRoutes(routes, { decode: 'segment' })

  const exchange = (request: ExchangeRequest) => {
    const match = matchRoute(table, request.method, splitTarget(request.url).path)
    if (match === undefined) return undefined
    if (request.refused) {
      const { reason } = request.refused
      return Promise.resolve(json(refusalStatus[reason], { refused: reason }))
    }
    if ('malformedPath' in match) return Promise.resolve(json(400, { malformed: request.url }))
    if ('methodNotAllowed' in match) return Promise.resolve(json(405, { allow: match.allow }))
    return match.route.answer(request, match.params).catch((error) => {
      if (!(error instanceof RequestRefusedError)) throw error
      observed.push(error.reason)
      return json(refusalStatus[error.reason], { refused: error.reason, limit: error.limit })
    })
  }
  return Object.assign(exchange, { limits: resolveLimits(limits), observed })
}
