import type { ErrorEntry } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { contactErrors } from './contact-errors'

const noUser = ['not_found', 'COMMAND-2M9df', 'Errors.User.NotFound'] as const satisfies ErrorEntry

/** An empty address leaves the one the user has. */
export const resendHumanInitialization: Management<'ResendHumanInitialization'> = {
  writes: 'changes',
  errors: {
    not_found: { user: noUser },
    invalid_state: {
      user_not_human: noUser,
      user_not_initial: ['failed_precondition', 'COMMAND-2M9sd', 'Errors.User.AlreadyInitialised'],
    },
    invalid_input: contactErrors,
  },
  async handle({ caller, request: { userId, email } }) {
    const written = await caller.users.sendInitializationCode(userId, email === '' ? {} : { email })
    return { details: detailsOf(written) }
  },
}
