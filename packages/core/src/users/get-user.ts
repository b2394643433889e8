import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { owns, requirePermission } from '../permissions/check-permission'
import { allOf } from './load-user'
import { type NamedUser, readNamedUser } from './login-names'

/**
 * Answers a user, or `undefined` when the call's org has none of that id.
 *
 * @throws {@link PermissionDeniedError} without `user.read`.
 */
export async function findUser(core: Core, actor: Actor, userId: string): Promise<NamedUser | undefined> {
  const permitted = requirePermission(core, actor, 'user.read')
  const [scope, user] = await allOf(permitted, readNamedUser(core, userId))
  return user === undefined || !owns(scope, user.orgId) ? undefined : user
}

/**
 * Answers a user.
 *
 * @throws {@link NotFoundError} when the call's org has none of that id.
 * @throws {@link PermissionDeniedError} without `user.read`.
 */
export async function getUser(core: Core, actor: Actor, userId: string): Promise<NamedUser> {
  const user = await findUser(core, actor, userId)
  if (user === undefined) throw new NotFoundError('user', userId)
  return user
}
