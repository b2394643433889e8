import type { Actor } from '../actor'
import { checkFilter } from '../check-filter'
import type { Core } from '../core'
import { type Paging, paged } from '../paging'
import { requirePermission } from '../permissions/check-permission'
import type { Page, RecordFilter, SearchField, Sort } from '../storage/search'
import { loginNameFilter } from './login-name-filter'
import { type NamedUser, nameUsers } from './login-names'

export type UserField = SearchField<'user'>
export type UserFilter = RecordFilter<'user'>

export interface UserQuery extends Paging {
  /** Members, `updatedAt` and `loginName` (any of the user's) among them, and metadata. */
  readonly filter?: UserFilter
  /** Ties are broken by id. Default: by id. */
  readonly sort?: readonly Sort<UserField>[]
}

/**
 * Answers a page of the users of the call's org, or of all orgs where the call works in all.
 *
 * @throws {@link LimitExceededError} for a page of more than 1000, or a filter of more than 500 conditions, 50 levels or
 * 100 names in a path.
 * @throws {@link InvalidInputError} for a condition on what is no namespace of metadata.
 * @throws {@link PermissionDeniedError} without `user.read`.
 */
export async function listUsers(core: Core, actor: Actor, query: UserQuery = {}): Promise<Page<NamedUser>> {
  const { filter, sort } = query
  const page = paged(query)
  checkFilter(filter)
  const { orgId } = await requirePermission(core, actor, 'user.read')
  const limits: UserFilter[] = []
  if (orgId !== undefined) limits.push({ op: 'equals', field: 'orgId', value: orgId })
  if (filter !== undefined) limits.push(loginNameFilter(core, filter))
  const { items, ...rest } = await core.search({
    kind: 'user',
    ...page,
    ...(limits.length > 0 && { filter: limits.length === 1 ? limits[0]! : { op: 'and', filters: limits } }),
    ...(sort !== undefined && { sort }),
  })
  return { ...rest, items: await nameUsers(core, items) }
}
