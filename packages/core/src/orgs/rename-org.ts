import type { Actor } from '../actor'
import type { Core } from '../core'
import { type OrgUpdated, updateOrg } from './update-org'

/** Renames an org: as {@link updateOrg}, of the org named or the one the call works in. */
export function renameOrg(core: Core, actor: Actor, name: string, orgId?: string): Promise<OrgUpdated> {
  return updateOrg(core, actor, orgId, { name })
}
