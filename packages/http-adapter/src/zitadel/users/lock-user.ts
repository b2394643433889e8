import type { Management } from '../binding'
import { detailsOf } from '../object-details'

export const lockUser: Management<'LockUser'> = {
  writes: 'changes',
  errors: {
    not_found: { user: ['not_found', 'COMMAND-5M9fs', 'Errors.User.NotFound'] },
    invalid_state: {
      user_not_active_or_initial: ['failed_precondition', 'COMMAND-3NN8v', 'Errors.User.ShouldBeActiveOrInitial'],
    },
  },
  async handle({ caller, request: { id } }) {
    return { details: detailsOf(await caller.users.lock(id)) }
  },
}
