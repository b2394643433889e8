import type { Actor } from '../actor'
import { checkFilter } from '../check-filter'
import type { Core } from '../core'
import { requireReadableFilter } from '../metadata-definition/visible-filter'
import { type Paging, paged } from '../paging'
import { inScope, narrowedBy, scopeOf } from '../permissions/permission-scope'
import type { Page, RecordFilter, SearchField, Sort } from '../storage/search'
import type { Client } from './client'

export type ClientField = SearchField<'client'>
export type ClientFilter = RecordFilter<'client'>

export interface ClientQuery extends Paging {
  /** Members, `updatedAt` among them, and metadata. */
  readonly filter?: ClientFilter
  /** Ties are broken by id. Default: oldest first. */
  readonly sort?: readonly Sort<ClientField>[]
}

/**
 * Answers a page of the applications that the call may see.
 *
 * @throws {@link PermissionDeniedError} without `project.app.read`.
 * @throws {@link LimitExceededError} for a page of more than 1000, or a filter of more than 500 conditions, 50 levels or
 * 100 names in a path.
 * @throws {@link InvalidInputError} for a condition on what is no namespace of metadata.
 */
export async function listClients(core: Core, actor: Actor, query: ClientQuery = {}): Promise<Page<Client>> {
  const { filter, sort = [{ field: 'createdAt', descending: false }] } = query
  const page = paged(query)
  checkFilter(filter)
  requireReadableFilter(core.metadataRules, actor, 'client', filter)
  const visible = inScope(await scopeOf(core, actor, 'project.app.read'))
  return core.search({ kind: 'client', ...page, ...narrowedBy(visible, filter), sort })
}
