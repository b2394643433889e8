import type { Actor } from '../actor'
import type { Core } from '../core'
import type { Written } from '../written'
import { planMemberChange } from './change-member'
import type { MemberPlace } from './member-place'

/**
 * Ends a membership; its roles are gone from the next call on. Who is no member is removed without complaint.
 *
 * @throws {@link PermissionDeniedError} without `org.member.delete`, in the instance `iam.member.delete`.
 */
export function removeMember(core: Core, actor: Actor, place: MemberPlace, userId: string): Promise<Written> {
  return core.write(actor, (draft) =>
    planMemberChange(core, actor, draft, { place, userId, verb: 'delete' }, (member) =>
      member === undefined ? undefined : { verb: 'removed', payload: { userId } },
    ),
  )
}
