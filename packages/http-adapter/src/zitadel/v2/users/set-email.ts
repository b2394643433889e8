import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'
import { contactErrors } from '../../users/contact-errors'
import { getHuman } from '../../users/get-human'
import { requireChange } from '../../users/require-change'
import { withoutEmail } from './contact-refusals'
import { emailVerification, returnedCodes } from './verification'

/** An address that stays the same is no change, verified or not. */
export const setEmail: UserV2<'SetEmail'> = {
  across: 'orgs',
  writes: 'changes',
  errors: { ...withoutEmail, invalid_input: contactErrors },
  async handle({ caller, request: { userId, email, ...request } }) {
    const verification = emailVerification(request)
    const stays = verification.emailVerified && (await getHuman(caller, userId)).email === email
    const change = stays ? { email } : { email, ...verification }
    const updated = await caller.users.update(userId, change, { refuseInitial: true })
    requireChange(updated, 'failed_precondition', 'COMMAND-Uch5e', 'Errors.User.Email.NotChanged')
    return { details: detailsOf(updated), verificationCode: returnedCodes(updated).emailCode }
  },
}
