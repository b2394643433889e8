import type { Actor } from '../actor'
import type { Core } from '../core'
import { pageSearch } from '../find/found-page'
import type { FindQuery, FoundPage } from '../find/where'
import type { SearchField, Sort } from '../storage/search'
import { searchUsers } from './list-users'
import { type NamedUser, nameUsers } from './login-names'

/**
 * Answers users that the call may see, as `users.list` does, page after page by a cursor that stays where it is while
 * others write.
 *
 * @throws {@link InvalidInputError} naming the place in `where` of what is `undefined`, not known, or of another type;
 * `after` for what is no cursor, or that of another query.
 * @throws {@link LimitExceededError} for a page of more than 1000, more than 500 conditions, 50 levels, 1000 values of one
 * `in` or 5 members in the order.
 * @throws {@link PermissionDeniedError} `metadata_key` for a key that is hidden from the caller; without `user.read`; where
 * it asks for memberships, without `user.membership.read`.
 */
export async function findUsers(
  core: Core,
  actor: Actor,
  query: FindQuery<'user'> = {},
): Promise<FoundPage<NamedUser>> {
  const { filter, behind, limit, pageOf, ...search } = pageSearch('user', query)
  const sort = search.sort as readonly Sort<SearchField<'user'>>[]
  const { items: found } = await searchUsers(core, actor, filter, { behind, sort, limit, offset: 0, count: false })
  const { items, ...rest } = pageOf(found)
  return { ...rest, items: await nameUsers(core, items) }
}
