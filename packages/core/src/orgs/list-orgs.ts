import type { Actor } from '../actor'
import type { Core } from '../core'
import { type Paging, paged } from '../paging'
import { requirePermission } from '../permissions/check-permission'
import type { FieldOf, Filter, Page, Sort } from '../storage/search'
import type { Org } from './org'

export type OrgField = FieldOf<Org>

export interface OrgQuery extends Paging {
  readonly filter?: Filter<OrgField>
  /** Ties are broken by id. Default: by id. */
  readonly sort?: readonly Sort<OrgField>[]
}

/**
 * Answers a page of all orgs of the instance, whatever org the call works in.
 *
 * @throws {@link LimitExceededError} for a page of more than 1000.
 * @throws {@link PermissionDeniedError} without `iam.read`.
 */
export async function listOrgs(core: Core, actor: Actor, query: OrgQuery = {}): Promise<Page<Org>> {
  const { filter, sort } = query
  const page = paged(query)
  await requirePermission(core, actor, 'iam.read')
  return core.search({
    kind: 'org',
    ...page,
    ...(filter !== undefined && { filter }),
    ...(sort !== undefined && { sort }),
  })
}
