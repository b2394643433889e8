import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Committed, Core } from '../core'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import type { AggregateRecord, MemberRecord, Stamped } from '../storage/records'
import { readUserAggregate } from '../users/load-user'
import type { Written } from '../written'
import type { MemberPlace } from './member-place'

/** Most users one call may make members, or remove. */
export const maxUsersPerCall = 1000

/** Each of them once. @throws {@link LimitExceededError} for more than 1000. */
export function severalUsers(userIds: readonly string[]): readonly string[] {
  if (userIds.length > maxUsersPerCall) throw new LimitExceededError('members', maxUsersPerCall, userIds.length)
  return [...new Set(userIds)]
}

/** A user that may be a member, as one read saw both. */
export interface Candidate {
  readonly userId: string
  /** `undefined`: there is no such user. */
  readonly user: AggregateRecord | undefined
  readonly member: MemberRecord | undefined
}

export async function readCandidates(
  core: Core,
  level: MemberPlace['level'],
  orgId: string,
  userIds: readonly string[],
): Promise<readonly Candidate[]> {
  return Promise.all(
    userIds.map(async (userId): Promise<Candidate> => {
      // Asked for first: were the two read apart, a decision on the membership would be stale rather than wrong.
      const [user, member] = await Promise.all([
        readUserAggregate(core, userId),
        core.read({ read: 'record', kind: 'member', key: { level, orgId, userId } }),
      ])
      return { userId, user: user?.live ? user : undefined, member }
    }),
  )
}

/** Memberships of one user change one after the other, so that what was read of them still holds. */
export function draftUserRevision(draft: CommitDraft, user: AggregateRecord): void {
  draft.aggregate(
    { type: 'user', id: user.id },
    { owner: user.owner, expect: { revision: user.revision }, revise: true },
  )
}

/** What a change of several members answers: it is about the place. */
export function placeWritten({ index }: AggregateDraft, orgId: string, { createdAt }: Stamped) {
  return ({ at, sequenceOf }: Committed): Written => ({ sequence: sequenceOf(index), createdAt, changedAt: at, orgId })
}

/** What a call answers that found nothing to change in a place. */
export function unchangedPlace({ sequence, createdAt, changedAt }: Stamped, orgId: string): Written {
  return { sequence, createdAt, changedAt, orgId }
}
