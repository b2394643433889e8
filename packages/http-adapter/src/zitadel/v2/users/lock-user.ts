import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'

export const lockUser: UserV2<'LockUser'> = {
  across: 'orgs',
  writes: 'changes',
  errors: {
    not_found: { user: ['not_found', 'COMMAND-450yxuqrh1', 'Errors.User.NotFound'] },
    invalid_state: {
      user_not_active_or_initial: ['failed_precondition', 'COMMAND-lgws8wtsqf', 'Errors.User.ShouldBeActiveOrInitial'],
    },
  },
  async handle({ caller, request: { userId } }) {
    return { details: detailsOf(await caller.users.lock(userId)) }
  },
}
