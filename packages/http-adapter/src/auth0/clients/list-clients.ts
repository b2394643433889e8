import type { JsonObject } from '@indwell/core'
import { type ActingDirectory, type Client, type ClientFilter, maxPageSize } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { checkpointPage, type ListOrder } from '../checkpoint'
import { operationNotSupported } from '../error-catalogue'
import { jsonAnswer } from '../json-answer'
import { checkpointBody, checkpointPaging, isPaged, offsetBody, offsetPaging, pageLinks } from '../paging'
import type { ListClientsQuery } from '../schemas/list-clients'
import { requireFields, showClient } from './show-client'

const byCreation: ListOrder<'createdAt' | 'clientId'> = {
  field: 'createdAt',
  holds: 'times',
  descending: false,
  id: 'clientId',
}

/** GET /clients: oldest first, by page number or by cursor. */
export async function listClients(call: Call<ListClientsQuery>): Promise<ExchangeResponse> {
  const { directory, query } = call
  if (query.q !== undefined) throw operationNotSupported('Searching clients by q is not supported')
  if (query.external_client_id !== undefined) {
    throw operationNotSupported('Searching clients by external_client_id is not supported')
  }
  requireFields(call, query)
  const condition = conditionOf(query)

  const checkpoint = checkpointPaging(query)
  if (checkpoint !== undefined) {
    const { items, end, hasMore } = await checkpointPage(checkpoint, byCreation, async ({ filter, sort, limit }) =>
      condition === undefined
        ? (await directory.clients.list({ filter, sort, limit })).items
        : collect(directory, limit, condition, filter),
    )
    return jsonAnswer(200, checkpointBody('clients', await shown(call, items), hasMore ? end : undefined))
  }

  const paging = offsetPaging(query)
  if (condition === undefined) {
    const { start: offset, limit, includeTotals } = paging
    const count = includeTotals || isPaged(query)
    const { items, total = 0 } = await directory.clients.list({ offset, limit, count })
    return pageAnswer(call, await shown(call, items), total)
  }
  const matching = await collect(directory, Number.POSITIVE_INFINITY, condition)
  const page = matching.slice(paging.start, paging.start + paging.limit)
  return pageAnswer(call, await shown(call, page), matching.length)
}

/** A bare list whose page was asked for has links to others, as recorded; the envelope says enough by itself. */
function pageAnswer({ query }: Call<ListClientsQuery>, page: readonly JsonObject[], total: number): ExchangeResponse {
  const paging = offsetPaging(query)
  const body = offsetBody('clients', paging, page, total)
  return jsonAnswer(200, body, isPaged(query) && !paging.includeTotals ? pageLinks(query, paging, total) : {})
}

async function shown(call: Call<ListClientsQuery>, clients: readonly Client[]): Promise<readonly JsonObject[]> {
  const snapshots = await call.directory.clients.findSnapshots(clients.map(({ clientId }) => clientId))
  return snapshots.flatMap((snapshot) => (snapshot === undefined ? [] : [showClient(snapshot, call, call.query)]))
}

/** What the query asks of a client's settings; `undefined`: nothing. */
function conditionOf(query: ListClientsQuery): ((client: Client) => boolean) | undefined {
  const { is_global, is_first_party, app_type } = query
  const types = app_type?.split(',').map((type) => type.trim())
  if (is_global === undefined && is_first_party === undefined && types === undefined) return undefined
  return ({ settings }) =>
    is_global !== true &&
    (is_first_party === undefined || (settings.is_first_party ?? true) === is_first_party) &&
    (types === undefined || (typeof settings.app_type === 'string' && types.includes(settings.app_type)))
}

/**
 * The first `count` clients of those a filter finds that meet a condition. Settings are nothing a storage searches by, so
 * this goes through the clients, of which a directory has few.
 */
async function collect(
  directory: ActingDirectory,
  count: number,
  condition: (client: Client) => boolean,
  filter: ClientFilter = { op: 'and', filters: [] },
): Promise<readonly Client[]> {
  const found: Client[] = []
  for (let offset = 0; ; offset += maxPageSize) {
    const { items } = await directory.clients.list({ filter, offset, limit: maxPageSize })
    for (const client of items) {
      if (condition(client)) found.push(client)
      if (found.length === count) return found
    }
    if (items.length < maxPageSize) return found
  }
}
