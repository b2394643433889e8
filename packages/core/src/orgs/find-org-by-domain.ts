import type { Actor } from '../actor'
import type { Core } from '../core'
import { requirePermission } from '../permissions/check-permission'
import { type Org, orgDomainClaim } from './org'

/**
 * Answers the org of the instance whose verified domain it is, whatever its case and whatever org the call works in.
 *
 * @throws {@link PermissionDeniedError} without `org.global.read`.
 */
export async function findOrgByDomain(core: Core, actor: Actor, domain: string): Promise<Org | undefined> {
  await requirePermission(core, actor, 'org.global.read')
  const claim = await core.read({ read: 'claim', claim: orgDomainClaim(domain.toLowerCase()) })
  if (claim === undefined) return undefined
  return core.read({ read: 'record', kind: 'org', key: { orgId: claim.ownerId } })
}
