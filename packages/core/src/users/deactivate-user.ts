import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import type { Written } from '../written'
import { changeUserState } from './change-user-state'
import { fact, type User, type UserEvent } from './user'

export function decideDeactivate(user: Pick<User, 'state'>): UserEvent {
  if (user.state === 'inactive') throw new InvalidStateError('user_already_inactive')
  if (user.state === 'initial') throw new InvalidStateError('user_initial')
  return fact('user.deactivated')
}

/**
 * A user that is deactivated may not call any more, from the next call on. A lock is forgotten.
 *
 * @throws {@link PermissionDeniedError} without `user.write`.
 * @throws {@link NotFoundError} when there is no such user in the org.
 * @throws {@link InvalidStateError} when the user is inactive already, or waits to be initialized.
 */
export function deactivateUser(core: Core, actor: Actor, userId: string): Promise<Written> {
  return changeUserState(core, actor, userId, decideDeactivate)
}
