import type { ErrorEntry } from '../../api-error'
import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'
import { contactErrors } from '../../users/contact-errors'
import { requireChange } from '../../users/require-change'
import { initializedHuman } from './initialized-human'
import { isVerified } from './verification'

const noEmail = ['not_found', 'COMMAND-ieJ2e', 'Errors.User.Email.NotFound'] as const satisfies ErrorEntry

/** An address that stays the same is no change, verified or not. */
export const setEmail: UserV2<'SetEmail'> = {
  across: 'orgs',
  writes: 'changes',
  errors: { not_found: { user: noEmail }, invalid_state: { user_not_human: noEmail }, invalid_input: contactErrors },
  async handle({ caller, request: { userId, email, ...request } }) {
    const verified = isVerified(request)
    const user = await initializedHuman(caller, userId)
    const emailVerified = verified && email !== user.email
    const updated = await caller.users.update(userId, { email, ...(emailVerified && { emailVerified }) })
    requireChange(updated, 'failed_precondition', 'COMMAND-Uch5e', 'Errors.User.Email.NotChanged')
    return { details: detailsOf(updated) }
  },
}
