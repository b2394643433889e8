import type { ErrorEntry } from '../../api-error'
import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'
import { contactErrors } from '../../users/contact-errors'
import { requireChange } from '../../users/require-change'
import { initializedHuman } from './initialized-human'
import { isVerified } from './verification'

const noPhone = ['not_found', 'COMMAND-ieJ2e', 'Errors.User.Phone.NotFound'] as const satisfies ErrorEntry

/** A number that stays the same is no change, verified or not. */
export const setPhone: UserV2<'SetPhone'> = {
  across: 'orgs',
  writes: 'changes',
  errors: { not_found: { user: noPhone }, invalid_state: { user_not_human: noPhone }, invalid_input: contactErrors },
  async handle({ caller, request: { userId, phone, ...request } }) {
    const verified = isVerified(request)
    const user = await initializedHuman(caller, userId)
    const phoneVerified = verified && digitsOf(phone) !== digitsOf(user.phone ?? '')
    const updated = await caller.users.update(userId, { phone, ...(phoneVerified && { phoneVerified }) })
    requireChange(updated, 'failed_precondition', 'COMMAND-Uch5e', 'Errors.User.Phone.NotChanged')
    return { details: detailsOf(updated) }
  },
}

/** What of a number distinguishes it, however it is written. */
const digitsOf = (phone: string) => phone.replace(/\D/g, '')
