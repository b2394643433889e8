import type { ActingDirectory, JsonObject, Org, OrgFilter, OrgSnapshot } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import { checkpointPage, type ListOrder } from '../checkpoint'
import { jsonAnswer } from '../json-answer'
import { checkpointBody, checkpointPaging, offsetBody, offsetPaging, type PagingQuery } from '../paging'

type OrganizationOrder = ListOrder<'createdAt' | 'name' | 'displayName' | 'orgId'>

const sortFields = {
  name: { field: 'name', holds: 'texts' },
  display_name: { field: 'displayName', holds: 'texts or null' },
  created_at: { field: 'createdAt', holds: 'times' },
} as const

/** A page of some orgs, as the query asks for it. */
export async function organizationPage(
  directory: ActingDirectory,
  query: PagingQuery & { readonly sort?: string | undefined },
  within: OrgFilter,
  show: (snapshot: OrgSnapshot) => JsonObject,
): Promise<ExchangeResponse> {
  const shown = async (orgs: readonly Org[]) => {
    const snapshots = await directory.orgs.findSnapshots(orgs.map(({ orgId }) => orgId))
    return snapshots.flatMap((snapshot) => (snapshot === undefined ? [] : [show(snapshot)]))
  }
  const order = organizationOrder(query.sort)

  const checkpoint = checkpointPaging(query)
  if (checkpoint !== undefined) {
    const { items, end, hasMore } = await checkpointPage(checkpoint, order, async ({ filter, sort, limit }) => {
      const page = await directory.orgs.list({ filter: { op: 'and', filters: [within, filter] }, sort, limit })
      return page.items
    })
    return jsonAnswer(200, checkpointBody('organizations', await shown(items), hasMore ? end : undefined))
  }

  const paging = offsetPaging(query)
  const { items, total = 0 } = await directory.orgs.list({
    filter: within,
    sort: [order],
    offset: paging.start,
    limit: paging.limit,
    count: paging.includeTotals,
  })
  return jsonAnswer(200, offsetBody('organizations', paging, await shown(items), total))
}

/** Reads `sort`, as its schema demands. */
function organizationOrder(sort = 'created_at:1'): OrganizationOrder {
  const [name, direction] = sort.split(':')
  return { ...sortFields[name as keyof typeof sortFields], descending: direction === '-1', id: 'orgId' }
}
