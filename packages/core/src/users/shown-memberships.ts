import type { Core } from '../core'
import { withoutRemovedRoles } from '../members/created-roles'
import type { Member } from '../members/member'
import type { PermissionScope } from '../permissions/permission-scope'
import type { Membership } from './list-memberships'

/** A user's memberships as they are stored, and the org that it is of; `undefined` where there is no such user. */
export interface StoredMemberships {
  readonly homeOrgId: string | undefined
  readonly memberships: readonly Member[]
}

/**
 * Memberships of users, in their order, as far as a call may know: in orgs in scope, and in the instance where the org that
 * the user is of is in scope. However many they are, the storage is asked once per thousand orgs and roles.
 */
export async function shownMemberships(
  core: Core,
  scope: PermissionScope,
  users: readonly StoredMemberships[],
): Promise<readonly (readonly Membership[])[]> {
  const visible = users.map(({ homeOrgId, memberships }) =>
    memberships.filter(({ level, orgId }) => {
      const place = level === 'org' ? orgId : homeOrgId
      return place !== undefined && scope.includes(place)
    }),
  )
  const orgIds = new Set(visible.flat().flatMap(({ level, orgId }) => (level === 'org' ? [orgId] : [])))
  const [shown, orgs] = await Promise.all([
    withoutRemovedRoles(core, visible.flat()),
    Promise.all(Array.from(orgIds, (orgId) => core.read({ read: 'record', kind: 'org', key: { orgId } }))),
  ])
  const names = new Map(orgs.flatMap((org) => (org === undefined ? [] : [[org.orgId, org.name] as const])))
  let next = 0
  return visible.map((ofUser) =>
    ofUser.map((): Membership => {
      const member = shown[next++]!
      return { ...member, orgName: member.level === 'instance' ? null : (names.get(member.orgId) ?? null) }
    }),
  )
}
