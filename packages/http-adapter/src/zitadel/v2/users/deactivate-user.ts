import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'

export const deactivateUser: UserV2<'DeactivateUser'> = {
  across: 'orgs',
  writes: 'changes',
  errors: {
    not_found: { user: ['not_found', 'COMMAND-5gp2p62iin', 'Errors.User.NotFound'] },
    invalid_state: {
      user_already_inactive: ['failed_precondition', 'COMMAND-5gunjw0cd7', 'Errors.User.AlreadyInactive'],
      user_initial: ['failed_precondition', 'COMMAND-gvx4kct9r2', 'Errors.User.CantDeactivateInitial'],
    },
  },
  async handle({ caller, request: { userId } }) {
    return { details: detailsOf(await caller.users.deactivate(userId)) }
  },
}
