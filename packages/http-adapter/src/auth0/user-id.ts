import { invalidUserId } from './error-catalogue'

const wireForm = /^[^|\p{Cc}\p{Cs}]+\|[^\p{Cc}\p{Cs}]+$/u
const databasePrefix = 'auth0|'

/** Whether a text is `provider|id` without control characters. */
export function isWireUserId(text: string): boolean {
  return wireForm.test(text)
}

/**
 * Turns a user id of a decoded path or body into the directory's id.
 *
 * `auth0|x` is the directory's `x`; any other id with a `|` (`google-oauth2|1`, `samlp|acme|7`, `auth0|a|b`) is the
 * directory's id as it stands.
 *
 * @throws {@link Auth0Error} 400 `invalid_uri` for an id that is not `provider|id`, or holds control characters.
 */
export function toCoreUserId(wireId: string): string {
  if (!isWireUserId(wireId)) throw invalidUserId(wireId)
  const raw = wireId.startsWith(databasePrefix) ? wireId.slice(databasePrefix.length) : wireId
  return raw.includes('|') ? wireId : raw
}

/**
 * Turns a directory's user id into the one on the wire. Undoes {@link toCoreUserId}.
 *
 * A directory's id that already reads `auth0|x` has no wire id of its own: `auth0|x` means the user `x`.
 */
export function toWireUserId(coreId: string): string {
  return coreId.includes('|') ? coreId : databasePrefix + coreId
}

/** Splits a wire id at its first `|`: a raw id may hold more of them. */
export function splitUserId(wireId: string): { readonly provider: string; readonly rawId: string } {
  const bar = wireId.indexOf('|')
  return { provider: wireId.slice(0, bar), rawId: wireId.slice(bar + 1) }
}
