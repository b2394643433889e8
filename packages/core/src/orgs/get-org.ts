import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { scopeOf } from '../permissions/permission-scope'
import { ownerOrgOf } from '../users/owner-org'
import type { Org } from './org'

/**
 * Answers the org named, or the one the call works in.
 *
 * @throws {@link PermissionDeniedError} without `org.read`.
 * @throws {@link NotFoundError} when it does not exist, or the call works in another one.
 */
export async function getOrg(core: Core, actor: Actor, orgId?: string): Promise<Org> {
  const scope = await scopeOf(core, actor, 'org.read')
  const wanted = await ownerOrgOf(core, scope, orgId)
  const org = await core.read({ read: 'record', kind: 'org', key: { orgId: wanted } })
  if (org === undefined) throw new NotFoundError('org', wanted)
  return org
}
