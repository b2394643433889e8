import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import type { Written } from '../written'
import { changeUserState } from './change-user-state'
import { fact, type User, type UserEvent } from './user'

export function decideReactivate(user: Pick<User, 'state'>): UserEvent {
  if (user.state !== 'inactive') throw new InvalidStateError('user_not_inactive')
  return fact('user.reactivated')
}

/**
 * Makes a deactivated user active.
 *
 * @throws {@link PermissionDeniedError} without `user.write`.
 * @throws {@link NotFoundError} when there is no such user in the org.
 * @throws {@link InvalidStateError} when the user is not inactive.
 */
export function reactivateUser(core: Core, actor: Actor, userId: string): Promise<Written> {
  return changeUserState(core, actor, userId, decideReactivate)
}
