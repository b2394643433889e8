import type { Actor } from '../actor'
import type { Core } from '../core'
import { parseInput } from '../input'
import type { Written } from '../written'
import { planMemberChange } from './change-member'
import { memberRoles } from './member'
import type { MemberPlace } from './member-place'

/**
 * Takes roles from a member; those it does not hold are taken without complaint. Whose last role in the instance it is is
 * no member of the instance any more; in an org it stays one, without roles.
 *
 * @throws {@link InvalidInputError} for more than 100 roles.
 * @throws {@link PermissionDeniedError} without `org.member.write`, in the instance `iam.member.write`.
 * @throws {@link NotFoundError} when the org does not exist.
 */
export async function revokeRoles(
  core: Core,
  actor: Actor,
  place: MemberPlace,
  userId: string,
  roles: readonly string[],
): Promise<Written> {
  const revoked = parseInput(memberRoles, roles)
  return core.write(actor, (draft) =>
    planMemberChange(core, actor, draft, { place, userId, verb: 'write' }, (member) => {
      const kept = member?.roles.filter((role) => !revoked.includes(role)) ?? []
      if (member === undefined || kept.length === member.roles.length) return undefined
      if (kept.length === 0 && place.level === 'instance') return { verb: 'removed', payload: { userId } }
      return { verb: 'changed', payload: { userId, roles: kept, expiresAt: member.expiresAt } }
    }),
  )
}
