import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import type { Written } from '../written'
import { changeUserState } from './change-user-state'
import { fact, type User, type UserEvent } from './user'

export function decideUnlock(user: Pick<User, 'state'>): UserEvent {
  if (user.state !== 'locked') throw new InvalidStateError('user_not_locked')
  return fact('user.unlocked')
}

/**
 * Makes a locked user active, also one that waited to be initialized before.
 *
 * @throws {@link PermissionDeniedError} without `user.write`.
 * @throws {@link NotFoundError} when there is no such user in the org.
 * @throws {@link InvalidStateError} when the user is not locked.
 */
export function unlockUser(core: Core, actor: Actor, userId: string): Promise<Written> {
  return changeUserState(core, actor, userId, decideUnlock)
}
