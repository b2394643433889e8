import { defaultPageSize } from '@indwell/core'
import type { UserV2 } from '../../binding'
import { pageDetailsV2, pagingOf } from '../../list'
import { userColumn } from '../../users/user-columns'
import { userFilter } from '../../users/user-filter'
import { userMessage } from './user-message'

/** Of all orgs in which the caller may read users, and the caller. */
export const listUsers: UserV2<'ListUsers'> = {
  across: 'orgs',
  async handle({ caller, directory, request: { query, sortingColumn, queries } }) {
    const page = await caller.users.list({
      ...pagingOf(query, defaultPageSize),
      filter: userFilter(queries),
      sort: [{ field: userColumn(sortingColumn), descending: !query?.asc }],
    })
    return { details: pageDetailsV2(page, directory), result: page.items.map(userMessage) }
  },
}
