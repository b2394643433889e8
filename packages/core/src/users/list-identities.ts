import type { Actor } from '../actor'
import type { Core } from '../core'
import { allOf } from '../permissions/all-of'
import { scopeOf } from '../permissions/permission-scope'
import { readIdentities } from './draft-identities'
import type { LinkedIdentity } from './identity'
import { readUser, requireUser } from './load-user'

/**
 * Answers what is linked to a user, in the order in which it was. The user itself is not among it.
 *
 * @throws {@link PermissionDeniedError} without `user.read`.
 * @throws {@link NotFoundError} when there is no such user, or none that the call may see.
 */
export async function listIdentities(core: Core, actor: Actor, userId: string): Promise<readonly LinkedIdentity[]> {
  const permitted = scopeOf(core, actor, 'user.read', { self: true })
  const [scope, user, identities] = await allOf(permitted, readUser(core, userId), readIdentities(core, userId))
  requireUser(user, userId, scope)
  return identities
}
