import type { ErrorEntry } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'

const noEmail = ['not_found', 'COMMAND-0Pe4r', 'Errors.User.Email.NotFound'] as const satisfies ErrorEntry

export const resendHumanEmailVerification: Management<'ResendHumanEmailVerification'> = {
  writes: 'changes',
  errors: {
    not_found: { user: noEmail },
    invalid_state: {
      user_not_human: noEmail,
      user_without_email: noEmail,
      user_initial: ['failed_precondition', 'COMMAND-E3fbw', 'Errors.User.NotInitialised'],
      email_already_verified: ['failed_precondition', 'COMMAND-3M9ds', 'Errors.User.Email.AlreadyVerified'],
    },
  },
  async handle({ caller, request: { userId } }) {
    return { details: detailsOf(await caller.users.sendEmailCode(userId, { refuseInitial: true })) }
  },
}
