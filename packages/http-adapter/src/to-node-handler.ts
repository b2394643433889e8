import { Buffer } from 'node:buffer'
import { answerFailure } from './answer-failure'
import type { Exchange, ExchangeRequest, ExchangeResponse } from './exchange'
import type { Limits } from './limits'
import { limitedTo, resolveLimits } from './limits'
import type { OnError } from './on-error'
import { logError, report } from './on-error'
import { plainAnswer } from './plain-answer'
import type { NodeBodySource } from './read-node-body'
import { readNodeBody } from './read-node-body'
import { RequestRefusedError } from './request-refused-error'
import { belowPrefix, toOriginForm, toPrefix } from './request-target'

/** What is used of a request of `node:http`, `node:https` or `node:http2`, and of what frameworks add to it. */
export interface NodeRequest extends NodeBodySource {
  readonly method?: string | undefined
  /** As the host may have rewritten it: Express cuts off what the handler is mounted at. */
  readonly url?: string | undefined
  readonly rawHeaders: readonly string[]
  readonly httpVersionMajor: number
  readonly httpVersionMinor: number
  /** Whether the whole request has arrived. */
  readonly complete: boolean
}

/** What is used of a response of `node:http`, `node:https` or `node:http2`. */
export interface NodeResponse {
  readonly headersSent: boolean
  readonly writableEnded: boolean
  statusCode: number
  setHeader(name: string, value: string): unknown
  writeHead(status: number, headers: Record<string, string>): unknown
  write(body: string | Uint8Array): boolean
  end(): unknown
  end(body: string | Uint8Array): unknown
  end(body: string, encoding: 'latin1'): unknown
  addTrailers(trailers: Record<string, string>): void
  once(event: 'close', listener: () => void): unknown
  /** HTTP/2 only. */
  readonly stream?: { close(): void } | undefined
}

/** A request listener, and a middleware: `next` is called, without an error, for paths that are not ours. */
export type NodeHandler = (request: NodeRequest, response: NodeResponse, next?: (error?: unknown) => void) => void

/** Options of {@link toNodeHandler}. */
export interface NodeHandlerOptions {
  /**
   * Path the exchange is mounted at, compared as sent, without decoding. Paths that are not below it are the host's.
   * For hosts that leave `url` alone; in Express, `app.use(prefix, handler)` does it. Default: the root.
   */
  readonly prefix?: string | undefined
  /** Told when the exchange rejects and when its answer cannot be sent. Default: `console.error`. */
  readonly onError?: OnError | undefined
}

/** Longest body of bytes that is worth a copy to leave in one piece with the head. */
const SHORT_BODY = 16_384

/** How long a body nobody wants is still read behind an answer. */
const LINGER_MS = 2_000

/**
 * Mounts an exchange on anything that speaks Node's request and response. Needs no body parser and works behind one;
 * before one is better, since a parsed body has lost repeated keys and answers malformed JSON in the host's shape.
 *
 * @example
 * ```ts
 * const handler = toNodeHandler(exchange)
 *
 * http.createServer(handler)
 * http.createServer((req, res) => handler(req, res, () => res.writeHead(404).end()))
 *
 * // Express 4 and 5: unknown paths fall through
 * app.use(handler)
 * app.use('/directory', handler)
 *
 * // Fastify 5: before its own parser
 * fastify.addHook('onRequest', (request, reply, done) => handler(request.raw, reply.raw, done))
 * // Fastify 5: in a route, behind its parser
 * fastify.all('/api/v2/*', (request, reply) => {
 *   handler(Object.assign(request.raw, { body: request.body }), reply.raw, () => reply.callNotFound())
 * })
 *
 * // Koa: it answers by itself unless told not to, and waits for the promise. Above its body parsers, which leave
 * // nothing on `ctx.req`; below them, hand on `ctx.request.body` as for Fastify
 * app.use((ctx, next) => new Promise((resolve, reject) => {
 *   ctx.respond = false
 *   ctx.res.once('close', resolve)
 *   handler(ctx.req, ctx.res, () => {
 *     ctx.respond = true
 *     next().then(resolve, reject)
 *   })
 * }))
 *
 * // Hono on Node: with what `@hono/node-server` was given, which is faster than by its Web `Request`. HEAD goes by that one,
 * // since Hono makes its answer of what a middleware returns
 * const byRequest = toFetchHandler(exchange)
 * app.use(async (c, next) => {
 *   if (c.env.incoming.method === 'HEAD') return (await byRequest(c.req.raw)) ?? next()
 *   let isOurs = true
 *   handler(c.env.incoming, c.env.outgoing, () => { isOurs = false })
 *   return isOurs ? RESPONSE_ALREADY_SENT : next()
 * })
 * ```
 *
 * @throws {TypeError} when `prefix` is not a path.
 */
export function toNodeHandler(exchange: Exchange, options: NodeHandlerOptions = {}): NodeHandler {
  const { onError = logError } = options
  const prefix = toPrefix(options.prefix ?? '')
  const limits = exchange.limits ?? resolveLimits()

  return (incoming, outgoing, next) => {
    const url = belowPrefix(toOriginForm(incoming.url ?? '/'), prefix)
    const request = url === undefined ? undefined : new IncomingExchangeRequest(incoming, outgoing, url, limits)

    const send = (response: ExchangeResponse) => {
      if (!request?.closed && !outgoing.headersSent) sendResponse(incoming, outgoing, response, limits)
    }
    const sendFailure = (error: unknown, failed: ExchangeRequest) => {
      try {
        send(answerFailure(error, failed, onError))
      } catch (unsent) {
        report(onError, unsent, failed)
      }
    }

    let pending: Promise<ExchangeResponse> | undefined
    try {
      pending = request && exchange(request)
    } catch (error) {
      pending = Promise.reject(error)
    }
    if (request && pending) {
      const answered = (response: ExchangeResponse) => {
        try {
          send(response)
        } catch (error) {
          sendFailure(error, request)
        }
      }
      pending.then(answered, (error: unknown) => sendFailure(error, request))
    } else if (next) next()
    else send(plainAnswer(404))
  }
}

class IncomingExchangeRequest implements ExchangeRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly refused: RequestRefusedError | undefined
  /** Whether the client has hung up, or has its answer. */
  closed = false

  readonly #incoming: NodeRequest
  readonly #outgoing: NodeResponse
  readonly #limits: Limits
  #abort: AbortController | undefined
  #body: Promise<Uint8Array> | undefined

  constructor(incoming: NodeRequest, outgoing: NodeResponse, url: string, limits: Limits) {
    this.method = incoming.method ?? 'GET'
    this.url = url
    this.#incoming = incoming
    this.#outgoing = outgoing
    this.#limits = limits
    this.refused = refusalOf(url, incoming.rawHeaders, limits)
    this.headers = this.refused ? Object.create(null) : joinHeaders(incoming.rawHeaders)

    // Of the response, because the request's own `close` comes as soon as the body is read.
    outgoing.once('close', () => {
      this.closed = true
      if (!this.#outgoing.writableEnded) this.#abort?.abort()
    })
  }

  get signal(): AbortSignal {
    // Made on demand: most requests never look at it.
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      if (this.closed && !this.#outgoing.writableEnded) this.#abort.abort()
    }
    return this.#abort.signal
  }

  get isHttp2(): boolean {
    return this.#incoming.httpVersionMajor === 2
  }

  body(maxBytes = this.#limits.maxBodyBytes): Promise<Uint8Array> {
    this.#body ??= this.refused
      ? Promise.reject(this.refused)
      : readNodeBody(this.#incoming, this.headers, limitedTo(this.#limits, maxBytes))
    return this.#body
  }
}

function refusalOf(url: string, rawHeaders: readonly string[], limits: Limits): RequestRefusedError | undefined {
  if (url.length > limits.maxUrlLength) return new RequestRefusedError('url_too_long', limits.maxUrlLength)
  if (rawHeaders.length / 2 <= limits.maxHeaderCount) return undefined
  return new RequestRefusedError('too_many_headers', limits.maxHeaderCount)
}

/** From the raw list: `headers` drops the second `authorization`, which a face must see in order to refuse it. */
function joinHeaders(rawHeaders: readonly string[]): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = Object.create(null)
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase()
    // The pseudo headers of HTTP/2.
    if (name.startsWith(':')) continue
    const value = rawHeaders[index + 1]!
    const earlier = headers[name]
    headers[name] = earlier === undefined ? value : `${earlier}${name === 'cookie' ? '; ' : ', '}${value}`
  }
  return headers
}

function sendResponse(
  incoming: NodeRequest,
  outgoing: NodeResponse,
  { status, headers, body = '', trailers }: ExchangeResponse,
  limits: Limits,
): void {
  const http1 = incoming.httpVersionMajor === 1
  const head: Record<string, string> = { ...headers }
  const bodyless = status === 204 || status === 304
  const sent = bodyless || incoming.method === 'HEAD' ? '' : body
  const trailing = trailers !== undefined && (!http1 || incoming.httpVersionMinor > 0)
  const abandoned = isUnwanted(incoming, limits)

  // HTTP/1.1 has room for trailers behind chunks only, and nginx drops those of HTTP/2 behind a length of 0.
  if (bodyless || trailing) delete head['content-length']
  else head['content-length'] = String(Buffer.byteLength(body))
  if (abandoned && http1) head.connection = 'close'

  if (!http1 && !trailing && sent.length === 0) {
    // Ends with its head, as what carries the status of a gRPC call has to: `writeHead` would leave an empty frame behind it.
    outgoing.statusCode = status
    for (const name of Object.keys(head)) outgoing.setHeader(name, head[name]!)
    outgoing.end()
    if (abandoned) outgoing.stream?.close()
    return
  }
  outgoing.writeHead(status, head)
  if (trailing) {
    if (sent.length > 0) outgoing.write(sent)
    outgoing.addTrailers(trailers)
    outgoing.end()
  } else if (abandoned && http1 && sent.length > 0) {
    // A socket closed on a client that still sends resets, and the client may lose the answer with it.
    outgoing.write(sent)
    discard(incoming, () => outgoing.end())
  } else if (http1 && typeof sent !== 'string' && sent.length <= SHORT_BODY) {
    // Bytes leave Node apart from the head, a text with it.
    outgoing.end(Buffer.from(sent.buffer, sent.byteOffset, sent.byteLength).toString('latin1'), 'latin1')
  } else {
    outgoing.end(sent)
  }
  // HTTP/2 shares its connection: what is left of the request is called off by itself (RFC 9113, section 8.1).
  if (abandoned) outgoing.stream?.close()
}

/** Whether more may be on its way than is worth reading for the sake of the connection. Node itself reads what is less. */
function isUnwanted(incoming: NodeRequest, limits: Limits): boolean {
  if (incoming.complete || incoming.readableEnded) return false
  if (incoming.readableDidRead) return true
  const { 'content-length': length, 'transfer-encoding': coding } = joinHeaders(incoming.rawHeaders)
  return length === undefined ? coding !== undefined : Number(length) > limits.maxBodyBytes
}

function discard(incoming: NodeRequest, done: () => void): void {
  const finish = () => {
    clearTimeout(timer)
    incoming.off('end', finish).off('close', finish)
    done()
  }
  const timer = setTimeout(finish, LINGER_MS)
  incoming.on('end', finish).on('close', finish).resume()
}
