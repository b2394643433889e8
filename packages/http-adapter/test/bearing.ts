import type { ExchangeRequest } from '../src/exchange'

/** A request that carries nothing but a token. */
export function bearing(token: string | undefined): ExchangeRequest {
  return {
    method: 'GET',
    url: '/',
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    body: async () => new Uint8Array(),
    signal: new AbortController().signal,
  }
}
