import { apiError, type ErrorEntry } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { contactErrors } from './contact-errors'
import { getHuman } from './get-human'
import { requireChange } from './require-change'

const noEmail = ['failed_precondition', 'COMMAND-0Pe4r', 'Errors.User.Email.NotFound'] as const satisfies ErrorEntry

/** An address that stays the same can become verified, never unverified. */
export const updateHumanEmail: Management<'UpdateHumanEmail'> = {
  writes: 'changes',
  errors: { not_found: { user: noEmail }, invalid_state: { user_not_human: noEmail }, invalid_input: contactErrors },
  async handle({ caller, callerId, directory, request: { userId, email, isEmailVerified } }) {
    // Who may write need not be allowed to read, and who may only read hears nothing of the user here.
    const { orgId = '' } = await caller.requirePermission('user.write')
    const { state } = await getHuman(directory.asSystem('state of a user', { orgId, onBehalfOf: callerId }), userId)
    if (state === 'initial') throw apiError('failed_precondition', 'COMMAND-J8dsk', 'Errors.User.NotInitialised')
    const updated = await caller.users.update(userId, { email, ...(isEmailVerified && { emailVerified: true }) })
    requireChange(updated, 'failed_precondition', 'COMMAND-2b7fM', 'Errors.User.Email.NotChanged')
    return { details: detailsOf(updated) }
  },
}
