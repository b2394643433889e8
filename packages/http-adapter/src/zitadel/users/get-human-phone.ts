import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { getHuman } from './get-human'
import { phoneMessage } from './user-message'

export const getHumanPhone: Management<'GetHumanPhone'> = {
  errors: {
    not_found: { user: ['not_found', 'QUERY-DAvb3', 'Errors.User.NotFound'] },
    invalid_state: { user_not_human: ['failed_precondition', 'QUERY-hliQl', 'Errors.User.NotHuman'] },
  },
  async handle({ caller, request: { userId } }) {
    const user = await getHuman(caller, userId)
    return { details: detailsOf(user), phone: phoneMessage(user) }
  },
}
