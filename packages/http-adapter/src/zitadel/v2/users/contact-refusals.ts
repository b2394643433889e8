import type { ErrorEntry } from '../../api-error'
import type { ErrorMap } from '../../error-map'

export const noEmail = ['not_found', 'COMMAND-ieJ2e', 'Errors.User.Email.NotFound'] as const satisfies ErrorEntry
export const noPhone = ['not_found', 'COMMAND-ieJ2e', 'Errors.User.Phone.NotFound'] as const satisfies ErrorEntry
const notInitialised = [
  'failed_precondition',
  'COMMAND-uz0Uu',
  'Errors.User.NotInitialised',
] as const satisfies ErrorEntry

/** Who has no address that could be set or verified: nobody, a machine, a human who is yet to be initialized. */
export const withoutEmail = {
  not_found: { user: noEmail },
  invalid_state: { user_not_human: noEmail, user_initial: notInitialised },
} as const satisfies ErrorMap

/** The same of a number. */
export const withoutPhone = {
  not_found: { user: noPhone },
  invalid_state: { user_not_human: noPhone, user_initial: notInitialised },
} as const satisfies ErrorMap

const codeInvalid = ['invalid_argument', 'COMMAND-eis9R', 'Errors.User.Code.Invalid'] as const satisfies ErrorEntry

/** A code that is not the one that counts, whatever the cause. */
export const invalidCode = {
  code_wrong: codeInvalid,
  code_expired: codeInvalid,
  code_spent: codeInvalid,
  code_unknown: codeInvalid,
  user_without_email: codeInvalid,
  user_without_phone: codeInvalid,
  email_already_verified: codeInvalid,
  phone_already_verified: codeInvalid,
} as const satisfies ErrorMap['invalid_state']
