import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { scopeOf } from '../permissions/permission-scope'
import { draftUserAggregate } from '../users/draft-user-change'
import { loadUserForChange } from '../users/load-user'
import type { Written } from '../written'
import { accessTokenClaim } from './access-token'

/**
 * Revokes a token, from the next call on.
 *
 * @throws {@link PermissionDeniedError} without `user.write`.
 * @throws {@link NotFoundError} when there is no such user in the org, or it has no such token.
 */
export function deleteAccessToken(core: Core, actor: Actor, userId: string, tokenId: string): Promise<Written> {
  return core.write(actor, async (draft) => {
    const permitted = scopeOf(core, actor, 'user.write')
    const loading = loadUserForChange(core, permitted, userId)
    const tokenRead = core.read({ read: 'record', kind: 'accessToken', key: { userId, tokenId } })
    tokenRead.catch(() => undefined)
    const { user, aggregate } = await loading
    const token = await tokenRead
    if (token === undefined) throw new NotFoundError('access_token', tokenId)
    const drafted = draftUserAggregate(draft, user, { revision: aggregate.revision }, { revise: true })
    drafted.append({ type: 'user.pat.removed', payload: { tokenId } })
    draft.remove({ kind: 'accessToken', key: { userId, tokenId } })
    draft.releaseClaim(accessTokenClaim(token.hash))
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({
        sequence: sequenceOf(drafted.index),
        createdAt: token.createdAt,
        changedAt: at,
        orgId: user.orgId,
      }),
    }
  })
}
