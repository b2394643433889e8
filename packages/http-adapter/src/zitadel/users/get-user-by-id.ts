import type { Management } from '../binding'
import { userMessage } from './user-message'

export const getUserById: Management<'GetUserByID'> = {
  async handle({ caller, request: { id } }) {
    return { user: userMessage(await caller.users.get(id)) }
  },
}
