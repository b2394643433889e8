import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import type { AppendedEvent } from '../events/event'
import type { OrgDomainRecord, OrgRecord } from '../storage/records'
import { draftDomain } from './draft-domain'
import { readOrgDomain } from './load-org'
import { generatedDomain, orgDomainClaim, orgNameClaim } from './org'

/** Drafts a new name, as an event and its claims. The commit has to expect that the org's domains stay what they were. */
export type DraftRename = (draft: CommitDraft, aggregate: AggregateDraft) => readonly AppendedEvent[]

/**
 * Reads what a new name of an org depends on. A domain that was made from the old name gives way to one made from the new
 * name, as the primary one where it was that.
 *
 * @throws {@link InvalidInputError} for a name that no domain can be made of.
 */
export async function planRename(core: Core, org: OrgRecord, name: string): Promise<DraftRename> {
  const domain = generatedDomain(name, core.domain)
  if (domain === undefined) throw new InvalidInputError('name', 'must hold a letter or digit')
  const oldDomain = generatedDomain(org.name, core.domain) ?? ''
  const [replaced, present] = await Promise.all([
    readOrgDomain(core, org.orgId, oldDomain),
    readOrgDomain(core, org.orgId, domain),
  ])
  return (draft, aggregate) => {
    draft.releaseClaim(orgNameClaim(org.name))
    draft.takeClaim({ ...orgNameClaim(name), ownerType: 'org', ownerId: org.orgId })
    return [
      aggregate.append({ type: 'org.changed', payload: { name } }),
      ...(replaced === undefined || oldDomain === domain
        ? []
        : swapDomain(draft, aggregate, replaced, present, domain)),
    ]
  }
}

/** The host may have added the new domain by hand before: `present`. */
function swapDomain(
  draft: CommitDraft,
  aggregate: AggregateDraft,
  replaced: OrgDomainRecord,
  present: OrgDomainRecord | undefined,
  domain: string,
): readonly AppendedEvent[] {
  const { orgId } = replaced
  const append = (type: 'added' | 'verified' | 'primary.set' | 'removed', of: string) =>
    aggregate.append({ type: `org.domain.${type}`, payload: { domain: of } })
  const events = [
    ...(present === undefined ? [append('added', domain)] : []),
    ...(present?.isVerified ? [] : [append('verified', domain)]),
    ...(replaced.isPrimary ? [append('primary.set', domain)] : []),
  ]
  draftDomain(draft, present, events)
  if (!present?.isVerified) draft.takeClaim({ ...orgDomainClaim(domain), ownerType: 'org', ownerId: orgId })
  const removed = append('removed', replaced.domain)
  draft.remove({ kind: 'orgDomain', key: { orgId, domain: replaced.domain } })
  if (replaced.isVerified) draft.releaseClaim(orgDomainClaim(replaced.domain))
  return [...events, removed]
}
