import type { Actor } from '../actor'
import type { Core } from '../core'
import { changeUserState } from '../users/change-user-state'
import type { Written } from '../written'
import { decideInitialized } from './decide-initialization'
import { redeemCode } from './redeem-code'

/**
 * Ends the state `initial`: the user is active. With a code, that has to be the right one, and verifies the e-mail
 * address it was sent to; without one the caller vouches for the user, and for the address nobody does.
 *
 * @throws {@link PermissionDeniedError} without `user.write`.
 * @throws {@link NotFoundError} when there is no such user in the org.
 * @throws {@link InvalidInputError} for a code of no or more than 200 characters.
 * @throws {@link InvalidStateError} `user_not_initial`, and for the code as `verifyContact`.
 */
export function initializeUser(
  core: Core,
  actor: Actor,
  userId: string,
  proof: { readonly code?: string } = {},
): Promise<Written> {
  // A code that is missing by mistake is no code, and not the caller's word.
  if (!('code' in proof)) {
    return changeUserState(core, actor, userId, (user) => decideInitialized(user, { byCode: false }))
  }
  return redeemCode(core, actor, userId, 'initialization', proof.code, (user) =>
    decideInitialized(user, { byCode: true }),
  )
}
