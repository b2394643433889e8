import type { NamedUser, User } from '@indwell/core'
import type { Response } from '../binding'
import { detailsOf } from '../object-details'

const userStates = {
  active: 'USER_STATE_ACTIVE',
  inactive: 'USER_STATE_INACTIVE',
  locked: 'USER_STATE_LOCKED',
  initial: 'USER_STATE_INITIAL',
} as const satisfies Record<User['state'], Response<'user.v1.User'>['state']>

/** What v1 and v2 call the same. */
export function userFacts(user: NamedUser) {
  return {
    details: detailsOf(user),
    state: userStates[user.state],
    loginNames: [...user.loginNames],
    preferredLoginName: user.preferredLoginName,
  }
}

/** A user as v1 shows it. */
export function userMessage(user: NamedUser): Response<'user.v1.User'> {
  return {
    id: user.userId,
    ...userFacts(user),
    userName: user.userName,
    ...(user.type === 'human' ? { human: human(user) } : { machine: machineMessage(user) }),
  }
}

function human(user: User): Response<'user.v1.Human'> {
  return {
    profile: profileMessage(user),
    email: emailMessage(user),
    phone: phoneMessage(user),
    passwordChanged: user.passwordChangedAt ?? undefined,
  }
}

export function machineMessage({ displayName, description, accessTokenType }: User): Response<'user.v1.Machine'> {
  return {
    name: displayName ?? undefined,
    description: description ?? undefined,
    accessTokenType: accessTokenType === 'jwt' ? 'ACCESS_TOKEN_TYPE_JWT' : 'ACCESS_TOKEN_TYPE_BEARER',
  }
}

/** Names of v1 and v2. */
export const userGenders = { female: 'GENDER_FEMALE', male: 'GENDER_MALE', diverse: 'GENDER_DIVERSE' } as const

export function profileMessage(user: User): Response<'user.v1.Profile'> {
  return {
    firstName: user.firstName ?? undefined,
    lastName: user.lastName ?? undefined,
    nickName: user.nickName ?? undefined,
    displayName: user.displayName ?? undefined,
    preferredLanguage: user.preferredLanguage ?? 'und',
    gender: user.gender === null ? undefined : userGenders[user.gender],
    avatarUrl: user.avatarUrl ?? undefined,
  }
}

export function emailMessage({ email, emailVerified }: User): Response<'user.v1.Email'> {
  return { email: email ?? undefined, isEmailVerified: emailVerified }
}

/** There for every human; without a number it is empty. */
export function phoneMessage({ phone, phoneVerified }: User): Response<'user.v1.Phone'> {
  return { phone: phone ?? undefined, isPhoneVerified: phoneVerified }
}
