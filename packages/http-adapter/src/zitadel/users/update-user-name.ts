import { apiError } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { requireChange } from './require-change'

export const updateUserName: Management<'UpdateUserName'> = {
  writes: 'changes',
  errors: { not_found: { user: ['not_found', 'COMMAND-5N9ds', 'Errors.User.NotFound'] } },
  async handle({ caller, request }) {
    const userName = request.userName.trim()
    if (userName === '') throw apiError('invalid_argument', 'COMMAND-2N9fs', 'Errors.IDMissing')
    const updated = await caller.users.update(request.userId, { userName })
    requireChange(updated, 'failed_precondition', 'COMMAND-6m9gs', 'Errors.User.UsernameNotChanged')
    return { details: detailsOf(updated) }
  },
}
