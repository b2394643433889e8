import type { Actor } from '../actor'
import type { CommitDraft } from '../commit-draft'
import type { Core, Plan } from '../core'
import { allOf } from '../permissions/all-of'
import type { MemberRecord } from '../storage/records'
import { readUserAggregate } from '../users/load-user'
import type { Written } from '../written'
import { draftCreatedRoles, readCreatedRoles } from './created-roles'
import { evolveMember, type MemberEvent, memberChange } from './member'
import { type MemberPlace, permitPlace } from './member-place'
import { draftUserRevision, unchangedPlace } from './several-members'

export interface MemberTarget {
  readonly place: MemberPlace
  readonly userId: string
  readonly verb: 'write' | 'delete'
  /** What the member shall hold; of these, the ones that were created have to be there when it does. */
  readonly roles?: readonly string[]
}

/** What changing and removing a membership share: `decide` answers the event's verb and payload, or `undefined`. */
export async function planMemberChange(
  core: Core,
  actor: Actor,
  draft: CommitDraft,
  { place, userId, verb, roles = [] }: MemberTarget,
  decide: (
    member: MemberRecord | undefined,
    created: readonly string[],
  ) => { readonly verb: 'changed' | 'removed'; readonly payload: MemberEvent['payload'] } | undefined,
): Promise<Plan<Written>> {
  const { level } = place
  const [{ orgId, record }, created] = await allOf(permitPlace(core, actor, place, verb), readCreatedRoles(core, roles))
  const key = { level, orgId, userId }
  const [user, member] = await Promise.all([
    readUserAggregate(core, userId),
    core.read({ read: 'record', kind: 'member', key }),
  ])
  const decided = decide(member, created)
  if (decided === undefined || member === undefined || user === undefined) {
    return { answer: unchangedPlace(member ?? record, orgId) }
  }

  const { aggregate, owner, claim, event } = memberChange(core.instanceId, key)
  const drafted = draft.aggregate(aggregate, { owner, expect: 'live', revise: false })
  const after = evolveMember(member, drafted.append(event(decided.verb, decided.payload)))
  if (after === undefined) {
    draft.remove({ kind: 'member', key })
    draft.releaseClaim(claim)
  } else {
    draft.put('member', after)
  }
  draftCreatedRoles(draft, created)
  draftUserRevision(draft, user)
  return {
    draft,
    answer: ({ at, sequenceOf }) => ({
      sequence: sequenceOf(drafted.index),
      createdAt: member.createdAt,
      changedAt: at,
      orgId,
    }),
  }
}
