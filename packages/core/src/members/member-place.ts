import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import type { CallScope } from '../permissions/check-permission'
import type { MemberLevel, Stamped } from '../storage/records'
import { ownerOrgOf } from '../users/owner-org'

/** Where somebody is a member: in the instance, or in an org (the call's own when none is named). */
export type MemberPlace = { readonly level: 'instance' } | { readonly level: 'org'; readonly orgId?: string }

export const memberPermissions = {
  instance: { read: 'iam.member.read', write: 'iam.member.write', delete: 'iam.member.delete' },
  org: { read: 'org.member.read', write: 'org.member.write', delete: 'org.member.delete' },
} as const satisfies Record<MemberLevel, Record<'read' | 'write' | 'delete', string>>

/**
 * The org's id, empty for the instance, and what the place itself looks like.
 *
 * @throws {@link NotFoundError} when the call may not see the org.
 */
export async function resolvePlace(
  core: Core,
  scope: CallScope,
  place: MemberPlace,
): Promise<{ readonly orgId: string; readonly record: Stamped }> {
  const orgId = place.level === 'instance' ? '' : await ownerOrgOf(core, scope, place.orgId)
  const record =
    place.level === 'instance'
      ? await core.read({ read: 'record', kind: 'instance', key: {} })
      : await core.read({ read: 'record', kind: 'org', key: { orgId } })
  if (record === undefined) throw new NotFoundError('org', orgId)
  return { orgId, record }
}
