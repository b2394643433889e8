import type { Management } from '../binding'
import { detailsOf } from '../object-details'

export const addPersonalAccessToken: Management<'AddPersonalAccessToken'> = {
  writes: 'adds',
  errors: {
    invalid_input: { expiresAt: ['invalid_argument', 'DOMAIN-dv3t5', 'Errors.AuthNKey.ExpireBeforeNow'] },
    not_found: { user: ['failed_precondition', 'COMMAND-Dggw2', 'Errors.User.NotFound'] },
    invalid_state: { user_not_machine: ['failed_precondition', 'COMMAND-Df2f1', 'Errors.User.WrongType'] },
  },
  async handle({ caller, request: { userId, expirationDate } }) {
    const created = await caller.users
      .accessTokens(userId)
      .create(expirationDate === undefined ? {} : { expiresAt: Math.floor(expirationDate) })
    return { tokenId: created.tokenId, token: created.token, details: detailsOf(created) }
  },
}
