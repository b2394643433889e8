import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { allOf } from '../permissions/all-of'
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
  const permitted = scopeOf(core, actor, 'org.read')
  // Which org the call works in is known with the permission only; one that is named is read along with it.
  const [scope, named] = await allOf(permitted, readOrg(core, orgId))
  const wanted = await ownerOrgOf(core, scope, orgId)
  const org = orgId === undefined ? await readOrg(core, wanted) : named
  if (org === undefined) throw new NotFoundError('org', wanted)
  return org
}

async function readOrg(core: Core, orgId: string | undefined): Promise<Org | undefined> {
  return orgId === undefined ? undefined : core.read({ read: 'record', kind: 'org', key: { orgId } })
}
