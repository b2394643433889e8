import { NotFoundError } from '@indwell/core'
import type { Management } from '../binding'
import { userMessage } from './user-message'

/** Looks in all orgs, which is what the permission is for. Case does not matter: names differ by more than it. */
export const getUserByLoginNameGlobal: Management<'GetUserByLoginNameGlobal'> = {
  async handle({ caller, callerId, directory, request: { loginName } }) {
    await caller.requirePermission('user.global.read')
    const { users } = directory.asSystem('user by login name', { onBehalfOf: callerId })
    const { items } = await users.list({
      filter: { op: 'text', field: 'userName', method: 'equals', value: loginName, ignoreCase: true },
      limit: 1,
    })
    const [user] = items
    if (user === undefined) throw new NotFoundError('user', loginName)
    return { user: userMessage(user) }
  },
}
