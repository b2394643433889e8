import type { NamedUser } from '@indwell/core'
import type { Response } from '../../binding'
import { machineMessage, userFacts, userGenders } from '../../users/user-message'

/** A user as v2 shows it. */
export function userMessage(user: NamedUser): Response<'user.v2.User'> {
  return {
    userId: user.userId,
    ...userFacts(user),
    username: user.userName,
    ...(user.type === 'human' ? { human: human(user) } : { machine: machineMessage(user) }),
  }
}

/** Members of the profile that may be absent from a request are there in every answer, empty where nothing is known. */
function human(user: NamedUser): Response<'user.v2.HumanUser'> {
  return {
    profile: {
      givenName: user.firstName ?? undefined,
      familyName: user.lastName ?? undefined,
      nickName: user.nickName ?? '',
      displayName: user.displayName ?? '',
      preferredLanguage: user.preferredLanguage ?? 'und',
      gender: user.gender === null ? 'GENDER_UNSPECIFIED' : userGenders[user.gender],
      avatarUrl: user.avatarUrl ?? undefined,
    },
    email: { email: user.email ?? undefined, isVerified: user.emailVerified },
    phone: { phone: user.phone ?? undefined, isVerified: user.phoneVerified },
    passwordChanged: user.passwordChangedAt ?? undefined,
  }
}
