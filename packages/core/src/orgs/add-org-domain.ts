import * as v from 'valibot'
import type { Actor } from '../actor'
import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { AlreadyExistsError } from '../errors/already-exists-error'
import { parseInput, text } from '../input'
import { scopeOf } from '../permissions/permission-scope'
import type { Written } from '../written'
import { draftDomain } from './draft-domain'
import { draftOrgAggregate, loadOrgForChange, orgWritten, readOrgDomain } from './load-org'
import { orgDomainClaim } from './org'

/** Labels of letters and marks of any script, digits and `-`. Case does not matter. */
const domainPattern = /^[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)*$/u

export const orgDomainName = v.pipe(
  v.string('must be text'),
  v.trim(),
  v.toLowerCase(),
  text(1, 253),
  v.regex(domainPattern, 'must be a domain'),
)

const AddOrgDomainInput = v.strictObject({ domain: orgDomainName })

/**
 * Adds a domain to an org: verified at once, or to be verified where the host checks domains.
 *
 * @throws {@link InvalidInputError} for what is no domain.
 * @throws {@link PermissionDeniedError} without `org.write`.
 * @throws {@link NotFoundError} when the call may not see the org.
 * @throws {@link AlreadyExistsError} `domain_of_org` when the org has it already, `org_domain` when another org has it
 * verified.
 */
export async function addOrgDomain(core: Core, actor: Actor, name: string, orgId?: string): Promise<Written> {
  const { domain } = parseInput(AddOrgDomainInput, { domain: name })
  return core.write(actor, async (draft) => {
    const scope = await scopeOf(core, actor, 'org.write')
    const loaded = await loadOrgForChange(core, scope, orgId)
    const { org } = loaded
    if ((await readOrgDomain(core, org.orgId, domain)) !== undefined) throw new AlreadyExistsError('domain_of_org')

    const aggregate = draftOrgAggregate(draft, loaded)
    draftAddedDomain(draft, core, aggregate, org.orgId, domain)
    return { draft, answer: orgWritten(aggregate, org.orgId) }
  })
}

/** Drafts a domain that the org does not have yet. */
export function draftAddedDomain(
  draft: CommitDraft,
  core: Core,
  aggregate: AggregateDraft,
  orgId: string,
  domain: string,
): void {
  const events = [aggregate.append({ type: 'org.domain.added', payload: { domain } })]
  if (core.verifyDomain === undefined) {
    events.push(aggregate.append({ type: 'org.domain.verified', payload: { domain } }))
    draft.takeClaim({ ...orgDomainClaim(domain), ownerType: 'org', ownerId: orgId })
  }
  draftDomain(draft, undefined, events)
}
