import { accessTokenClaim } from '../access-tokens/access-token'
import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { memberChange } from '../members/member'
import { readMetadataClaims } from '../metadata-definition/unique-claims'
import type { AccessTokenRecord, Claim, MemberRecord, UserRecord } from '../storage/records'
import { draftUserEvents } from './draft-user-change'
import { fact } from './user'

/** What goes with a user. */
export interface UserBelongings {
  readonly memberships: readonly MemberRecord[]
  readonly tokens: readonly AccessTokenRecord[]
  /** Of its metadata. */
  readonly claims: readonly Claim[]
}

/** To be read after the user's aggregate, whose revision says whether anything came since. */
export async function readUserBelongings(core: Core, userId: string): Promise<UserBelongings> {
  const [memberships, tokens, claims] = await Promise.all([
    core.read({ read: 'memberships', userId }),
    core.search({
      kind: 'accessToken',
      filter: { op: 'equals', field: 'userId', value: userId },
      offset: 0,
      limit: Number.MAX_SAFE_INTEGER,
      count: false,
    }),
    readMetadataClaims(core, { subjectType: 'user', subjectId: userId }),
  ])
  return { memberships, tokens: tokens.items, claims }
}

/**
 * Drafts that a user is gone, with its metadata, access tokens, memberships and claims.
 *
 * @param org - Of the user, where the draft has it already: an aggregate stands in a commit once.
 */
export function draftUserRemoval(
  core: Core,
  draft: CommitDraft,
  drafted: AggregateDraft,
  user: UserRecord,
  { memberships, tokens, claims }: UserBelongings,
  org?: AggregateDraft,
): void {
  const { userId } = user
  draftUserEvents(core, draft, drafted, user, [fact('user.removed')])
  draft.removeEntries({ of: { subjectType: 'user', subjectId: userId } })
  for (const claim of claims) draft.releaseClaim(claim)
  draft.remove({ kind: 'accessToken', ofUser: userId })
  for (const { hash } of tokens) draft.releaseClaim(accessTokenClaim(hash))
  draft.remove({ kind: 'member', ofUser: userId })
  for (const membership of memberships) {
    const { aggregate: key, owner, claim, event } = memberChange(core.instanceId, membership)
    const isOwn = membership.level === 'org' && membership.orgId === user.orgId
    const place = (isOwn && org) || draft.aggregate(key, { owner, expect: 'live', revise: false })
    place.append(event('cascade.removed', { userId }))
    draft.releaseClaim(claim)
  }
}
