import type { UserV2 } from '../../binding'
import { detailsOf } from '../../object-details'
import { userMessage } from './user-message'

export const getUserById: UserV2<'GetUserByID'> = {
  across: 'orgs',
  async handle({ caller, request: { userId } }) {
    const user = await caller.users.get(userId)
    return { details: detailsOf(user), user: userMessage(user) }
  },
}
