import type { ExchangeRequest } from './exchange'

/** Who is calling, as the host or a ready-made authenticator established it. */
export interface Caller {
  readonly userId: string
  /**
   * What the token was issued for. `undefined`: the token carries no list (a stored token), the user's roles decide
   * alone. A list, even an empty one: the token (a JWT) may do no more than this.
   */
  readonly scopes?: readonly string[] | undefined
  /** When the token stops being valid, in milliseconds since the epoch. `undefined`: it does not expire by itself. */
  readonly expiresAt?: number | undefined
}

/** Why a token that was meant for an authenticator does not count. */
export type TokenFlaw =
  /** Its time is over. */
  | 'expired'
  /** Nobody we know signed it. */
  | 'signature'
  /** Anything else: not valid yet, for somebody else, without a subject. */
  | 'invalid'

/** A token that an authenticator can read and does not accept. */
export interface RejectedToken {
  readonly flaw: TokenFlaw
}

/**
 * Establishes who sent a request, from its headers.
 *
 * `undefined` means that nobody is: no token, or one of no kind this authenticator knows. A {@link RejectedToken} says
 * why a token of its kind does not count, for faces whose vendor tells clients so. The face answers both with 401. A
 * rejection of the promise means that it could not be found out, and is answered with 500.
 */
export type Authenticate = (request: ExchangeRequest) => Promise<Caller | RejectedToken | undefined>
