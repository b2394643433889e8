import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { jsonAnswer } from '../json-answer'
import { offsetBody, offsetPaging } from '../paging'
import type { ListRolesQuery } from '../schemas/list-roles'
import { roleBody } from './role-body'

/** GET /roles: oldest first. */
export async function listRoles({ directory, query }: Call<ListRolesQuery>): Promise<ExchangeResponse> {
  const paging = offsetPaging(query)
  const { name_filter: name = '' } = query
  const { items, total = 0 } = await directory.roles.list({
    ...(name !== '' && { filter: { op: 'text', field: 'name', method: 'contains', value: name, ignoreCase: true } }),
    offset: paging.start,
    limit: paging.limit,
    count: paging.includeTotals,
  })
  return jsonAnswer(200, offsetBody('roles', paging, items.map(roleBody), total))
}
