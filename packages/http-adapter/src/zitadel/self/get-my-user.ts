import type { Auth } from '../binding'
import { userMessage } from '../users/user-message'
import { ownDirectory } from './own-directory'

export const getMyUser: Auth<'GetMyUser'> = {
  async handle({ caller, callerId, directory }) {
    const own = await ownDirectory(caller, callerId, directory)
    return { user: userMessage(await own.users.get(callerId)) }
  },
}
