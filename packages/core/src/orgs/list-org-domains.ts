import type { Actor } from '../actor'
import type { Core } from '../core'
import { type Paging, paged } from '../paging'
import { scopeOf } from '../permissions/permission-scope'
import type { OrgDomainRecord } from '../storage/records'
import type { FieldOf, Filter, Page, Sort } from '../storage/search'
import { ownerOrgOf } from '../users/owner-org'

/** A domain of an org. What the org has to show there is shown to nobody again. */
export type OrgDomain = Omit<OrgDomainRecord, 'validationToken'>

export interface OrgDomainQuery extends Paging {
  readonly filter?: Filter<FieldOf<OrgDomain>>
  /** Default: by name. */
  readonly sort?: readonly Sort<FieldOf<OrgDomain>>[]
}

/**
 * Answers a page of the domains of an org, verified and not.
 *
 * @throws {@link LimitExceededError} for a page of more than 1000.
 * @throws {@link PermissionDeniedError} without `org.read`.
 * @throws {@link NotFoundError} when the call works in another org.
 */
export async function listOrgDomains(
  core: Core,
  actor: Actor,
  query: OrgDomainQuery = {},
  orgId?: string,
): Promise<Page<OrgDomain>> {
  const page = paged(query)
  const scope = await scopeOf(core, actor, 'org.read')
  const owner = await ownerOrgOf(core, scope, orgId)
  const { items, ...rest } = await core.search({
    kind: 'orgDomain',
    ...page,
    filter: {
      op: 'and',
      filters: [{ op: 'equals', field: 'orgId', value: owner }, ...(query.filter === undefined ? [] : [query.filter])],
    },
    ...(query.sort !== undefined && { sort: query.sort }),
  })
  return { ...rest, items: items.map(({ validationToken: _, ...domain }) => domain) }
}
