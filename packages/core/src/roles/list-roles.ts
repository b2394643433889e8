import type { Actor } from '../actor'
import { checkFilter } from '../check-filter'
import type { Core } from '../core'
import { type Paging, paged } from '../paging'
import { requirePermission } from '../permissions/check-permission'
import type { Page, RecordFilter, SearchField, Sort } from '../storage/search'
import type { Role } from './role'

export type RoleField = SearchField<'role'>
export type RoleFilter = RecordFilter<'role'>

export interface RoleQuery extends Paging {
  readonly filter?: RoleFilter
  /** Ties are broken by id. Default: oldest first. */
  readonly sort?: readonly Sort<RoleField>[]
}

/**
 * Answers a page of the roles that were created.
 *
 * @throws {@link PermissionDeniedError} without `iam.policy.read`.
 * @throws {@link LimitExceededError} for a page of more than 1000, or a filter of more than 500 conditions or 50 levels.
 */
export async function listRoles(core: Core, actor: Actor, query: RoleQuery = {}): Promise<Page<Role>> {
  const { filter, sort = [{ field: 'createdAt', descending: false }] } = query
  const page = paged(query)
  checkFilter(filter)
  await requirePermission(core, actor, 'iam.policy.read')
  return core.search({ kind: 'role', ...page, ...(filter !== undefined && { filter }), sort })
}
