import type { UserV2 } from '../../binding'
import { noEmail, withoutEmail } from './contact-refusals'
import { newEmailCode } from './new-code'

export const sendEmailCode: UserV2<'SendEmailCode'> = {
  across: 'orgs',
  writes: 'changes',
  errors: {
    ...withoutEmail,
    invalid_state: {
      ...withoutEmail.invalid_state,
      user_without_email: noEmail,
      email_already_verified: ['failed_precondition', 'COMMAND-3M9ds', 'Errors.User.Email.AlreadyVerified'],
    },
  },
  handle: ({ caller, request }) => newEmailCode(caller, request),
}
