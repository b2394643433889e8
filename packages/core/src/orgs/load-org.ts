import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Committed, Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import type { AppendedEvent } from '../events/event'
import { evolveAll } from '../events/evolve-all'
import type { PermissionScope } from '../permissions/permission-scope'
import type { AggregateRecord, OrgDomainRecord, OrgRecord } from '../storage/records'
import { ownerOrgOf } from '../users/owner-org'
import type { Written } from '../written'
import { evolveOrg } from './org'

/** An org and what a decision about it is based on: whatever changes the org or its domains revises its aggregate. */
export interface OrgForChange {
  readonly org: OrgRecord
  readonly aggregate: AggregateRecord
}

/**
 * The org named, or the one the call works in.
 *
 * @throws {@link NotFoundError} when it does not exist, or the call may not see it.
 */
export async function loadOrgForChange(
  core: Core,
  scope: PermissionScope,
  named: string | undefined,
): Promise<OrgForChange> {
  return readOrgForChange(core, await ownerOrgOf(core, scope, named))
}

/** The same of an org that the call may see. */
export async function readOrgForChange(core: Core, orgId: string): Promise<OrgForChange> {
  // Asked for first: were the two read apart, a decision on the org would be stale rather than wrong.
  const numbered = core.read({ read: 'aggregate', key: { type: 'org', id: orgId } })
  const [aggregate, org] = await Promise.all([numbered, core.read({ read: 'record', kind: 'org', key: { orgId } })])
  if (org === undefined || aggregate === undefined) throw new NotFoundError('org', orgId)
  return { org, aggregate }
}

export function readOrgDomain(core: Core, orgId: string, domain: string): Promise<OrgDomainRecord | undefined> {
  return core.read({ read: 'record', kind: 'orgDomain', key: { orgId, domain } })
}

/**
 * A domain of the org, whatever the case of `name`.
 *
 * @throws {@link NotFoundError} when the org has none of that name.
 */
export async function requireOrgDomain(core: Core, orgId: string, name: string): Promise<OrgDomainRecord> {
  const found = await readOrgDomain(core, orgId, name.trim().toLowerCase())
  if (found === undefined) throw new NotFoundError('domain', name)
  return found
}

/** Drafts a change of an org that fails as stale when the org or its domains changed since it was read. */
export function draftOrgAggregate(draft: CommitDraft, { org, aggregate }: OrgForChange): AggregateDraft {
  const { orgId } = org
  const expect = { revision: aggregate.revision }
  return draft.aggregate({ type: 'org', id: orgId }, { owner: orgId, expect, revise: true })
}

/** Stores what the org is after `events`. */
export function draftOrgEvents(draft: CommitDraft, before: OrgRecord, events: readonly AppendedEvent[]): void {
  const org = evolveAll(evolveOrg, before, events)
  if (org !== undefined && org !== before) draft.put('org', org)
}

/** What a change answers about a record of an org. */
export function orgWritten({ index }: AggregateDraft, orgId: string, createdAt?: number) {
  return ({ at, sequenceOf }: Committed): Written => ({
    sequence: sequenceOf(index),
    createdAt: createdAt ?? at,
    changedAt: at,
    orgId,
  })
}

/** What a call answers that found nothing to change. */
export function unchangedOrg({ sequence, createdAt, changedAt }: Omit<Written, 'orgId'>, orgId: string): Written {
  return { sequence, createdAt, changedAt, orgId }
}
