import type { ErrorEntry } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { contactErrors } from './contact-errors'
import { requireChange } from './require-change'

const noEmail = ['failed_precondition', 'COMMAND-0Pe4r', 'Errors.User.Email.NotFound'] as const satisfies ErrorEntry

/** An address that stays the same can become verified, never unverified. */
export const updateHumanEmail: Management<'UpdateHumanEmail'> = {
  writes: 'changes',
  errors: {
    not_found: { user: noEmail },
    invalid_state: {
      user_not_human: noEmail,
      user_initial: ['failed_precondition', 'COMMAND-J8dsk', 'Errors.User.NotInitialised'],
    },
    invalid_input: contactErrors,
  },
  async handle({ caller, request: { userId, email, isEmailVerified } }) {
    const change = { email, ...(isEmailVerified && { emailVerified: true }) }
    const updated = await caller.users.update(userId, change, { refuseInitial: true })
    requireChange(updated, 'failed_precondition', 'COMMAND-2b7fM', 'Errors.User.Email.NotChanged')
    return { details: detailsOf(updated) }
  },
}
