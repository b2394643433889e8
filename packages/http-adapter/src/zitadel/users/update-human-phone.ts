import type { ErrorEntry } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { contactErrors } from './contact-errors'
import { phoneNumberOf } from './phone-number'
import { requireChange } from './require-change'

const noUser = ['failed_precondition', 'COMMAND-3M0fs', 'Errors.User.NotFound'] as const satisfies ErrorEntry

/** A number that stays the same can become verified, never unverified. */
export const updateHumanPhone: Management<'UpdateHumanPhone'> = {
  writes: 'changes',
  errors: { not_found: { user: noUser }, invalid_state: { user_not_human: noUser }, invalid_input: contactErrors },
  async handle({ caller, request: { userId, phone: text, isPhoneVerified } }) {
    const phone = await phoneNumberOf(text)
    const updated = await caller.users.update(userId, { phone, ...(isPhoneVerified && { phoneVerified: true }) })
    requireChange(updated, 'failed_precondition', 'COMMAND-wF94r', 'Errors.User.Phone.NotChanged')
    return { details: detailsOf(updated) }
  },
}
