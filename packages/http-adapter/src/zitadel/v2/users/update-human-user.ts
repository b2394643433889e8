import { apiError, type ErrorEntry } from '../../api-error'
import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'
import { contactErrors } from '../../users/contact-errors'
import { phoneNumberOf } from '../../users/phone-number'
import { profileChange } from './profile'
import { emailVerification, phoneVerification, returnedCodes } from './verification'

const noUser = ['not_found', 'COMMAND-ugjs0upun6', 'Errors.User.NotFound'] as const satisfies ErrorEntry

/** Changes what is there, all or nothing. What is the same already is no error. */
export const updateHumanUser: UserV2<'UpdateHumanUser'> = {
  across: 'orgs',
  writes: 'changes',
  errors: { not_found: { user: noUser }, invalid_state: { user_not_human: noUser }, invalid_input: contactErrors },
  async handle({ caller, request: { userId, username, profile, email, phone, password } }) {
    if (password !== undefined && password.password === undefined && password.hashedPassword === undefined) {
      throw apiError('invalid_argument', 'COMMAND-3klek4sbns', 'Errors.User.Password.Empty')
    }
    const updated = await caller.users.update(userId, {
      ...(username !== undefined && { userName: username }),
      ...(profile !== undefined && profileChange(profile)),
      ...(email !== undefined && { email: email.email, ...emailVerification(email) }),
      // An empty number takes away the one there is.
      ...(phone?.phone === '' && { phone: null }),
      ...(phone?.phone && { phone: await phoneNumberOf(phone.phone), ...phoneVerification(phone) }),
      ...(password !== undefined && { passwordChanged: true }),
    })
    return { details: detailsOf(updated), ...returnedCodes(updated) }
  },
}
