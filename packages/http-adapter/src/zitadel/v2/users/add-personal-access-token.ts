import { addPersonalAccessToken as ofV1 } from '../../access-tokens/add-personal-access-token'
import type { UserV2 } from '../../binding'

/** Every token ends. */
export const addPersonalAccessToken: UserV2<'AddPersonalAccessToken'> = {
  across: 'orgs',
  errors: ofV1.errors!,
  async handle({ caller, request: { userId, expirationDate } }) {
    const { tokenId, token, createdAt } = await caller.users
      .accessTokens(userId)
      .create({ expiresAt: Math.floor(expirationDate) })
    return { creationDate: createdAt, tokenId, token }
  },
}
