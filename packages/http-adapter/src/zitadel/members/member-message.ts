import type { ListedMember } from '@indwell/core'
import type { Response } from '../binding'
import { objectDetails } from '../object-details'

/** A member with what the list shows of the user, whatever org owns it. `resourceOwner` is where it is a member. */
export function memberMessage({ user, ...member }: ListedMember, resourceOwner: string): Response<'member.v1.Member'> {
  return {
    userId: member.userId,
    details: objectDetails({ ...member, resourceOwner }),
    roles: member.roles,
    preferredLoginName: user.preferredLoginName,
    email: user.email ?? undefined,
    firstName: user.firstName ?? undefined,
    lastName: user.lastName ?? undefined,
    displayName: user.displayName ?? undefined,
    avatarUrl: user.avatarUrl ?? undefined,
    userType: user.type === 'human' ? 'TYPE_HUMAN' : 'TYPE_MACHINE',
    userResourceOwner: user.orgId,
  }
}
