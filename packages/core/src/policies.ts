import type { Actor } from './actor'
import type { User } from './users/user'

/** What a host may forbid beyond what permissions decide. */
export interface Policies {
  /**
   * Asked before an access token is made; `false` refuses it. Whoever may write users may otherwise make a token for any
   * machine of the org, also one with more rights than the maker has.
   */
  readonly mayCreateAccessToken?: (attempt: {
    readonly actor: Actor
    readonly user: User
  }) => boolean | Promise<boolean>
}
