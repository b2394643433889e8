import type { Management } from '../binding'
import { detailsOf } from '../object-details'

export const deactivateUser: Management<'DeactivateUser'> = {
  writes: 'changes',
  errors: {
    not_found: { user: ['not_found', 'COMMAND-3M9ds', 'Errors.User.NotFound'] },
    invalid_state: {
      user_already_inactive: ['failed_precondition', 'COMMAND-5M0sf', 'Errors.User.AlreadyInactive'],
      // ZITADEL's sources guard against it with this code, although nothing is missing.
      user_initial: ['not_found', 'COMMAND-ke0fw', 'Errors.User.CantDeactivateInitial'],
    },
  },
  async handle({ caller, request: { id } }) {
    return { details: detailsOf(await caller.users.deactivate(id)) }
  },
}
