import type { UpdateUserInput } from '@indwell/core'
import { apiError, type ErrorEntry } from '../../api-error'
import type { Request } from '../../binding'
import { phoneNumberOf } from '../../users/phone-number'
import { type ProfileToChange, profileChange } from './profile'
import { emailVerification, phoneVerification } from './verification'

/** Of whoever shall be changed and is not there, or is of another type. */
export const unknownUser = ['not_found', 'COMMAND-ugjs0upun6', 'Errors.User.NotFound'] as const satisfies ErrorEntry

/** What the two ways to change a human have in common. */
interface HumanToChange extends Pick<Request<'user.v2.UpdateHumanUserRequest'>, 'email' | 'phone' | 'password'> {
  readonly profile: ProfileToChange | undefined
}

/**
 * What a message changes: what is absent stays. Of a password only counts that there is one.
 *
 * @throws {@link ApiError} for an empty password, and for what is no phone number.
 */
export async function humanChange({ profile, email, phone, password }: HumanToChange): Promise<UpdateUserInput> {
  if (password !== undefined && password.password === undefined && password.hashedPassword === undefined) {
    throw apiError('invalid_argument', 'COMMAND-3klek4sbns', 'Errors.User.Password.Empty')
  }
  return {
    ...(profile !== undefined && profileChange(profile)),
    ...(email !== undefined && { email: email.email, ...emailVerification(email) }),
    // An empty number takes away the one there is.
    ...(phone?.phone === '' && { phone: null }),
    ...(phone?.phone && { phone: await phoneNumberOf(phone.phone), ...phoneVerification(phone) }),
    ...(password !== undefined && { passwordChanged: true }),
  }
}
