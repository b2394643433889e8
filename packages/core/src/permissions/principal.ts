import type { UserActor } from '../actor'
import type { Core } from '../core'
import { UnauthenticatedError } from '../errors/unauthenticated-error'
import type { Principal } from '../storage/read'

/**
 * Reads, for this call, what a permission check needs to know of a caller. {@link requireActive} says what it is worth: apart,
 * so that whoever waits for the one and asks the other makes no promise more.
 *
 * @param memberships - `all`: of every org. Absent: those in the instance and in the org the call works in, however many
 * others there are.
 */
export function readPrincipal(core: Core, actor: UserActor, memberships?: 'all'): Promise<Principal | undefined> {
  const { userId, orgId } = actor
  const inOrg = orgId === undefined ? undefined : { orgId }
  return core.read({ read: 'principal', userId, ...inOrg, ...(memberships && { memberships }) })
}

/** @throws {@link UnauthenticatedError} when the caller does not exist, is not active, or its org is not. */
export function requireActive(core: Core, { userId }: UserActor, principal: Principal | undefined): Principal {
  if (principal === undefined) throw new UnauthenticatedError('unknown_user')
  // A user that has yet to be initialized has nothing it could have signed in with, but may be acted for.
  if (principal.user.state === 'inactive' || principal.user.state === 'locked') {
    throw new UnauthenticatedError('user_not_active')
  }
  if (principal.homeOrg !== 'active') throw new UnauthenticatedError('org_not_active')
  if (core.checksUnread) core.homeOrgs.remember(userId, principal.user.orgId)
  return principal
}
