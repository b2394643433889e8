import type { CreateHumanInput } from '@indwell/core'
import type { Request } from '../../binding'
import { namespace } from '../../metadata/metadata-item'
import { humanInput } from '../../users/human-input'
import { trimmedNames } from '../../users/trimmed-names'
import { profileOf } from './profile'
import { isVerified } from './verification'

/**
 * A human to be created, who is active at once. Of passwords only counts that there is one; one-time codes and links to
 * identity providers are forgotten.
 *
 * @throws {@link ApiError} for a name that is blank, and for codes that are to be returned.
 */
export function newHuman(request: Request<'user.v2.AddHumanUserRequest'>): CreateHumanInput {
  const { userId, username, email, phone, metadata } = request
  const profile = profileOf(request.profile)
  const { userName, ...names } = trimmedNames({ ...profile, userName: username ?? email.email })
  const isEmailVerified = isVerified(email)
  return {
    ...humanInput({
      profile: { ...profile, ...names },
      email: { email: email.email, isEmailVerified },
      // An empty number is none.
      phone: phone?.phone ? { phone: phone.phone, isPhoneVerified: isVerified(phone) } : undefined,
    }),
    userId,
    userName,
    emailVerified: isEmailVerified,
    hasPassword: request.password !== undefined || request.hashedPassword !== undefined,
    ...(metadata.length > 0 && { metadata: { [namespace]: metadata.map(({ key, value }) => [key, value] as const) } }),
  }
}
