import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import { appendedEvent, type DomainEvent } from '../events/event'
import { subjectLog } from '../history/subject-log'
import { applyToState, emptyState, type SubjectState } from '../history/subject-state'
import { readHeldClaims } from '../metadata-definition/unique-claims'
import type { Claim, DeletedUserRecord, EntryRecord, StoredEvent, UserRecord } from '../storage/records'
import type { KeptMembership } from './deleted-user'
import { draftLinkInOrg, draftUnlinked } from './draft-identities'
import { draftUserAggregate } from './draft-user-change'
import { identitiesNamespace, identityClaims, keptIdentities, type LinkedIdentity, linkKey } from './identity'
import { claimsOf } from './user'

/** What the log tells of a user as it was when it was deleted. */
export interface KeptOfDeleted {
  readonly user: UserRecord
  readonly state: SubjectState
  readonly identities: readonly LinkedIdentity[]
  readonly memberships: readonly KeptMembership[]
}

export const readDeletedUser = (core: Core, userId: string): Promise<DeletedUserRecord | undefined> =>
  core.read({ read: 'record', kind: 'deletedUser', key: { userId } })

/** Starts reading what says that the id is kept; by its sequence whoever ends that sees whether others were faster. */
export const readOwnLink = (core: Core, userId: string): Promise<EntryRecord | undefined> =>
  core.read({ read: 'entry', key: linkKey(userId) })

/**
 * Reads the log of the user up to its removal.
 *
 * @throws {@link InvalidStateError} `history_purged` where it is not there.
 */
export async function readKeptOfDeleted(core: Core, { userId, sequence }: DeletedUserRecord): Promise<KeptOfDeleted> {
  const state = emptyState()
  // One behind: what stands in front of the offer is the removal.
  let last: StoredEvent | undefined
  for await (const event of subjectLog(core, { type: 'user', id: userId })) {
    if (event.sequence === sequence && state.record !== undefined) {
      const { memberships } = event.payload as { readonly memberships: readonly KeptMembership[] }
      const kept = [...state.entries.values()].find(({ namespace }) => namespace === identitiesNamespace)
      return { user: state.record as UserRecord, state, identities: keptIdentities(kept), memberships }
    }
    if (last !== undefined) applyToState(state, appendedEvent(last))
    last = event
  }
  throw new InvalidStateError('history_purged')
}

/** What is linked to users of an org that can come back. To be read after the org's aggregate, as what is linked to others. */
export async function readLinkedToDeleted(
  core: Core,
  orgId: string,
): Promise<readonly (Pick<KeptOfDeleted, 'identities'> & Pick<DeletedUserRecord, 'names'>)[]> {
  const { items } = await core.search({
    kind: 'deletedUser',
    filter: { op: 'equals', field: 'orgId', value: orgId },
    offset: 0,
    limit: Number.MAX_SAFE_INTEGER,
    count: false,
  })
  const linking = items.filter(({ identities }) => identities.length > 0)
  return Promise.all(
    linking.map(async (deleted) => ({ ...deleted, identities: (await readKeptOfDeleted(core, deleted)).identities })),
  )
}

/** Drafts that nobody can come back under the id, and what is free then. `event` says why. */
export async function draftEndOfKept(
  core: Core,
  draft: CommitDraft,
  record: DeletedUserRecord,
  link: EntryRecord | undefined,
  event: DomainEvent,
): Promise<{ readonly drafted: AggregateDraft; readonly identities: readonly AggregateDraft[] }> {
  const { userId, orgId, names } = record
  const { user, state, identities } = await readKeptOfDeleted(core, record)
  const drafted = draftUserAggregate(draft, record, 'new', { revise: true, removes: true })
  draft.expectEntry(linkKey(userId), link?.sequence, drafted)
  drafted.append(event)
  draft.remove({ kind: 'deletedUser', key: { userId } })
  draft.removeEntries({ key: linkKey(userId) })
  const held: readonly Claim[] =
    names === 'freed'
      ? []
      : [
          ...claimsOf(user, core.userLoginMustBeDomain),
          ...identities.flatMap((identity) => identityClaims(identity, orgId, core.userLoginMustBeDomain)),
          ...(await heldForMetadata(core, userId, state)),
        ]
  for (const claim of held) draft.releaseClaim(claim)
  if (identities.length > 0) draftLinkInOrg(draft, orgId)
  return {
    drafted,
    identities: identities.map((identity) => {
      const gone = draftUserAggregate(draft, { userId: identity.userId, orgId }, 'new', { revise: true, removes: true })
      draftUnlinked(draft, gone, identity.userId, userId)
      return gone
    }),
  }
}

async function heldForMetadata(core: Core, userId: string, { entries }: SubjectState): Promise<readonly Claim[]> {
  const subject = { subjectType: 'user', subjectId: userId } as const
  const defined = (core.metadataRules?.namespaces ?? []).filter(({ subjectType }) => subjectType === 'user')
  const claims = defined.map((rules) => readHeldClaims(core, rules, subject, [...entries.values()]))
  return (await Promise.all(claims)).flat()
}
