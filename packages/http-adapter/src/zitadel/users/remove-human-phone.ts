import type { ErrorEntry } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { requireChange } from './require-change'

const noUser = ['failed_precondition', 'COMMAND-3M9fs', 'Errors.User.NotFound'] as const satisfies ErrorEntry

export const removeHumanPhone: Management<'RemoveHumanPhone'> = {
  writes: 'changes',
  errors: { not_found: { user: noUser }, invalid_state: { user_not_human: noUser } },
  async handle({ caller, request: { userId } }) {
    const updated = await caller.users.update(userId, { phone: null })
    requireChange(updated, 'not_found', 'COMMAND-p6rsc', 'Errors.User.Phone.NotFound')
    return { details: detailsOf(updated) }
  },
}
