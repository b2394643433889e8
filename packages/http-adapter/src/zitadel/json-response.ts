import type { ExchangeResponse } from '../exchange'

const HEADERS = {
  'content-type': 'application/json',
  // Answers hold personal data and change with every write: no cache on the way may keep one.
  'cache-control': 'no-store',
} as const

/** An answer with a JSON body. */
export function jsonResponse(status: number, body: object): ExchangeResponse {
  return { status, headers: HEADERS, body: JSON.stringify(body) }
}
