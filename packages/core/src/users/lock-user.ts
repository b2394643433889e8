import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import type { Written } from '../written'
import { changeUserState } from './change-user-state'
import { fact, type User, type UserEvent } from './user'

export function decideLock(user: Pick<User, 'state'>): UserEvent {
  if (user.state !== 'active' && user.state !== 'initial') throw new InvalidStateError('user_not_active_or_initial')
  return fact('user.locked')
}

/**
 * A locked user may not call any more, from the next call on.
 *
 * @throws {@link PermissionDeniedError} without `user.write`.
 * @throws {@link NotFoundError} when there is no such user in the org.
 * @throws {@link InvalidStateError} when the user is locked already, or inactive.
 */
export function lockUser(core: Core, actor: Actor, userId: string): Promise<Written> {
  return changeUserState(core, actor, userId, decideLock)
}
