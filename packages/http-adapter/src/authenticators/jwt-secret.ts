import { Buffer } from 'node:buffer'
import { jwtVerify } from 'jose'
import type { Authenticate } from '../authenticate'
import { authenticateByJwt, expectationsOf, type JwtExpectations } from './verify-jwt'

/** Options of {@link jwtSecret}. */
export interface JwtSecretOptions extends JwtExpectations {
  /** Text is taken as UTF-8. 32 random bytes or more (RFC 7518, section 3.2): less can be guessed from one token. */
  readonly secret: string | Uint8Array
}

/**
 * Accepts JWTs signed with a shared secret (HS256). `sub` is the user id, with or without `auth0|`; `scope` lists what
 * the token may do at most; `exp` and `nbf` count.
 *
 * @throws {TypeError} when the secret is empty.
 */
export function jwtSecret(options: JwtSecretOptions): Authenticate {
  const { secret } = options
  const key = typeof secret === 'string' ? Buffer.from(secret) : secret
  if (key.length === 0) throw new TypeError('secret must not be empty')
  const expectations = { algorithms: ['HS256'], ...expectationsOf(options) }
  return authenticateByJwt((token) => jwtVerify(token, key, expectations))
}
