import { draftCodes, type KeptCodes } from '../codes/draft-codes'
import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Committed, Core } from '../core'
import { evolveAll } from '../events/evolve-all'
import type { AnonymisedEvent } from '../history/folded-event'
import type { Expectation } from '../storage/commit'
import type { Claim, UserRecord } from '../storage/records'
import type { Written } from '../written'
import type { DeletedUserEvent } from './deleted-user'
import { claimsOf, evolveUser, type UserEvent } from './user'

/** The aggregate that numbers a user's events. */
export function draftUserAggregate(
  draft: CommitDraft,
  user: Pick<UserRecord, 'userId' | 'orgId'>,
  expect: Expectation,
  options: { readonly revise: boolean; readonly removes?: boolean },
): AggregateDraft {
  return draft.aggregate({ type: 'user', id: user.userId }, { owner: user.orgId, expect, ...options })
}

/**
 * Appends `events`, stores the record and the codes they lead to, and moves the claims along. Answers the record. `codes`:
 * see {@link draftCodes}.
 */
export function draftUserEvents(
  { userLoginMustBeDomain }: Pick<Core, 'userLoginMustBeDomain'>,
  draft: CommitDraft,
  aggregate: AggregateDraft,
  before: UserRecord | undefined,
  events: readonly (UserEvent | DeletedUserEvent | AnonymisedEvent)[],
  codes: KeptCodes = {},
): UserRecord | undefined {
  const appended = events.map((event) => aggregate.append(event))
  const user = evolveAll(evolveUser, before, appended)
  if (user !== undefined) draft.put('user', user)
  else if (before !== undefined) draft.remove({ kind: 'user', key: { userId: before.userId } })

  const held: readonly Claim[] = before === undefined ? [] : claimsOf(before, userLoginMustBeDomain)
  const needed: readonly Claim[] = user === undefined ? [] : claimsOf(user, userLoginMustBeDomain)
  const owner = (before ?? user)?.userId ?? ''
  if (user !== undefined) draftCodes(draft, { userId: owner, isNew: before === undefined }, appended, codes)
  for (const claim of held) draft.releaseClaim(claim)
  for (const { type, value } of needed) draft.takeClaim({ type, value, ownerType: 'user', ownerId: owner })
  return user
}

/** What a change of a user that is there answers. */
export function answerOfUser(
  { index }: AggregateDraft,
  { createdAt, orgId }: Pick<UserRecord, 'createdAt' | 'orgId'>,
): (committed: Committed) => Written {
  return ({ at, sequenceOf }) => ({ sequence: sequenceOf(index), createdAt, changedAt: at, orgId })
}
