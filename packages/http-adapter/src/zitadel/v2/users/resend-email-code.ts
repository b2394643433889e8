import type { ErrorEntry } from '../../api-error'
import type { UserV2 } from '../../binding'
import { withoutEmail } from './contact-refusals'
import { newEmailCode } from './new-code'

const noCode = ['failed_precondition', 'EMAIL-5w5ilin4yt', 'Errors.User.Code.Empty'] as const satisfies ErrorEntry

/** Another code, whether or not there was one. */
export const resendEmailCode: UserV2<'ResendEmailCode'> = {
  across: 'orgs',
  writes: 'changes',
  errors: {
    ...withoutEmail,
    invalid_state: { ...withoutEmail.invalid_state, user_without_email: noCode, email_already_verified: noCode },
  },
  handle: ({ caller, request }) => newEmailCode(caller, request),
}
