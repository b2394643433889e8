import type { ExchangeResponse } from '../exchange'

const everywhere = { 'cache-control': 'no-cache', vary: 'origin,accept-encoding' } as const

/** Answers with a JSON body and the headers the service always sends. */
export function jsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ExchangeResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...everywhere, ...headers },
    body: JSON.stringify(body),
  }
}

/** Answers without a body: 204 unless said otherwise. */
export function emptyAnswer(status = 204, headers: Readonly<Record<string, string>> = {}): ExchangeResponse {
  return { status, headers: { ...everywhere, ...headers } }
}
