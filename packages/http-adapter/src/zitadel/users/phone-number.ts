import { apiError } from '../api-error'

/** Of a number without a country, as ZITADEL takes it. The field rules let none through. */
const defaultCountry = 'CH'

/**
 * A phone number as E.164, whether or not it is one that anybody could have. The library has ZITADEL's rules, and is loaded
 * with the first number: that takes longer than all else that is loaded.
 *
 * @throws {@link ApiError} for what is no phone number.
 */
export async function phoneNumberOf(text: string): Promise<string> {
  if (text.trim() === '') throw apiError('invalid_argument', 'PHONE-Zt0NV', 'Errors.User.Phone.Empty')
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min')
  // Not some number within a text: `+1 800 FLOWERS` would become `+1800`.
  const found = parsePhoneNumberFromString(text, { defaultCountry, extract: false })
  if (found === undefined) throw apiError('invalid_argument', 'PHONE-so0wa', 'Errors.User.Phone.Invalid')
  return found.number
}
