import type { CreateHumanInput } from '@indwell/core'
import type { Request } from '../binding'
import { phoneNumberOf } from './phone-number'
import { optionalProfile } from './profile-input'

/** What the two ways to create a human have in common. A blank display name is made from the first and the last name. */
export async function humanInput({
  profile,
  email,
  phone,
}: Pick<Request<'management.v1.AddHumanUserRequest'>, 'profile' | 'email' | 'phone'>): Promise<CreateHumanInput> {
  const { firstName, lastName, displayName } = profile
  return {
    firstName,
    lastName,
    ...optionalProfile(profile),
    displayName: displayName.trim() === '' ? `${firstName} ${lastName}` : displayName,
    email: email.email,
    ...(phone !== undefined && { phone: await phoneNumberOf(phone.phone), phoneVerified: phone.isPhoneVerified }),
  }
}
