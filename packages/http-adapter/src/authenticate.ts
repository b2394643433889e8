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

/**
 * Establishes who sent a request, from its headers.
 *
 * `undefined` means that nobody is: no token, or one that is unknown, malformed, expired. The face answers 401. A
 * rejection means that it could not be found out, and is answered with 500.
 */
export type Authenticate = (request: ExchangeRequest) => Promise<Caller | undefined>
