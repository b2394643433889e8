import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import { scopeOf } from '../permissions/permission-scope'
import type { Written } from '../written'
import { draftDomain } from './draft-domain'
import {
  draftOrgAggregate,
  draftOrgEvents,
  loadOrgForChange,
  orgWritten,
  readOrgDomain,
  requireOrgDomain,
  unchangedOrg,
} from './load-org'

/**
 * Makes a verified domain the primary one of its org. The one that is primary already stays so without an event.
 *
 * @throws {@link PermissionDeniedError} without `org.write`.
 * @throws {@link NotFoundError} when the org has no such domain, or the call may not see the org.
 * @throws {@link InvalidStateError} for a domain that is not verified.
 */
export function setPrimaryOrgDomain(core: Core, actor: Actor, name: string, orgId?: string): Promise<Written> {
  return core.write(actor, async (draft) => {
    const scope = await scopeOf(core, actor, 'org.write')
    const loaded = await loadOrgForChange(core, scope, orgId)
    const { org } = loaded
    const [found, before] = await Promise.all([
      requireOrgDomain(core, org.orgId, name),
      readOrgDomain(core, org.orgId, org.primaryDomain ?? ''),
    ])
    if (!found.isVerified) throw new InvalidStateError('domain_not_verified')
    if (found.isPrimary) return { answer: unchangedOrg(found, org.orgId) }

    const aggregate = draftOrgAggregate(draft, loaded)
    const set = aggregate.append({ type: 'org.domain.primary.set', payload: { domain: found.domain } })
    draftOrgEvents(draft, org, [set])
    draftDomain(draft, found, [set])
    if (before !== undefined) draftDomain(draft, before, [set])
    return { draft, answer: orgWritten(aggregate, org.orgId, found.createdAt) }
  })
}
