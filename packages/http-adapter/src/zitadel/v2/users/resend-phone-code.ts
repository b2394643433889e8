import type { ErrorEntry } from '../../api-error'
import type { UserV2 } from '../../binding'
import { withoutPhone } from './contact-refusals'
import { newPhoneCode } from './new-code'

const noCode = ['failed_precondition', 'PHONE-5xrra88eq8', 'Errors.User.Code.Empty'] as const satisfies ErrorEntry

/** Another code, whether or not there was one. */
export const resendPhoneCode: UserV2<'ResendPhoneCode'> = {
  across: 'orgs',
  writes: 'changes',
  errors: {
    ...withoutPhone,
    invalid_state: { ...withoutPhone.invalid_state, user_without_phone: noCode, phone_already_verified: noCode },
  },
  handle: ({ caller, request }) => newPhoneCode(caller, request),
}
