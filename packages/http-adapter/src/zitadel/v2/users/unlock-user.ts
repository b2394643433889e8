import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'

export const unlockUser: UserV2<'UnlockUser'> = {
  across: 'orgs',
  writes: 'changes',
  errors: {
    not_found: { user: ['not_found', 'COMMAND-x377t913pw', 'Errors.User.NotFound'] },
    invalid_state: { user_not_locked: ['failed_precondition', 'COMMAND-olb9vb0oca', 'Errors.User.NotLocked'] },
  },
  async handle({ caller, request: { userId } }) {
    return { details: detailsOf(await caller.users.unlock(userId)) }
  },
}
