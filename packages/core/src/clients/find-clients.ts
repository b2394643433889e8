import type { Actor } from '../actor'
import { checkFilter } from '../check-filter'
import type { Core } from '../core'
import { explainFind, type FindExplanation } from '../find/explain-find'
import { type PageSearch, pageSearch } from '../find/found-page'
import type { Include, Included } from '../find/include'
import { readIncluded, withIncluded } from '../find/read-included'
import type { FindQuery, FoundPage } from '../find/where'
import { requireReadableFilter } from '../metadata-definition/visible-filter'
import { inScope, narrowedBy, type PermissionScope, scopeOf } from '../permissions/permission-scope'
import type { SearchOf } from '../storage/search'
import type { Client } from './client'

/**
 * Answers applications that the call may see, as `clients.list` does, page after page by a cursor that stays where it is
 * while others write.
 *
 * @throws {@link PermissionDeniedError} without `project.app.read`.
 * @throws as {@link findUsers}.
 */
export async function findClients<const I extends Include<'client'>>(
  core: Core,
  actor: Actor,
  query: FindQuery<'client'> & { readonly include?: I } = {},
): Promise<FoundPage<Client & Included<'client', I>>> {
  const page = pageSearch('client', query, core.unindexed)
  const { search, scope } = await planClients(core, actor, page)
  const { items, ...rest } = page.pageOf((await core.search(search)).items)
  const included = await readIncluded(core, actor, 'client', items, page.include, scope)
  return { ...rest, items: withIncluded(items, included) as readonly (Client & Included<'client', I>)[] }
}

/** @throws {@link PermissionDeniedError} without `iam.read`. @throws as {@link findClients}. */
export async function explainClients(
  core: Core,
  actor: Actor,
  query: FindQuery<'client'> = {},
): Promise<FindExplanation> {
  const page = pageSearch('client', query)
  return explainFind(core, actor, page.asked, async () => (await planClients(core, actor, page)).search)
}

async function planClients(
  core: Core,
  actor: Actor,
  { filter, behind, sort, limit }: PageSearch<'client'>,
): Promise<{ readonly search: SearchOf<'client'>; readonly scope: PermissionScope }> {
  checkFilter(filter)
  requireReadableFilter(core.metadataRules, actor, 'client', filter)
  const scope = await scopeOf(core, actor, 'project.app.read')
  const search = { kind: 'client', offset: 0, limit, count: false, sort } as const
  return { scope, search: { ...search, ...narrowedBy(inScope(scope), filter, behind) } }
}
