import { type AccessToken, isDirectoryError, type Page } from '@indwell/core'
import type { Management } from '../binding'
import { pageDetails, pagingOf } from '../list'
import { tokenMessage } from './token-message'

const nothing: Page<AccessToken> = { items: [], total: 0 }

/** A user that the org does not have has no tokens: no error. Oldest first. */
export const listPersonalAccessTokens: Management<'ListPersonalAccessTokens'> = {
  async handle({ caller, directory, request: { userId, query } }) {
    const page = await caller.users
      .accessTokens(userId)
      .list(pagingOf(query))
      .catch((error: unknown) => {
        if (isDirectoryError(error) && error.code === 'not_found') return nothing
        throw error
      })
    return { details: pageDetails(page, directory), result: page.items.map(tokenMessage) }
  },
}
