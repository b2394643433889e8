import type { CreateHumanInput } from '@indwell/core'
import type { Request } from '../../binding'
import { namespace } from '../../metadata/metadata-item'
import { humanInput } from '../../users/human-input'
import { trimmedNames } from '../../users/trimmed-names'
import { profileOf } from './profile'
import { emailVerification, phoneVerification } from './verification'

/** What the two ways to create a human have in common. */
type NewHuman = Pick<
  Request<'user.v2.AddHumanUserRequest'>,
  'userId' | 'username' | 'profile' | 'email' | 'phone' | 'metadata' | 'password' | 'hashedPassword'
>

/**
 * A human to be created, who is active at once. Of passwords only counts that there is one; one-time codes and links to
 * identity providers are forgotten.
 *
 * @throws {@link ApiError} for a name that is blank, and for what is no phone number.
 */
export async function newHuman(request: NewHuman): Promise<CreateHumanInput> {
  const { userId, username, email, phone: given, metadata } = request
  // An empty number is none.
  const phone = given?.phone ? given : undefined
  const profile = profileOf(request.profile)
  const { userName, ...names } = trimmedNames({ ...profile, userName: username ?? email.email })
  return {
    ...(await humanInput({
      profile: { ...profile, ...names },
      email: { email: email.email, isEmailVerified: false },
      phone: phone && { phone: phone.phone, isPhoneVerified: false },
    })),
    ...emailVerification(email),
    ...(phone && phoneVerification(phone)),
    userId,
    userName,
    hasPassword: request.password !== undefined || request.hashedPassword !== undefined,
    ...(metadata.length > 0 && { metadata: { [namespace]: metadata.map(({ key, value }) => [key, value] as const) } }),
  }
}
