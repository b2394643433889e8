import type { Actor } from '../actor'
import { checkFilter } from '../check-filter'
import type { Core } from '../core'
import { type Paging, paged } from '../paging'
import { requirePermission } from '../permissions/check-permission'
import type { Page, RecordFilter, SearchField, Sort } from '../storage/search'
import type { Org } from './org'

export type OrgField = SearchField<'org'>
export type OrgFilter = RecordFilter<'org'>

export interface OrgQuery extends Paging {
  /** Members, `updatedAt` among them, and metadata. */
  readonly filter?: OrgFilter
  /** Ties are broken by id. Default: by id. */
  readonly sort?: readonly Sort<OrgField>[]
}

/**
 * Answers a page of all orgs of the instance, whatever org the call works in.
 *
 * @throws {@link LimitExceededError} for a page of more than 1000, or a filter of more than 500 conditions, 50 levels or
 * 100 names in a path.
 * @throws {@link InvalidInputError} for a condition on what is no namespace of metadata.
 * @throws {@link PermissionDeniedError} without `iam.read`.
 */
export async function listOrgs(core: Core, actor: Actor, query: OrgQuery = {}): Promise<Page<Org>> {
  const { filter, sort } = query
  const page = paged(query)
  checkFilter(filter)
  await requirePermission(core, actor, 'iam.read')
  return core.search({
    kind: 'org',
    ...page,
    ...(filter !== undefined && { filter }),
    ...(sort !== undefined && { sort }),
  })
}
