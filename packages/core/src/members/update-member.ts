import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import type { Written } from '../written'
import { planMemberChange } from './change-member'
import { checkRoles } from './member'
import { type MemberPlace, memberPermissions } from './member-place'

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
export function updateMember(
  core: Core,
  actor: Actor,
  place: MemberPlace,
  userId: string,
  update: MemberUpdate,
): Promise<Written> {
  const { level } = place
  return core.write(actor, (draft) =>
    planMemberChange(core, actor, draft, { place, userId, permission: memberPermissions[level].write }, (member) => {
      checkRoles(core.roles, level, update.roles, false)
      if (member === undefined) throw new NotFoundError('member', userId)
      const { roles, expiresAt = member.expiresAt } = update
      const isSame = expiresAt === member.expiresAt && JSON.stringify(roles) === JSON.stringify(member.roles)
      return isSame ? undefined : { verb: 'changed', payload: { userId, roles, expiresAt } }
    }),
  )
}
