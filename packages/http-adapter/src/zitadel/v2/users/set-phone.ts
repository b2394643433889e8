import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'
import { contactErrors } from '../../users/contact-errors'
import { getHuman } from '../../users/get-human'
import { phoneNumberOf } from '../../users/phone-number'
import { requireChange } from '../../users/require-change'
import { withoutPhone } from './contact-refusals'
import { phoneVerification, returnedCodes } from './verification'

/** A number that stays the same is no change, verified or not. */
export const setPhone: UserV2<'SetPhone'> = {
  across: 'orgs',
  writes: 'changes',
  errors: { ...withoutPhone, invalid_input: contactErrors },
  async handle({ caller, request: { userId, phone: text, ...request } }) {
    const phone = await phoneNumberOf(text)
    const verification = phoneVerification(request)
    const stays = verification.phoneVerified && (await getHuman(caller, userId)).phone === phone
    const change = stays ? { phone } : { phone, ...verification }
    const updated = await caller.users.update(userId, change, { refuseInitial: true })
    requireChange(updated, 'failed_precondition', 'COMMAND-Uch5e', 'Errors.User.Phone.NotChanged')
    return { details: detailsOf(updated), verificationCode: returnedCodes(updated).phoneCode }
  },
}
