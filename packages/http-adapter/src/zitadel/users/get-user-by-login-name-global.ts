import { NotFoundError } from '@indwell/core'
import type { Management } from '../binding'
import { userMessage } from './user-message'

/** Looks in all orgs, which is what the permission is for. Case does not matter: names differ by more than it. */
export const getUserByLoginNameGlobal: Management<'GetUserByLoginNameGlobal'> = {
  async handle({ caller, request: { loginName } }) {
    const user = await caller.users.findByLoginName(loginName)
    if (user === undefined) throw new NotFoundError('user', loginName)
    return { user: userMessage(user) }
  },
}
