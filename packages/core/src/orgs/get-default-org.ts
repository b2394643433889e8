import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { requirePermission } from '../permissions/check-permission'
import type { Org } from './org'

/**
 * Answers the org that owns what names no other, whatever org the call works in.
 *
 * @throws {@link PermissionDeniedError} without `iam.read`.
 */
export async function getDefaultOrg(core: Core, actor: Actor): Promise<Org> {
  await requirePermission(core, actor, 'iam.read')
  const { defaultOrgId = '' } = (await core.read({ read: 'record', kind: 'instance', key: {} })) ?? {}
  const org = await core.read({ read: 'record', kind: 'org', key: { orgId: defaultOrgId } })
  if (org === undefined) throw new NotFoundError('org', defaultOrgId)
  return org
}
