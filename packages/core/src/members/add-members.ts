import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { id, parseInput, time } from '../input'
import { allOf } from '../permissions/all-of'
import type { Written } from '../written'
import { draftCreatedRoles, readCreatedRoles } from './created-roles'
import { checkRoles, evolveMember, memberChange, memberRoles } from './member'
import { type MemberPlace, permitPlace } from './member-place'
import { draftUserRevision, placeWritten, readCandidates, severalUsers, unchangedPlace } from './several-members'

export const AddMembersInput = v.strictObject({
  /** Of any org, at most 1000; one that is named twice counts once. */
  userIds: v.array(id, 'must be a list'),
  /** Of each of them. Absent: none. */
  roles: v.optional(memberRoles),
  /** Milliseconds since the epoch. Absent: without end. */
  expiresAt: v.optional(time),
})
export type AddMembersInput = Omit<v.InferInput<typeof AddMembersInput>, 'userIds'> & {
  readonly userIds: readonly string[]
}

/**
 * Makes users members of an org or of the instance, all or none. Who is one already stays as they are.
 *
 * @throws {@link InvalidInputError} for roles that members of that level cannot hold.
 * @throws {@link LimitExceededError} for more than 1000 users.
 * @throws {@link PermissionDeniedError} without `org.member.write`, in the instance `iam.member.write`.
 * @throws {@link NotFoundError} when the org does not exist, or for the first user that does not.
 */
export async function addMembers(
  core: Core,
  actor: Actor,
  place: MemberPlace,
  input: AddMembersInput,
): Promise<Written> {
  const { userIds: named, roles = [], expiresAt = null } = parseInput(AddMembersInput, input)
  const userIds = severalUsers(named)
  const { level } = place

  return core.write(actor, async (draft) => {
    const [{ orgId, record }, created] = await allOf(
      permitPlace(core, actor, place, 'write'),
      readCreatedRoles(core, roles),
    )
    checkRoles(core.roles, level, roles, true, created)
    const candidates = await readCandidates(core, level, orgId, userIds)
    const added = candidates.flatMap(({ userId, user, member }) => {
      if (user === undefined) throw new NotFoundError('user', userId)
      return member === undefined ? [user] : []
    })
    if (added.length === 0) return { answer: unchangedPlace(record, orgId) }

    const { aggregate: key, owner } = memberChange(core.instanceId, { level, orgId, userId: '' })
    const aggregate = draft.aggregate(key, { owner, expect: 'live', revise: false })
    for (const user of added) {
      const { claim, event } = memberChange(core.instanceId, { level, orgId, userId: user.id })
      const payload = { userId: user.id, roles, expiresAt }
      const member = evolveMember(undefined, aggregate.append(event('added', payload)))
      if (member !== undefined) draft.put('member', member)
      draft.takeClaim({ ...claim, ownerType: 'user', ownerId: user.id })
      draftUserRevision(draft, user)
    }
    draftCreatedRoles(draft, created)
    return { draft, answer: placeWritten(aggregate, orgId, record) }
  })
}
