import type { Actor } from '../actor'
import type { Core } from '../core'
import { explainFind, type FindExplanation } from '../find/explain-find'
import { type PageSearch, pageSearch } from '../find/found-page'
import type { Include, Included } from '../find/include'
import { readIncluded, withIncluded } from '../find/read-included'
import type { FindQuery, FoundPage } from '../find/where'
import { planUsers } from './list-users'
import { type NamedUser, nameUsers } from './login-names'

/**
 * Answers users that the call may see, as `users.list` does, page after page by a cursor that stays where it is while
 * others write.
 *
 * @throws {@link InvalidInputError} naming the place in `where` of what is `undefined`, not known, or of another type, or of
 * metadata that is not indexed where that is refused; `after` for what is no cursor, or that of another query.
 * @throws {@link LimitExceededError} for a page of more than 1000, more than 500 conditions, 50 levels, 1000 values of one
 * `in` or 5 members in the order, or more than 10 namespaces to include.
 * @throws {@link PermissionDeniedError} `metadata_key` for a key that is hidden from the caller; without `user.read`; where
 * it asks for memberships or includes them, without `user.membership.read`.
 */
export async function findUsers<const I extends Include<'user'>>(
  core: Core,
  actor: Actor,
  query: FindQuery<'user'> & { readonly include?: I } = {},
): Promise<FoundPage<NamedUser & Included<'user', I>>> {
  const page = pageSearch('user', query, core.unindexed)
  const { search, scope } = await planPage(core, actor, page)
  const { items: found, ...rest } = page.pageOf((await core.search(search)).items)
  const [items, included] = await Promise.all([
    nameUsers(core, found),
    readIncluded(core, actor, 'user', found, page.include, scope),
  ])
  return { ...rest, items: withIncluded(items, included) as readonly (NamedUser & Included<'user', I>)[] }
}

/** @throws {@link PermissionDeniedError} without `iam.read`. @throws as {@link findUsers}. */
export async function explainUsers(core: Core, actor: Actor, query: FindQuery<'user'> = {}): Promise<FindExplanation> {
  const page = pageSearch('user', query)
  return explainFind(core, actor, page.asked, async () => (await planPage(core, actor, page)).search)
}

function planPage(core: Core, actor: Actor, { filter, behind, sort, limit }: PageSearch<'user'>) {
  return planUsers(core, actor, filter, { behind, sort, limit, offset: 0, count: false })
}
