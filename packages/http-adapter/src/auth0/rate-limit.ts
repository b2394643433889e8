import type { Caller } from '../authenticate'
import type { ExchangeRequest, ExchangeResponse } from '../exchange'
import { errorAnswer } from './error-body'
import { tooManyRequests } from './error-catalogue'
import type { ScopedRoute } from './scopes'

/** A request that is about to be answered. */
export interface LimitedRequest extends Pick<ExchangeRequest, 'method' | 'url' | 'headers'> {
  /** `PATCH /users/{id}`; `undefined`: there is no such route. */
  readonly route: ScopedRoute | undefined
  /** `undefined`: nobody whose credentials count. */
  readonly caller: Caller | undefined
}

/** What a limiter says of one request. */
export interface RateLimit {
  /** Whether to answer it; 429 if not. */
  readonly allowed: boolean
  /** Requests of one window. */
  readonly limit: number
  /** How many of them are left. */
  readonly remaining: number
  /** When there are new ones, in milliseconds since the epoch. */
  readonly resetAt: number
}

/**
 * Counts a request and says whether it may pass; `undefined`: it is not limited, and no numbers are sent. What it throws is
 * answered with 500 and told to the host.
 */
export type RateLimiter = (request: LimitedRequest) => RateLimit | undefined | Promise<RateLimit | undefined>

/** Answers a request if its limiter lets it pass. Every answer tells how much is left. */
export async function withinLimit(
  said: RateLimit | undefined,
  answer: () => Promise<ExchangeResponse>,
): Promise<ExchangeResponse> {
  if (said === undefined) return answer()
  const { allowed, limit, remaining, resetAt } = said
  const response = allowed ? await answer() : errorAnswer(tooManyRequests())
  const seconds = Math.ceil((resetAt - Date.now()) / 1000)
  const headers = {
    ...response.headers,
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(allowed ? Math.max(0, remaining) : 0),
    'x-ratelimit-reset': String(Math.ceil(resetAt / 1000)),
    ...(!allowed && { 'retry-after': String(Math.max(1, seconds)) }),
  }
  return { ...response, headers }
}
