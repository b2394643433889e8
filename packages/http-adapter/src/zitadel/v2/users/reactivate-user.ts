import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'

export const reactivateUser: UserV2<'ReactivateUser'> = {
  across: 'orgs',
  writes: 'changes',
  errors: {
    not_found: { user: ['not_found', 'COMMAND-9hy5kzbuk6', 'Errors.User.NotFound'] },
    invalid_state: { user_not_inactive: ['failed_precondition', 'COMMAND-s5qqcz97hf', 'Errors.User.NotInactive'] },
  },
  async handle({ caller, request: { userId } }) {
    return { details: detailsOf(await caller.users.reactivate(userId)) }
  },
}
