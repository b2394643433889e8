import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import type { AppendedEvent } from '../events/event'
import type { UserRecord } from '../storage/records'
import type { MetadataCondition } from '../storage/search'
import { draftUserAggregate } from './draft-user-change'
import {
  identitiesEntry,
  identitiesJson,
  identitiesKey,
  identitiesNamespace,
  identityClaims,
  keptIdentities,
  type LinkedIdentity,
  linkKey,
} from './identity'

/** Starts reading what is linked to a user. */
export async function readIdentities(core: Core, userId: string): Promise<readonly LinkedIdentity[]> {
  return keptIdentities(await core.read({ read: 'entry', key: identitiesKey(userId) }))
}

/** Stores what a user's identities are after `event`. */
export function draftIdentities(
  draft: CommitDraft,
  userId: string,
  identities: readonly LinkedIdentity[],
  event: AppendedEvent,
): void {
  const key = identitiesKey(userId)
  if (identities.length === 0) draft.removeEntries({ key })
  else draft.putEntry(key, { json: identitiesJson(identities) }, event)
}

/** Drafts what an org has to know of: who deletes it gives the claims of all that is linked in it free. */
export function draftLinkInOrg(draft: CommitDraft, orgId: string): AggregateDraft {
  return draft.aggregate({ type: 'org', id: orgId }, { owner: orgId, expect: 'live', revise: true })
}

/** All that is linked to users of an org. To be read after the org's aggregate, whose revision says whether more came. */
export async function readLinkedInOrg(core: Core, orgId: string): Promise<readonly LinkedIdentity[]> {
  const linked: MetadataCondition = {
    op: 'metadata',
    namespace: identitiesNamespace,
    path: [identitiesEntry],
    test: { op: 'exists' },
  }
  const { items } = await core.search({
    kind: 'user',
    filter: { op: 'and', filters: [{ op: 'equals', field: 'orgId', value: orgId }, linked] },
    offset: 0,
    limit: Number.MAX_SAFE_INTEGER,
    count: false,
  })
  return (await Promise.all(items.map(({ userId }) => readIdentities(core, userId)))).flat()
}

/** Drafts that an id is nobody's: with its org goes to whom it was linked. */
export function draftIdentityLeavingOrg(
  core: Core,
  draft: CommitDraft,
  orgId: string,
  identity: LinkedIdentity,
  holdsNames = true,
): void {
  draft.removeEntries({ key: linkKey(identity.userId) })
  if (!holdsNames) return
  for (const claim of identityClaims(identity, orgId, core.userLoginMustBeDomain)) draft.releaseClaim(claim)
}

/** Drafts that an id is linked no more, and nobody's. */
export function draftIdentityRemoval(
  core: Core,
  draft: CommitDraft,
  { userId: linkedTo, orgId }: Pick<UserRecord, 'userId' | 'orgId'>,
  identity: LinkedIdentity,
): AggregateDraft {
  const drafted = draftUserAggregate(draft, { userId: identity.userId, orgId }, 'new', { revise: true, removes: true })
  draftUnlinked(draft, drafted, identity.userId, linkedTo)
  for (const claim of identityClaims(identity, orgId, core.userLoginMustBeDomain)) draft.releaseClaim(claim)
  return drafted
}

/** Drafts that an id may be a user's again. */
export function draftUnlinked(draft: CommitDraft, drafted: AggregateDraft, userId: string, linkedTo: string): void {
  drafted.append({ type: 'user.unlinked', payload: { userId: linkedTo } })
  draft.removeEntries({ key: linkKey(userId) })
}
