import type { Actor } from '../actor'
import { checkFilter } from '../check-filter'
import type { Core } from '../core'
import { type Paging, paged } from '../paging'
import { inScope, narrowedBy, type PermissionScope, scopeOf } from '../permissions/permission-scope'
import type { Page, RecordFilter, SearchField, Sort } from '../storage/search'
import { allOf } from './load-user'
import { loginNameFilter } from './login-name-filter'
import { type NamedUser, nameUsers } from './login-names'
import { asksMemberships, membershipsWithin } from './membership-filter'

export type UserField = SearchField<'user'>
export type UserFilter = RecordFilter<'user'>

export interface UserQuery extends Paging {
  /** Members, `updatedAt` and `loginName` (any of the user's) among them, metadata, and orgs the user is a member of. */
  readonly filter?: UserFilter
  /** Ties are broken by id. Default: by id. */
  readonly sort?: readonly Sort<UserField>[]
}

/**
 * Answers a page of the users that the call may see: of its org, of all orgs where it works in all, and where it works
 * wherever its subjects live, of the orgs in which the caller may read users, and the caller.
 *
 * @throws {@link LimitExceededError} for a page of more than 1000, or a filter of more than 500 conditions, 50 levels or
 * 100 names in a path.
 * @throws {@link InvalidInputError} for a condition on what is no namespace of metadata.
 * @throws {@link PermissionDeniedError} without `user.read`; where the filter asks for memberships, which are those that
 * the call may see, without `user.membership.read`.
 */
export async function listUsers(core: Core, actor: Actor, query: UserQuery = {}): Promise<Page<NamedUser>> {
  const { filter, sort } = query
  const page = paged(query)
  checkFilter(filter)
  const asksFor = filter !== undefined && asksMemberships(filter)
  const [scope, memberships] = await allOf(
    scopeOf(core, actor, 'user.read', { self: true }),
    asksFor ? scopeOf(core, actor, 'user.membership.read') : Promise.resolve(undefined),
  )
  const asked = memberships === undefined ? filter : filter && membershipsWithin(filter, memberships)
  const { items, ...rest } = await core.search({
    kind: 'user',
    ...page,
    ...narrowedBy(visibleUsers(scope), asked && loginNameFilter(core, asked)),
    ...(sort !== undefined && { sort }),
  })
  return { ...rest, items: await nameUsers(core, items) }
}

function visibleUsers(scope: PermissionScope): UserFilter | undefined {
  const owned = inScope(scope)
  if (owned === undefined || scope.selfId === undefined) return owned
  return { op: 'or', filters: [owned, { op: 'equals', field: 'userId', value: scope.selfId }] }
}
