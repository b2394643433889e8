import type { ErrorMap } from '../error-map'

/** Addresses and numbers that pass the field rules and are none all the same. */
export const contactErrors = {
  email: ['invalid_argument', 'EMAIL-599BI', 'Errors.User.Email.Invalid'],
  phone: ['invalid_argument', 'PHONE-so0wa', 'Errors.User.Phone.Invalid'],
} as const satisfies NonNullable<ErrorMap['invalid_input']>
