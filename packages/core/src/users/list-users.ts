import type { Actor } from '../actor'
import type { Core } from '../core'
import { type Paging, paged } from '../paging'
import { requirePermission } from '../permissions/check-permission'
import type { FieldOf, Filter, Page, Sort } from '../storage/search'
import type { User } from './user'

export type UserField = FieldOf<User>

export interface UserQuery extends Paging {
  readonly filter?: Filter<UserField>
  /** Ties are broken by id. Default: by id. */
  readonly sort?: readonly Sort<UserField>[]
}

/**
 * Answers a page of the users of the call's org, or of all orgs where the call works in all.
 *
 * @throws {@link LimitExceededError} for a page of more than 1000.
 * @throws {@link PermissionDeniedError} without `user.read`.
 */
export async function listUsers(core: Core, actor: Actor, query: UserQuery = {}): Promise<Page<User>> {
  const { filter, sort } = query
  const page = paged(query)
  const { orgId } = await requirePermission(core, actor, 'user.read')
  const limits: Filter<UserField>[] = []
  if (orgId !== undefined) limits.push({ op: 'equals', field: 'orgId', value: orgId })
  if (filter !== undefined) limits.push(filter)
  return core.search({
    kind: 'user',
    ...page,
    ...(limits.length > 0 && { filter: limits.length === 1 ? limits[0]! : { op: 'and', filters: limits } }),
    ...(sort !== undefined && { sort }),
  })
}
