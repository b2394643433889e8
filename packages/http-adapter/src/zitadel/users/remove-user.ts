import type { Management } from '../binding'
import { detailsOf } from '../object-details'

export const removeUser: Management<'RemoveUser'> = {
  writes: 'changes',
  errors: {
    not_found: { user: ['not_found', 'COMMAND-m9od', 'Errors.User.NotFound'] },
  },
  async handle({ caller, request: { id } }) {
    return { details: detailsOf(await caller.users.delete(id)) }
  },
}
