import type { Actor } from '../actor'
import type { Core } from '../core'
import { type Paging, paged } from '../paging'
import { requirePermission } from '../permissions/check-permission'
import type { FieldOf, Filter, Page, Sort } from '../storage/search'
import type { Client } from './client'

export type ClientField = FieldOf<Client>

export interface ClientQuery extends Paging {
  readonly filter?: Filter<ClientField>
  /** Ties are broken by id. Default: oldest first. */
  readonly sort?: readonly Sort<ClientField>[]
}

/**
 * Answers a page of the applications of the call's org, or of all orgs where the call works in all.
 *
 * @throws {@link PermissionDeniedError} without `project.app.read`.
 * @throws {@link LimitExceededError} for a page of more than 1000.
 */
export async function listClients(core: Core, actor: Actor, query: ClientQuery = {}): Promise<Page<Client>> {
  const { filter, sort = [{ field: 'createdAt', descending: false }] } = query
  const page = paged(query)
  const { orgId } = await requirePermission(core, actor, 'project.app.read')
  const filters: readonly Filter<ClientField>[] = [
    ...(orgId === undefined ? [] : [{ op: 'equals', field: 'orgId', value: orgId } as const]),
    ...(filter === undefined ? [] : [filter]),
  ]
  return core.search({ kind: 'client', ...page, filter: { op: 'and', filters }, sort })
}
