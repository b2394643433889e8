import { errors, type JWTPayload } from 'jose'
import type { Authenticate, TokenFlaw } from '../authenticate'
import { bearerToken } from './bearer-token'
import { callerOf } from './jwt-claims'

/** Three parts, as the compact form of a signed token has (RFC 7515, section 7.1). */
const compactForm = /^[\w-]+\.[\w-]+\.[\w-]*$/

/** Whose tokens count. */
export interface JwtExpectations {
  /** The `iss` a token must carry. Absent: any or none. */
  readonly issuer?: string | undefined
  /** An `aud` a token must carry. Absent: any or none. */
  readonly audience?: string | undefined
}

/** What `jose` is told: an absent expectation must not be there at all. */
export function expectationsOf({ issuer, audience }: JwtExpectations): { issuer?: string; audience?: string } {
  return { ...(issuer === undefined ? {} : { issuer }), ...(audience === undefined ? {} : { audience }) }
}

/**
 * Authenticates by signed tokens, once `verify` has checked signature, time, issuer and audience. A token that is not a
 * JWT is left to other authenticators.
 */
export function authenticateByJwt(verify: (token: string) => Promise<{ readonly payload: JWTPayload }>): Authenticate {
  return async (request) => {
    const token = bearerToken(request)
    if (token === undefined || !compactForm.test(token)) return undefined
    try {
      return callerOf((await verify(token)).payload)
    } catch (error) {
      const flaw = flawOf(error)
      if (flaw === undefined) throw error
      return { flaw }
    }
  }
}

/** `undefined`: not the token's fault, the keys could not be had. */
function flawOf(error: unknown): TokenFlaw | undefined {
  if (!(error instanceof errors.JOSEError)) return undefined
  switch (error.code) {
    case 'ERR_JWT_EXPIRED':
      return 'expired'
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
      return 'signature'
    case 'ERR_JWKS_TIMEOUT':
    case 'ERR_JWKS_INVALID':
    case 'ERR_JOSE_GENERIC':
      return undefined
    default:
      return 'invalid'
  }
}
