import type { ErrorEntry } from '../api-error'
import type { Management } from '../binding'
import { tokenMessage } from './token-message'

const noToken = ['not_found', 'QUERY-fk2fs', 'Errors.User.PAT.NotFound'] as const satisfies ErrorEntry

export const getPersonalAccessToken: Management<'GetPersonalAccessTokenByIDs'> = {
  errors: { not_found: { user: noToken, access_token: noToken } },
  async handle({ caller, request: { userId, tokenId } }) {
    return { token: tokenMessage(await caller.users.accessTokens(userId).get(tokenId)) }
  },
}
