import type { CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { createdRoleIds } from '../permissions/stored-roles'
import { roleKey } from '../roles/role'
import type { MemberRecord } from '../storage/records'

/** Those of `roles` that were created and are there. Asks for nothing where all of them are built in or the host's. */
export async function readCreatedRoles(core: Core, roles: readonly string[]): Promise<readonly string[]> {
  const ids = createdRoleIds(core.roles, [{ roles }])
  const aggregates = await Promise.all(ids.map((id) => core.read({ read: 'aggregate', key: roleKey(id) })))
  return aggregates.flatMap((aggregate) => (aggregate?.live ? [aggregate.id] : []))
}

/** Lets the commit fail when one of them is gone by then. */
export function draftCreatedRoles(draft: CommitDraft, created: readonly string[]): void {
  for (const roleId of created) {
    draft.aggregate(roleKey(roleId), { owner: '', expect: 'live', revise: false })
  }
}

/**
 * The memberships without the roles that were removed. Their rows keep the ids: removing a role would else have to change
 * every membership that holds it. An id that never was a role's, such as the name of a role the host gave up, stays.
 */
export async function withoutRemovedRoles<M extends Pick<MemberRecord, 'roles'>>(
  core: Core,
  memberships: readonly M[],
): Promise<readonly M[]> {
  const ids = createdRoleIds(core.roles, memberships)
  if (ids.length === 0) return memberships
  const aggregates = await Promise.all(ids.map((id) => core.read({ read: 'aggregate', key: roleKey(id) })))
  const removed = new Set(aggregates.flatMap((aggregate) => (aggregate?.live === false ? [aggregate.id] : [])))
  if (removed.size === 0) return memberships
  return memberships.map((member) => ({ ...member, roles: member.roles.filter((role) => !removed.has(role)) }))
}
