import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { parseInput } from '../input'
import type { Written } from '../written'
import { memberChange } from './member'
import { type MemberPlace, permitPlace } from './member-place'
import { draftUserRevision, placeWritten, readCandidates, severalUsers, unchangedPlace } from './several-members'

const RemoveMembersInput = v.strictObject({ userIds: v.array(v.string('must be text'), 'must be a list') })

/**
 * Ends memberships, all or none; their roles are gone from the next call on. Who is no member is removed without complaint.
 *
 * @throws {@link LimitExceededError} for more than 1000 users.
 * @throws {@link PermissionDeniedError} without `org.member.delete`, in the instance `iam.member.delete`.
 * @throws {@link NotFoundError} when the org does not exist.
 */
export async function removeMembers(
  core: Core,
  actor: Actor,
  place: MemberPlace,
  userIds: readonly string[],
): Promise<Written> {
  const named = severalUsers(parseInput(RemoveMembersInput, { userIds }).userIds)
  const { level } = place

  return core.write(actor, async (draft) => {
    const { orgId, record } = await permitPlace(core, actor, place, 'delete')
    const candidates = await readCandidates(core, level, orgId, named)
    const removed = candidates.flatMap(({ user, member }) => (user === undefined || member === undefined ? [] : [user]))
    if (removed.length === 0) return { answer: unchangedPlace(record, orgId) }

    const { aggregate: key, owner } = memberChange(core.instanceId, { level, orgId, userId: '' })
    const aggregate = draft.aggregate(key, { owner, expect: 'live', revise: false })
    for (const user of removed) {
      const { claim, event } = memberChange(core.instanceId, { level, orgId, userId: user.id })
      aggregate.append(event('removed', { userId: user.id }))
      draft.remove({ kind: 'member', key: { level, orgId, userId: user.id } })
      draft.releaseClaim(claim)
      draftUserRevision(draft, user)
    }
    return { draft, answer: placeWritten(aggregate, orgId, record) }
  })
}
