import type { UserFilter } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { retiredSearchEngine } from '../error-catalogue'
import { jsonAnswer } from '../json-answer'
import { organizationsOnly } from '../organizations/tenant'
import { offsetBody, offsetPaging, requireSearchWindow } from '../paging'
import { projectFields } from '../project-fields'
import type { ListUsersQuery } from '../schemas/list-users'
import { readUsers } from './read-users'
import { humansOnly, organizationMember, searchFilter } from './search-filter'
import { userSort } from './user-sort'

/** GET /users. `connection` and `primary_order` say nothing under search engine v3. */
export async function listUsers(call: Call<ListUsersQuery>): Promise<ExchangeResponse> {
  const { query } = call
  const { search_engine, q, sort, fields, include_fields } = query
  if (search_engine === 'v1' || search_engine === 'v2') throw retiredSearchEngine(search_engine)
  const paging = offsetPaging(query)
  requireSearchWindow(paging)
  const filter = q === undefined ? humansOnly : await readSearch(call, q)

  const { items, total = 0 } = await call.directory.users.list({
    filter,
    ...(sort !== undefined && { sort: userSort(sort) }),
    offset: paging.start,
    limit: paging.limit,
    count: paging.includeTotals,
  })
  const users = await readUsers(
    call,
    items.map(({ userId }) => userId),
  )
  const shown = users.map((user) => projectFields(user, fields, include_fields))
  return jsonAnswer(200, offsetBody('users', paging, shown, total))
}

/** Which org is no organization is only read where the search may ask for organizations. */
async function readSearch({ directory, settings }: Call, q: string): Promise<UserFilter> {
  if (!q.includes(organizationMember)) return searchFilter(q, settings)
  return searchFilter(q, settings, await organizationsOnly(directory))
}
