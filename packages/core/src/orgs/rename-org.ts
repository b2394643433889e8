import * as v from 'valibot'
import type { Actor } from '../actor'
import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import type { AppendedEvent } from '../events/event'
import { parseInput } from '../input'
import { scopeOf } from '../permissions/permission-scope'
import type { OrgDomainRecord } from '../storage/records'
import type { Written } from '../written'
import { orgName } from './create-org'
import { draftDomain } from './draft-domain'
import {
  draftOrgAggregate,
  draftOrgEvents,
  loadOrgForChange,
  orgWritten,
  readOrgDomain,
  unchangedOrg,
} from './load-org'
import { generatedDomain, orgDomainClaim, orgNameClaim } from './org'

const RenameOrgInput = v.strictObject({ name: orgName })

export interface OrgRenamed extends Written {
  /** False: it has that name already, and nothing was written. */
  readonly changed: boolean
}

/**
 * Renames an org. A domain that was made from the old name gives way to one made from the new name, as its primary one
 * where it was that.
 *
 * @throws {@link InvalidInputError} for a name of no or more than 200 characters, or one that no domain can be made of.
 * @throws {@link PermissionDeniedError} without `org.write`.
 * @throws {@link NotFoundError} when the call may not see the org.
 * @throws {@link AlreadyExistsError} when the name or the domain is taken.
 */
export async function renameOrg(core: Core, actor: Actor, newName: string, orgId?: string): Promise<OrgRenamed> {
  const { name } = parseInput(RenameOrgInput, { name: newName })
  return core.write<OrgRenamed>(actor, async (draft) => {
    const scope = await scopeOf(core, actor, 'org.write')
    const loaded = await loadOrgForChange(core, scope, orgId)
    const { org } = loaded
    if (org.name === name) return { answer: { ...unchangedOrg(org, org.orgId), changed: false } }
    const domain = generatedDomain(name, core.domain)
    if (domain === undefined) throw new InvalidInputError('name', 'must hold a letter or digit')
    const oldDomain = generatedDomain(org.name, core.domain) ?? ''
    const [replaced, present] = await Promise.all([
      readOrgDomain(core, org.orgId, oldDomain),
      readOrgDomain(core, org.orgId, domain),
    ])

    const aggregate = draftOrgAggregate(draft, loaded)
    const owner = { ownerType: 'org', ownerId: org.orgId } as const
    draft.releaseClaim(orgNameClaim(org.name))
    draft.takeClaim({ ...orgNameClaim(name), ...owner })
    const events = [
      aggregate.append({ type: 'org.changed', payload: { name } }),
      ...(replaced === undefined || oldDomain === domain
        ? []
        : swapDomain(draft, aggregate, replaced, present, domain)),
    ]
    draftOrgEvents(draft, org, events)
    const answer = orgWritten(aggregate, org.orgId, org.createdAt)
    return { draft, answer: (committed) => ({ ...answer(committed), changed: true }) }
  })
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
