import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { parseInput, time } from '../input'
import type { Written } from '../written'
import { planMemberChange } from './change-member'
import { checkRoles, memberRoles } from './member'
import type { MemberPlace } from './member-place'

const UpdateMemberInput = v.strictObject({
  roles: memberRoles,
  expiresAt: v.optional(v.nullable(time)),
})

export interface MemberUpdate {
  /** Replaces the whole list. */
  readonly roles: readonly string[]
  /** Milliseconds since the epoch; `null`: without end. Absent: as it was. */
  readonly expiresAt?: number | null
}

/**
 * Gives a member other roles. The same roles in the same order write nothing.
 *
 * @throws {@link InvalidInputError} for roles that members of that level cannot hold.
 * @throws {@link PermissionDeniedError} without `org.member.write`, in the instance `iam.member.write`.
 * @throws {@link NotFoundError} when the user is no member.
 */
export async function updateMember(
  core: Core,
  actor: Actor,
  place: MemberPlace,
  userId: string,
  update: MemberUpdate,
): Promise<Written> {
  const { level } = place
  const { roles, expiresAt: newExpiry } = parseInput(UpdateMemberInput, update)
  return core.write(actor, (draft) =>
    planMemberChange(core, actor, draft, { place, userId, verb: 'write', roles }, (member, created) => {
      checkRoles(core.roles, level, roles, false, created)
      if (member === undefined) throw new NotFoundError('member', userId)
      const expiresAt = newExpiry === undefined ? member.expiresAt : newExpiry
      const isSame = expiresAt === member.expiresAt && JSON.stringify(roles) === JSON.stringify(member.roles)
      return isSame ? undefined : { verb: 'changed', payload: { userId, roles, expiresAt } }
    }),
  )
}
