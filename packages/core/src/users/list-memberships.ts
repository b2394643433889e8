import type { Actor } from '../actor'
import type { Core } from '../core'
import type { Member } from '../members/member'
import { requirePermission } from '../permissions/check-permission'
import { allOf, readUser } from './load-user'

/** Where a user is a member. */
export interface Membership extends Member {
  /** Of the org; `null` for a membership in the instance. */
  readonly orgName: string | null
}

/**
 * Answers where a user is a member, as far as the call may know: in the call's org, whatever org the user is of, and in
 * the instance where the user is of the call's org. A call that works in all orgs sees all; who is unknown is a member of
 * nothing.
 *
 * @throws {@link PermissionDeniedError} without `user.membership.read`.
 */
export async function listMemberships(core: Core, actor: Actor, userId: string): Promise<readonly Membership[]> {
  const permitted = requirePermission(core, actor, 'user.membership.read')
  const reading = core.read({ read: 'memberships', userId })
  const [{ orgId }, user, memberships] = await allOf(permitted, readUser(core, userId), reading)
  const visible = memberships.filter(
    (member) => orgId === undefined || (member.level === 'org' ? member.orgId : user?.orgId) === orgId,
  )
  return Promise.all(
    visible.map(async (member): Promise<Membership> => {
      if (member.level === 'instance') return { ...member, orgName: null }
      const org = await core.read({ read: 'record', kind: 'org', key: { orgId: member.orgId } })
      return { ...member, orgName: org?.name ?? null }
    }),
  )
}
