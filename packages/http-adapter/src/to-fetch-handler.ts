import { Buffer } from 'node:buffer'
import { answerFailure } from './answer-failure'
import type { Exchange, ExchangeRequest, ExchangeResponse } from './exchange'
import type { Limits } from './limits'
import { limitedTo, resolveLimits } from './limits'
import type { OnError } from './on-error'
import { logError } from './on-error'
import { readWebBody } from './read-web-body'
import { RequestRefusedError } from './request-refused-error'
import { belowPrefix, toOriginForm, toPrefix } from './request-target'

/** Options of {@link toFetchHandler}. */
export interface FetchHandlerOptions {
  /**
   * Path the exchange is mounted at, compared as sent, without decoding. Paths that are not below it are the host's.
   * Default: the root.
   */
  readonly prefix?: string | undefined
  /** Answers paths that are not ours. Default: the handler gives `undefined`. */
  readonly notFound?: ((request: Request) => Response | Promise<Response>) | undefined
  /** Told when the exchange rejects and when its answer cannot be sent. Default: `console.error`. */
  readonly onError?: OnError | undefined
}

/** Answers a request; never rejects unless `notFound` does. `undefined`: the path is not ours. */
export type FetchHandler<NotFound = undefined> = (request: Request) => Promise<Response | NotFound>

/**
 * Mounts an exchange on anything that speaks Web `Request` and `Response`. The body must not be read before.
 *
 * Trailers are not sent: `Response` has none. A path with dot segments was resolved when its `Request` was made.
 *
 * @example
 * ```ts
 * // Hono: unknown paths go on. On Node, see `toNodeHandler`
 * const handler = toFetchHandler(exchange)
 * app.use(async (c, next) => (await handler(c.req.raw)) ?? next())
 *
 * // Deno, Bun and other plain servers
 * Deno.serve(toFetchHandler(exchange, { notFound: () => new Response(null, { status: 404 }) }))
 * ```
 *
 * @throws {TypeError} when `prefix` is not a path.
 */
export function toFetchHandler(
  exchange: Exchange,
  options: FetchHandlerOptions & { readonly notFound: (request: Request) => Response | Promise<Response> },
): FetchHandler<never>
export function toFetchHandler(exchange: Exchange, options?: FetchHandlerOptions): FetchHandler
export function toFetchHandler(exchange: Exchange, options: FetchHandlerOptions = {}): FetchHandler {
  const { notFound, onError = logError } = options
  const prefix = toPrefix(options.prefix ?? '')
  const limits = exchange.limits ?? resolveLimits()

  return async (webRequest) => {
    const url = belowPrefix(toOriginForm(webRequest.url), prefix)
    if (url === undefined) return notFound?.(webRequest)
    const request = toExchangeRequest(webRequest, url, limits)
    try {
      const response = await exchange(request)
      if (response !== undefined) return toResponse(response, request)
    } catch (error) {
      return toResponse(answerFailure(error, request, onError), request)
    }
    return notFound?.(webRequest)
  }
}

function toExchangeRequest(webRequest: Request, url: string, limits: Limits): ExchangeRequest {
  const headers: Record<string, string | undefined> = Object.create(null)
  let headerCount = 0
  for (const [name, value] of webRequest.headers) {
    headers[name] = value
    headerCount++
  }
  const refused = refusalOf(url, headerCount, limits)
  let body: Promise<Uint8Array> | undefined
  return {
    method: webRequest.method,
    url,
    headers: refused ? Object.create(null) : headers,
    refused,
    get signal() {
      return webRequest.signal
    },
    body(maxBytes = limits.maxBodyBytes) {
      body ??= refused ? Promise.reject(refused) : readWebBody(webRequest, limitedTo(limits, maxBytes))
      return body
    },
  }
}

function refusalOf(url: string, headerCount: number, limits: Limits): RequestRefusedError | undefined {
  if (url.length > limits.maxUrlLength) return new RequestRefusedError('url_too_long', limits.maxUrlLength)
  if (headerCount <= limits.maxHeaderCount) return undefined
  return new RequestRefusedError('too_many_headers', limits.maxHeaderCount)
}

function toResponse({ status, headers, body = '' }: ExchangeResponse, { method }: ExchangeRequest): Response {
  const { 'content-length': _, ...head } = headers
  if (status === 204 || status === 304) return new Response(null, { status, headers: head })
  // Of text without a type a `Response` makes one, and of bytes it does not.
  const sent = typeof body === 'string' && head['content-type'] === undefined ? new TextEncoder().encode(body) : body
  const length = typeof sent === 'string' ? Buffer.byteLength(sent) : sent.byteLength
  return new Response(method === 'HEAD' ? null : sent, {
    status,
    headers: { ...head, 'content-length': String(length) },
  })
}
