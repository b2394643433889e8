import type { Management } from '../binding'
import { detailsOf } from '../object-details'

export const reactivateUser: Management<'ReactivateUser'> = {
  writes: 'changes',
  errors: {
    not_found: { user: ['not_found', 'COMMAND-4M0sd', 'Errors.User.NotFound'] },
    invalid_state: { user_not_inactive: ['failed_precondition', 'COMMAND-6M0sf', 'Errors.User.NotInactive'] },
  },
  async handle({ caller, request: { id } }) {
    return { details: detailsOf(await caller.users.reactivate(id)) }
  },
}
