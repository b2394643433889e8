import type { ErrorEntry } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'

const noUser = ['failed_precondition', 'COMMAND-2M0fs', 'Errors.User.NotFound'] as const satisfies ErrorEntry

export const resendHumanPhoneVerification: Management<'ResendHumanPhoneVerification'> = {
  writes: 'changes',
  errors: {
    not_found: { user: noUser },
    invalid_state: {
      user_not_human: noUser,
      user_without_phone: ['not_found', 'COMMAND-2b7Hf', 'Errors.User.Phone.NotFound'],
      phone_already_verified: ['failed_precondition', 'COMMAND-2M9sf', 'Errors.User.Phone.AlreadyVerified'],
    },
  },
  async handle({ caller, request: { userId } }) {
    return { details: detailsOf(await caller.users.sendPhoneCode(userId)) }
  },
}
