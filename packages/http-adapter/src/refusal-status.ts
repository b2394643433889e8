import type { RefusalReason } from './request-refused-error'

/** The HTTP status of each refusal, for faces whose vendor has none of its own (RFC 9110, RFC 6585). */
export const refusalStatus = {
  body_too_large: 413,
  body_timeout: 408,
  client_closed: 400,
  body_unreadable: 400,
  body_encoded: 415,
  too_many_headers: 431,
  url_too_long: 414,
} as const satisfies Record<RefusalReason, number>

/** What RFC 9110, section 12.5.3 sends with the 415 of a coding. */
export function refusalHeaders(reason: RefusalReason): Readonly<Record<string, string>> {
  return reason === 'body_encoded' ? { 'accept-encoding': 'identity' } : {}
}
