import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { allOf } from '../permissions/all-of'
import { scopeOf } from '../permissions/permission-scope'
import { readUser, requireUser } from '../users/load-user'
import { type AccessToken, shownToken } from './access-token'

/**
 * Answers a token of a user, without what it is made of.
 *
 * @throws {@link PermissionDeniedError} without `user.read`.
 * @throws {@link NotFoundError} when there is no such user in the org, or it has no such token.
 */
export async function getAccessToken(core: Core, actor: Actor, userId: string, tokenId: string): Promise<AccessToken> {
  const [scope, user, token] = await allOf(
    scopeOf(core, actor, 'user.read'),
    readUser(core, userId),
    core.read({ read: 'record', kind: 'accessToken', key: { userId, tokenId } }),
  )
  requireUser(user, userId, scope)
  if (token === undefined) throw new NotFoundError('access_token', tokenId)
  return shownToken(token)
}
