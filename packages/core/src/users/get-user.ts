import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { allOf } from '../permissions/all-of'
import { scopeOf } from '../permissions/permission-scope'
import { type NamedUser, readNamedUser } from './login-names'

/**
 * Answers a user, or `undefined` when there is none of that id, or none that the call may see.
 *
 * @throws {@link PermissionDeniedError} without `user.read`.
 */
export async function findUser(core: Core, actor: Actor, userId: string): Promise<NamedUser | undefined> {
  const permitted = scopeOf(core, actor, 'user.read', { self: true })
  const [scope, user] = await allOf(permitted, readNamedUser(core, userId))
  return user === undefined || !scope.admits(user.orgId, userId) ? undefined : user
}

/**
 * Answers a user.
 *
 * @throws {@link NotFoundError} when there is none of that id, or none that the call may see.
 * @throws {@link PermissionDeniedError} without `user.read`.
 */
export function getUser(core: Core, actor: Actor, userId: string): Promise<NamedUser> {
  return findUser(core, actor, userId).then((user) => {
    if (user === undefined) throw new NotFoundError('user', userId)
    return user
  })
}
