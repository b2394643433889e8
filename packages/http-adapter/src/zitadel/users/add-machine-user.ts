import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { tokenTypes } from './token-type'

export const addMachineUser: Management<'AddMachineUser'> = {
  writes: 'changes',
  errors: { already_exists: { user_id: ['failed_precondition', 'COMMAND-k2una', 'Errors.User.AlreadyExisting'] } },
  async handle({ caller, request: { userId, userName, name, description, accessTokenType } }) {
    const created = await caller.users.createMachine({
      ...(userId !== undefined && { userId }),
      userName,
      name,
      description,
      accessTokenType: tokenTypes[accessTokenType],
    })
    return { userId: created.userId, details: detailsOf(created) }
  },
}
