import type { UserActor } from '../actor'
import type { Core } from '../core'
import { UnauthenticatedError } from '../errors/unauthenticated-error'
import type { Principal } from '../storage/read'

/**
 * What a permission check needs to know of a caller, read for this call.
 *
 * @param memberships - `all`: of every org. Absent: those in the instance and in the org the call works in, however many
 * others there are.
 * @throws {@link UnauthenticatedError} when the caller does not exist, is not active, or its org is not.
 */
export async function requirePrincipal(core: Core, actor: UserActor, memberships?: 'all'): Promise<Principal> {
  const { userId, orgId } = actor
  const inOrg = orgId === undefined ? undefined : { orgId }
  const principal = await core.read({ read: 'principal', userId, ...inOrg, ...(memberships && { memberships }) })
  if (principal === undefined) throw new UnauthenticatedError('unknown_user')
  // A user that has yet to be initialized has nothing it could have signed in with, but may be acted for.
  if (principal.user.state === 'inactive' || principal.user.state === 'locked') {
    throw new UnauthenticatedError('user_not_active')
  }
  if (principal.homeOrg !== 'active') throw new UnauthenticatedError('org_not_active')
  if (core.checksUnread) core.homeOrgs.remember(userId, principal.user.orgId)
  return principal
}
