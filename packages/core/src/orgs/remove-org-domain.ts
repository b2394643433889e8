import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import { scopeOf } from '../permissions/permission-scope'
import type { Written } from '../written'
import { draftOrgAggregate, loadOrgForChange, orgWritten, requireOrgDomain } from './load-org'
import { orgDomainClaim } from './org'

/**
 * Takes a domain from an org; another org may have it then.
 *
 * @throws {@link PermissionDeniedError} without `org.write`.
 * @throws {@link NotFoundError} when the org has no such domain, or the call may not see the org.
 * @throws {@link InvalidStateError} for the primary domain.
 */
export function removeOrgDomain(core: Core, actor: Actor, name: string, orgId?: string): Promise<Written> {
  return core.write(actor, async (draft) => {
    const scope = await scopeOf(core, actor, 'org.write')
    const loaded = await loadOrgForChange(core, scope, orgId)
    const found = await requireOrgDomain(core, loaded.org.orgId, name)
    if (found.isPrimary) throw new InvalidStateError('domain_primary')

    const { domain, createdAt } = found
    const aggregate = draftOrgAggregate(draft, loaded)
    aggregate.append({ type: 'org.domain.removed', payload: { domain } })
    draft.remove({ kind: 'orgDomain', key: { orgId: loaded.org.orgId, domain } })
    if (found.isVerified) draft.releaseClaim(orgDomainClaim(domain))
    return { draft, answer: orgWritten(aggregate, loaded.org.orgId, createdAt) }
  })
}
