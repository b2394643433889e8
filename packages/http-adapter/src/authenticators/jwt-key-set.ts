import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import type { Authenticate } from '../authenticate'
import { authenticateByJwt, expectationsOf, type JwtExpectations } from './verify-jwt'

/** Public keys (RFC 7517, section 5). */
export interface JsonWebKeySet {
  readonly keys: readonly { readonly kty: string; readonly [member: string]: unknown }[]
}

/** Options of {@link jwtKeySet}. */
export type JwtKeySetOptions = JwtExpectations &
  (
    | { readonly jwks: JsonWebKeySet; readonly url?: undefined }
    /** Fetched when first needed, and again for a key it did not hold, at most every 30 seconds. */
    | { readonly url: string | URL; readonly jwks?: undefined }
  )

/**
 * Accepts JWTs signed with a private key whose public half is in a key set (RS256, ES256, EdDSA and their kin, never a
 * shared secret). Claims are read as `jwtSecret` reads them. Where the set holds several keys of a kind, a token must
 * name its own by `kid`.
 *
 * @throws {TypeError} when `url` is not one, or `jwks` not a key set.
 */
export function jwtKeySet(options: JwtKeySetOptions): Authenticate {
  const keySet = options.jwks ? createLocalJWKSet(copyOf(options.jwks)) : createRemoteJWKSet(new URL(options.url))
  const expectations = expectationsOf(options)
  return authenticateByJwt((token) => jwtVerify(token, keySet, expectations))
}

function copyOf({ keys }: JsonWebKeySet): JSONWebKeySet {
  if (!Array.isArray(keys)) throw new TypeError('jwks must hold keys')
  return { keys: keys.map((key) => ({ ...key })) }
}
