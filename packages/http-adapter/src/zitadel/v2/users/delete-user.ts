import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'

export const deleteUser: UserV2<'DeleteUser'> = {
  across: 'orgs',
  writes: 'changes',
  errors: {
    not_found: { user: ['not_found', 'COMMAND-bd4ir1mblj', 'Errors.User.NotFound'] },
  },
  async handle({ caller, request: { userId } }) {
    return { details: detailsOf(await caller.users.delete(userId)) }
  },
}
