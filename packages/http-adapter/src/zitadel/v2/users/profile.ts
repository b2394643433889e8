import type { UpdateUserInput } from '@indwell/core'
import type { Request } from '../../binding'
import { optionalProfile } from '../../users/profile-input'

type Profile = Request<'user.v2.SetHumanProfile'>

/** A profile of v2 in the words of v1: what is absent is empty there. */
export function profileOf(profile: Profile) {
  const { givenName, familyName, nickName = '', displayName = '', preferredLanguage = '' } = profile
  const { gender = 'GENDER_UNSPECIFIED' } = profile
  return { firstName: givenName, lastName: familyName, nickName, displayName, preferredLanguage, gender } as const
}

/** What a profile changes: what is absent stays, what is empty is taken away. */
export function profileChange(profile: Profile): UpdateUserInput {
  const { firstName, lastName, displayName } = profileOf(profile)
  const { nickName = null, preferredLanguage = null, gender = null } = optionalProfile(profileOf(profile))
  return {
    firstName,
    lastName,
    ...(profile.nickName !== undefined && { nickName }),
    ...(profile.displayName !== undefined && { displayName: displayName === '' ? null : displayName }),
    ...(profile.preferredLanguage !== undefined && { preferredLanguage }),
    ...(profile.gender !== undefined && { gender }),
  }
}
