import type { ErrorEntry } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'

const noToken = ['not_found', 'COMMAND-4m77G', 'Errors.User.PAT.NotFound'] as const satisfies ErrorEntry

export const removePersonalAccessToken: Management<'RemovePersonalAccessToken'> = {
  writes: 'changes',
  errors: { not_found: { user: noToken, access_token: noToken } },
  async handle({ caller, request: { userId, tokenId } }) {
    return { details: detailsOf(await caller.users.accessTokens(userId).delete(tokenId)) }
  },
}
