import type { CommitDraft } from '../commit-draft'
import type { AppendedEvent } from '../events/event'
import { evolveAll } from '../events/evolve-all'
import type { OrgDomainRecord } from '../storage/records'
import { evolveOrgDomain } from './org'

/** Stores what one domain is after `events`, which all are about it. */
export function draftDomain(
  draft: CommitDraft,
  before: OrgDomainRecord | undefined,
  events: readonly AppendedEvent[],
): void {
  const domain = evolveAll(evolveOrgDomain, before, events)
  if (domain !== undefined && domain !== before) draft.put('orgDomain', domain)
}
