import type { Directory } from '@indwell/core'
import type { Authenticate } from '../authenticate'
import { bearerToken } from './bearer-token'

/**
 * Accepts the access tokens that the directory keeps hashes of (ZITADEL's personal access tokens).
 *
 * The caller has no list of scopes: the user's roles decide alone. Revoking a token counts from the next request on.
 */
export function storedTokens(directory: Pick<Directory, 'authenticate'>): Authenticate {
  return async (request) => {
    const token = bearerToken(request)
    if (token === undefined) return undefined
    const user = await directory.authenticate(token)
    return user && { userId: user.userId }
  }
}
