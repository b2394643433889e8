import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { contactErrors } from './contact-errors'
import { humanInput } from './human-input'
import { trimmedNames } from './trimmed-names'

/** A password counts only as given: nothing here could check it, so it is not kept. */
export const addHumanUser: Management<'AddHumanUser'> = {
  writes: 'adds',
  errors: { invalid_input: contactErrors },
  async handle({ caller, request }) {
    const { userName, firstName, lastName } = trimmedNames({ ...request.profile, userName: request.userName })
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
