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

/** A profile of which any member may be absent. */
export type ProfileToChange = { readonly [Member in keyof Profile]: Profile[Member] | undefined }

/** What a profile changes: what is absent stays, what is empty is taken away. */
export function profileChange(profile: ProfileToChange): UpdateUserInput {
  const { givenName, familyName, displayName } = profile
  const {
    nickName = null,
    preferredLanguage = null,
    gender = null,
  } = optionalProfile({
    nickName: profile.nickName ?? '',
    preferredLanguage: profile.preferredLanguage ?? '',
    gender: profile.gender ?? 'GENDER_UNSPECIFIED',
  })
  return {
    ...(givenName !== undefined && { firstName: givenName }),
    ...(familyName !== undefined && { lastName: familyName }),
    ...(profile.nickName !== undefined && { nickName }),
    ...(displayName !== undefined && { displayName: displayName === '' ? null : displayName }),
    ...(profile.preferredLanguage !== undefined && { preferredLanguage }),
    ...(profile.gender !== undefined && { gender }),
  }
}
