import { removePersonalAccessToken as ofV1 } from '../../access-tokens/remove-personal-access-token'
import type { UserV2 } from '../../binding'

export const removePersonalAccessToken: UserV2<'RemovePersonalAccessToken'> = {
  across: 'orgs',
  errors: ofV1.errors!,
  async handle({ caller, request: { userId, tokenId } }) {
    return { deletionDate: (await caller.users.accessTokens(userId).delete(tokenId)).changedAt }
  },
}
