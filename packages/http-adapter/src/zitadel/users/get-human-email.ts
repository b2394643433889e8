import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { getHuman } from './get-human'
import { emailMessage } from './user-message'

export const getHumanEmail: Management<'GetHumanEmail'> = {
  errors: {
    not_found: { user: ['not_found', 'QUERY-Hms2s', 'Errors.User.NotFound'] },
    invalid_state: { user_not_human: ['failed_precondition', 'QUERY-pt7HY', 'Errors.User.NotHuman'] },
  },
  async handle({ caller, request: { userId } }) {
    const user = await getHuman(caller, userId)
    return { details: detailsOf(user), email: emailMessage(user) }
  },
}
