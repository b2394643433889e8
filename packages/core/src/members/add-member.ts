import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { id, parseInput, time } from '../input'
import { allOf } from '../permissions/all-of'
import { readUser } from '../users/load-user'
import type { Written } from '../written'
import { draftCreatedRoles, readCreatedRoles } from './created-roles'
import { checkRoles, evolveMember, memberChange, memberRoles } from './member'
import { type MemberPlace, permitPlace } from './member-place'

export const AddMemberInput = v.strictObject({
  /** Of any org: membership may cross them. */
  userId: id,
  roles: memberRoles,
  /** Milliseconds since the epoch. Absent: without end. */
  expiresAt: v.optional(time),
})
export type AddMemberInput = v.InferInput<typeof AddMemberInput>

/**
 * Makes a user a member of an org or of the instance.
 *
 * @throws {@link InvalidInputError} for roles that members of that level cannot hold.
 * @throws {@link PermissionDeniedError} without `org.member.write`, in the instance `iam.member.write`.
 * @throws {@link NotFoundError} when the user or the org does not exist.
 * @throws {@link AlreadyExistsError} when the user is a member already.
 */
export async function addMember(core: Core, actor: Actor, place: MemberPlace, input: AddMemberInput): Promise<Written> {
  const { userId, roles, expiresAt = null } = parseInput(AddMemberInput, input)
  const { level } = place

  return core.write(actor, async (draft) => {
    const [{ orgId }, user, created] = await allOf(
      permitPlace(core, actor, place, 'write'),
      readUser(core, userId),
      readCreatedRoles(core, roles),
    )
    checkRoles(core.roles, level, roles, true, created)
    if (user === undefined) throw new NotFoundError('user', userId)

    const { aggregate: key, owner, claim, event } = memberChange(core.instanceId, { level, orgId, userId })
    const aggregate = draft.aggregate(key, { owner, expect: 'live', revise: false })
    const added = evolveMember(undefined, aggregate.append(event('added', { userId, roles, expiresAt })))
    if (added !== undefined) draft.put('member', added)
    draft.takeClaim({ ...claim, ownerType: 'user', ownerId: userId })
    draftCreatedRoles(draft, created)
    // Deleting the user takes its memberships along, so it has to see this one.
    draft.aggregate({ type: 'user', id: userId }, { owner: user.orgId, expect: 'live', revise: true })
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({ sequence: sequenceOf(aggregate.index), createdAt: at, changedAt: at, orgId }),
    }
  })
}
