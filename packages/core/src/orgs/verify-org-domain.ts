import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import { scopeOf } from '../permissions/permission-scope'
import type { Written } from '../written'
import { draftDomain } from './draft-domain'
import { draftOrgAggregate, loadOrgForChange, orgWritten, requireOrgDomain } from './load-org'
import { orgDomainClaim } from './org'

/** Whether an org has shown that a domain is its own. What it has to show, and how it is asked, is the host's. */
export type DomainVerifier = (domain: string, context: { readonly orgId: string }) => Promise<boolean>

/**
 * Lets the host check that a domain is the org's own, and verifies it then. Where the host checks nothing it is verified.
 * What the host's check throws comes out as it is.
 *
 * @throws {@link PermissionDeniedError} without `org.write`.
 * @throws {@link NotFoundError} when the org has no such domain, or the call may not see the org.
 * @throws {@link InvalidStateError} `domain_already_verified`, or `domain_not_proven` when the check fails.
 * @throws {@link AlreadyExistsError} when another org has it verified.
 */
export async function verifyOrgDomain(core: Core, actor: Actor, name: string, orgId?: string): Promise<Written> {
  const load = async () => {
    const scope = await scopeOf(core, actor, 'org.write')
    const loaded = await loadOrgForChange(core, scope, orgId)
    const found = await requireOrgDomain(core, loaded.org.orgId, name)
    if (found.isVerified) throw new InvalidStateError('domain_already_verified')
    return { loaded, found }
  }

  // Outside of the write, which may be tried many times.
  const { found: asked } = await load()
  const proven = core.verifyDomain === undefined || (await core.verifyDomain(asked.domain, { orgId: asked.orgId }))
  if (!proven) throw new InvalidStateError('domain_not_proven')

  return core.write(actor, async (draft) => {
    const { loaded, found } = await load()
    const { domain, createdAt } = found
    const aggregate = draftOrgAggregate(draft, loaded)
    draftDomain(draft, found, [aggregate.append({ type: 'org.domain.verified', payload: { domain } })])
    draft.takeClaim({ ...orgDomainClaim(domain), ownerType: 'org', ownerId: loaded.org.orgId })
    return { draft, answer: orgWritten(aggregate, loaded.org.orgId, createdAt) }
  })
}
