import type { Actor } from '../actor'
import type { Core } from '../core'
import { type Paging, paged } from '../paging'
import { inScope, narrowedBy, scopeOf } from '../permissions/permission-scope'
import type { Page } from '../storage/search'
import { type DeletedUser, shownDeleted } from './deleted-user'

/**
 * Answers a page of the users that were deleted and can still come back, whoever was deleted last first: of the orgs in
 * which the caller may delete users.
 *
 * @throws {@link PermissionDeniedError} without `user.delete`.
 * @throws {@link LimitExceededError} for a page of more than 1000.
 */
export async function listDeletedUsers(core: Core, actor: Actor, query: Paging = {}): Promise<Page<DeletedUser>> {
  const page = paged(query)
  const scope = await scopeOf(core, actor, 'user.delete')
  const { items, ...rest } = await core.search({
    kind: 'deletedUser',
    ...page,
    ...narrowedBy(inScope(scope), {
      op: 'range',
      field: 'undeleteUntil',
      from: core.now(),
      fromInclusive: false,
      toInclusive: false,
    }),
    sort: [{ field: 'createdAt', descending: true }],
  })
  return { ...rest, items: items.map(shownDeleted) }
}
