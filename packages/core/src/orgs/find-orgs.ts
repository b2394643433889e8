import type { Actor } from '../actor'
import { checkFilter } from '../check-filter'
import type { Core } from '../core'
import { explainFind, type FindExplanation } from '../find/explain-find'
import { type PageSearch, pageSearch } from '../find/found-page'
import type { Include, Included } from '../find/include'
import { readIncluded, withIncluded } from '../find/read-included'
import type { FindQuery, FoundPage } from '../find/where'
import { requireReadableFilter } from '../metadata-definition/visible-filter'
import { narrowedBy, scopeOf } from '../permissions/permission-scope'
import type { SearchOf } from '../storage/search'
import { visibleOrgs } from './list-orgs'
import type { Org } from './org'

/**
 * Answers orgs that the call may see, as `orgs.list` does, page after page by a cursor that stays where it is while others
 * write. Metadata is included of those whose metadata the call may read.
 *
 * @throws {@link PermissionDeniedError} without `iam.read`, unless the call works wherever its subjects live; where it
 * includes metadata, without `org.read`.
 * @throws as {@link findUsers}.
 */
export async function findOrgs<const I extends Include<'org'>>(
  core: Core,
  actor: Actor,
  query: FindQuery<'org'> & { readonly include?: I } = {},
): Promise<FoundPage<Org & Included<'org', I>>> {
  const page = pageSearch('org', query, core.unindexed)
  const search = await planOrgs(core, actor, page)
  const { items, ...rest } = page.pageOf((await core.search(search)).items)
  const included =
    page.include && (await readIncluded(core, actor, 'org', items, page.include, scopeOf(core, actor, 'org.read')))
  return { ...rest, items: withIncluded(items, included) as readonly (Org & Included<'org', I>)[] }
}

/** @throws {@link PermissionDeniedError} without `iam.read`. @throws as {@link findOrgs}. */
export async function explainOrgs(core: Core, actor: Actor, query: FindQuery<'org'> = {}): Promise<FindExplanation> {
  const page = pageSearch('org', query)
  return explainFind(core, actor, page.asked, () => planOrgs(core, actor, page))
}

async function planOrgs(
  core: Core,
  actor: Actor,
  { filter, behind, sort, limit }: PageSearch<'org'>,
): Promise<SearchOf<'org'>> {
  checkFilter(filter)
  requireReadableFilter(core.metadataRules, actor, 'org', filter)
  const visible = await visibleOrgs(core, actor)
  return { kind: 'org', offset: 0, limit, count: false, sort, ...narrowedBy(visible, filter, behind) }
}
