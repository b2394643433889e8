import type { Management } from '../binding'
import { detailsOf } from '../object-details'

export const unlockUser: Management<'UnlockUser'> = {
  writes: 'changes',
  errors: {
    not_found: { user: ['not_found', 'COMMAND-M0dos', 'Errors.User.NotFound'] },
    invalid_state: { user_not_locked: ['failed_precondition', 'COMMAND-4M0ds', 'Errors.User.NotLocked'] },
  },
  async handle({ caller, request: { id } }) {
    return { details: detailsOf(await caller.users.unlock(id)) }
  },
}
