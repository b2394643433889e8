import type { Exchange } from './exchange'
import type { OnError } from './on-error'
import { toFetchHandler } from './to-fetch-handler'

/** Options of {@link createFetch}. */
export interface FetchOptions {
  /** Scheme and host that are ours, as `https://tenant.test`, or several. Default: every one. */
  readonly origin?: string | readonly string[] | undefined
  /** Path the exchange is mounted at. Default: the root. */
  readonly prefix?: string | undefined
  /** Asked for what is not ours, with the body still unread. Default: such a call rejects with a `TypeError`. */
  readonly otherwise?: typeof fetch | undefined
  /** Told when the exchange rejects. Default: `console.error`. */
  readonly onError?: OnError | undefined
}

/**
 * Makes a `fetch` that an exchange answers, without a server or a port: for whatever takes a `fetch` of one's own, as
 * Auth0's SDK does, in a test.
 *
 * It takes what `fetch` takes and rejects as `fetch` does when it is aborted. There are no redirects to follow, cookies or
 * caches. What was aborted may have been written all the same, as with a server.
 *
 * @example
 * ```ts
 * const management = new ManagementClient({ domain: 'tenant.test', token, fetch: createFetch(exchange) })
 * ```
 *
 * @throws {TypeError} when `origin` or `prefix` is malformed.
 */
export function createFetch(exchange: Exchange, options: FetchOptions = {}): typeof fetch {
  const { origin, otherwise } = options
  const handler = toFetchHandler(exchange, { prefix: options.prefix, onError: options.onError })
  const origins = origin === undefined ? undefined : [origin].flat().map((text) => new URL(text).origin)

  return async (input, init) => {
    const request = new Request(input, init)
    const { signal } = request
    signal.throwIfAborted()
    if (origins === undefined || origins.includes(new URL(request.url).origin)) {
      const response = await unlessAborted(handler(request), signal)
      if (response !== undefined) return Object.defineProperty(response, 'url', { value: request.url })
    }
    if (otherwise !== undefined) return otherwise(request)
    throw new TypeError(`fetch failed: ${request.method} ${request.url} is nothing the exchange answers`)
  }
}

function unlessAborted<T>(pending: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort)
    pending.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
