import type { Actor } from '../actor'
import { checkFilter } from '../check-filter'
import type { Core } from '../core'
import { requireReadableFilter } from '../metadata-definition/visible-filter'
import { type Paging, paged } from '../paging'
import { requirePermission } from '../permissions/check-permission'
import { inScope, narrowedBy, scopeOf } from '../permissions/permission-scope'
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
 * Answers a page of all orgs of the instance, whatever org the call works in; to a call that works wherever its subjects
 * live, of those that the caller may read.
 *
 * @throws {@link LimitExceededError} for a page of more than 1000, or a filter of more than 500 conditions, 50 levels or
 * 100 names in a path.
 * @throws {@link InvalidInputError} for a condition on what is no namespace of metadata.
 * @throws {@link PermissionDeniedError} without `iam.read`, unless the call works wherever its subjects live.
 */
export async function listOrgs(core: Core, actor: Actor, query: OrgQuery = {}): Promise<Page<Org>> {
  const { filter, sort } = query
  const page = paged(query)
  checkFilter(filter)
  requireReadableFilter(core.metadataRules, actor, 'org', filter)
  const visible = await visibleOrgs(core, actor)
  return core.search({
    kind: 'org',
    ...page,
    ...narrowedBy(visible, filter),
    ...(sort !== undefined && { sort }),
  })
}

export async function visibleOrgs(core: Core, actor: Actor): Promise<OrgFilter | undefined> {
  if (actor.type === 'user' && actor.across === 'orgs') return inScope(await scopeOf(core, actor, 'org.read'))
  await requirePermission(core, actor, 'iam.read')
  return undefined
}
