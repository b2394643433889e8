import { type Exchange, type ExchangeRequest, type Face, RequestRefusedError } from '@indwell/http-adapter'
import type { RateLimit } from '@indwell/http-adapter/auth0'
import { quotaExhausted } from '@indwell/http-adapter/zitadel'
import type { Faults } from './faults'

/** What happens to requests before and behind the faces. */
export interface RequestFaults extends Pick<Faults, 'rateLimit' | 'slow'> {
  /** Counts a request; `undefined`: nothing is limited. */
  admit(request: Pick<ExchangeRequest, 'method' | 'url'>): RateLimit | undefined
  /** Waits as long as the answer is held back, or its client waits for it. */
  holdBack(request: ExchangeRequest): Promise<void> | undefined
  clear(): void
}

interface Limit {
  readonly after: number
  readonly windowMs: number
  readonly when: (request: { readonly method: string; readonly url: string }) => boolean
  answered: number
  refusesUntil: number | undefined
}

export function requestFaults(): RequestFaults {
  let limit: Limit | undefined
  let delay: { readonly ms: number; readonly when: Limit['when'] } | undefined
  let held = new AbortController()

  return {
    rateLimit({ after = 0, retryAfter = 1, when = () => true } = {}) {
      if (!(after >= 0)) throw new RangeError('after is no count')
      if (!(retryAfter > 0)) throw new RangeError('retryAfter is no number of seconds')
      limit = { after, windowMs: retryAfter * 1000, when, answered: 0, refusesUntil: undefined }
    },
    slow(ms, { when = () => true } = {}) {
      if (!(ms >= 0)) throw new RangeError('ms is no number of milliseconds')
      delay = { ms, when }
    },
    admit({ method, url }) {
      const now = Date.now()
      if (limit?.refusesUntil !== undefined && now >= limit.refusesUntil) limit = undefined
      if (limit === undefined || !limit.when({ method, url })) return undefined
      const { after, windowMs } = limit
      if (limit.answered < after) {
        limit.answered += 1
        return { allowed: true, limit: after, remaining: after - limit.answered, resetAt: now + windowMs }
      }
      limit.refusesUntil ??= now + windowMs
      return { allowed: false, limit: after, remaining: 0, resetAt: limit.refusesUntil }
    },
    holdBack({ method, url, signal }) {
      if (delay === undefined || !delay.when({ method, url })) return undefined
      return wait(delay.ms, [signal, held.signal])
    },
    clear() {
      limit = undefined
      delay = undefined
      held.abort()
      held = new AbortController()
    },
  }
}

/** Ends early, without an error, when one of the signals is given. */
function wait(ms: number, signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      for (const signal of signals) signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    for (const signal of signals) {
      if (signal.aborted) end()
      else signal.addEventListener('abort', end)
    }
  })
}

/** Answers late where it shall. */
export function slowExchange(exchange: Exchange, faults: RequestFaults): Exchange {
  const answer = (request: ExchangeRequest) =>
    exchange(request)?.then(async (response) => {
      await faults.holdBack(request)
      return response
    })
  return exchange.limits === undefined ? answer : Object.assign(answer, { limits: exchange.limits })
}

/** ZITADEL's face, which has no limiter of its own. */
export function limitedZitadel(face: Face, faults: RequestFaults): Face {
  return {
    ...face,
    open(host) {
      const answer = face.open(host)
      // A request that is refused for its head is answered by whoever it belongs to, and does nothing.
      const isOurs = (request: ExchangeRequest) => {
        const pending = answer({ ...request, refused: new RequestRefusedError('url_too_long', 1) })
        pending?.catch(() => undefined)
        return pending !== undefined
      }
      return (request) => {
        if (!isOurs(request)) return undefined
        return faults.admit(request)?.allowed === false ? Promise.resolve(quotaExhausted()) : answer(request)
      }
    },
  }
}
