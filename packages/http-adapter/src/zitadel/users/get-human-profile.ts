import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { getHuman } from './get-human'
import { profileMessage } from './user-message'

export const getHumanProfile: Management<'GetHumanProfile'> = {
  errors: {
    not_found: { user: ['not_found', 'QUERY-HNhb3', 'Errors.User.NotFound'] },
    invalid_state: { user_not_human: ['failed_precondition', 'QUERY-WLTce', 'Errors.User.NotHuman'] },
  },
  async handle({ caller, request: { userId } }) {
    const user = await getHuman(caller, userId)
    return { details: detailsOf(user), profile: profileMessage(user) }
  },
}
