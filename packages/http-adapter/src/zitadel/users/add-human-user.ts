import { apiError } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { contactErrors } from './contact-errors'
import { humanInput } from './human-input'

/** A password counts only as given: nothing here could check it, so it is not kept. */
export const addHumanUser: Management<'AddHumanUser'> = {
  writes: 'adds',
  errors: { invalid_input: contactErrors },
  async handle({ caller, request }) {
    const userName = request.userName.trim()
    const firstName = request.profile.firstName.trim()
    const lastName = request.profile.lastName.trim()
    if (userName === '') throw apiError('invalid_argument', 'V2-zzad3', 'Errors.Invalid.Argument')
    if (firstName === '') throw apiError('invalid_argument', 'USER-UCej2', 'Errors.User.Profile.FirstNameEmpty')
    if (lastName === '') throw apiError('invalid_argument', 'USER-4hB7d', 'Errors.User.Profile.LastNameEmpty')

    const emailVerified = request.email.isEmailVerified
    const hasPassword = request.initialPassword !== ''
    const created = await caller.users.createHuman({
      ...(await humanInput({ ...request, profile: { ...request.profile, firstName, lastName } })),
      userName,
      emailVerified,
      hasPassword,
      state: emailVerified && hasPassword ? 'active' : 'initial',
    })
    return { userId: created.userId, details: detailsOf(created) }
  },
}
