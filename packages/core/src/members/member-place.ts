import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { requirePermission } from '../permissions/check-permission'
import { scopeOf } from '../permissions/permission-scope'
import type { MemberLevel, Stamped } from '../storage/records'
import { ownerOrgOf } from '../users/owner-org'

/** Where somebody is a member: in the instance, or in an org (the call's own when none is named). */
export type MemberPlace = { readonly level: 'instance' } | { readonly level: 'org'; readonly orgId?: string }

const memberPermissions = {
  instance: { read: 'iam.member.read', write: 'iam.member.write', delete: 'iam.member.delete' },
  org: { read: 'org.member.read', write: 'org.member.write', delete: 'org.member.delete' },
} as const satisfies Record<MemberLevel, Record<'read' | 'write' | 'delete', string>>

/**
 * Asks for the permission on the members of a place. Answers the org's id, empty for the instance, and what the place
 * itself looks like.
 *
 * @throws {@link PermissionDeniedError} without `org.member.…`, in the instance `iam.member.…`.
 * @throws {@link NotFoundError} when the call may not see the org.
 */
export async function permitPlace(
  core: Core,
  actor: Actor,
  place: MemberPlace,
  verb: 'read' | 'write' | 'delete',
): Promise<{ readonly orgId: string; readonly record: Stamped }> {
  const permission = memberPermissions[place.level][verb]
  if (place.level === 'instance') {
    await requirePermission(core, actor, permission)
    const record = await core.read({ read: 'record', kind: 'instance', key: {} })
    if (record === undefined) throw new NotFoundError('org', '')
    return { orgId: '', record }
  }
  const orgId = await ownerOrgOf(core, await scopeOf(core, actor, permission), place.orgId)
  const record = await core.read({ read: 'record', kind: 'org', key: { orgId } })
  if (record === undefined) throw new NotFoundError('org', orgId)
  return { orgId, record }
}
