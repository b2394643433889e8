import type { Management } from '../binding'
import { pageDetails, pagingOf } from '../list'
import { userColumn } from './user-columns'
import { userFilter } from './user-filter'
import { userMessage } from './user-message'

export const listUsers: Management<'ListUsers'> = {
  async handle({ caller, directory, request: { query, sortingColumn, queries } }) {
    const page = await caller.users.list({
      ...pagingOf(query),
      filter: userFilter(queries),
      sort: [{ field: userColumn(sortingColumn), descending: !query?.asc }],
    })
    return { details: pageDetails(page, directory), result: page.items.map(userMessage) }
  },
}
