import type { Actor } from '../actor'
import type { Core } from '../core'
import type { Member } from '../members/member'
import { allOf } from '../permissions/all-of'
import { scopeOf } from '../permissions/permission-scope'
import { readUser } from './load-user'
import { shownMemberships } from './shown-memberships'

/** Where a user is a member. */
export interface Membership extends Member {
  /** Of the org; `null` for a membership in the instance. */
  readonly orgName: string | null
}

/**
 * Answers where a user is a member, as far as the call may know: in orgs that the call may see, whatever org the
 * user is of, and in the instance where the call may see the org the user is of. Who is unknown is a member of nothing.
 *
 * @throws {@link PermissionDeniedError} without `user.membership.read`.
 */
export async function listMemberships(core: Core, actor: Actor, userId: string): Promise<readonly Membership[]> {
  const permitted = scopeOf(core, actor, 'user.membership.read')
  const reading = core.read({ read: 'memberships', userId })
  const [scope, user, memberships] = await allOf(permitted, readUser(core, userId), reading)
  const [shown] = await shownMemberships(core, scope, [{ homeOrgId: user?.orgId, memberships }])
  return shown!
}
