import type { UserField } from '@indwell/core'
import type { Management, Request } from '../binding'
import { pageDetails, pagingOf } from '../list'
import { userFilter } from './user-filter'
import { userMessage } from './user-message'

const columns = new Map<Request<'management.v1.ListUsersRequest'>['sortingColumn'], UserField>([
  ['USER_FIELD_NAME_USER_NAME', 'userName'],
  ['USER_FIELD_NAME_FIRST_NAME', 'firstName'],
  ['USER_FIELD_NAME_LAST_NAME', 'lastName'],
  ['USER_FIELD_NAME_NICK_NAME', 'nickName'],
  ['USER_FIELD_NAME_DISPLAY_NAME', 'displayName'],
  ['USER_FIELD_NAME_EMAIL', 'email'],
  ['USER_FIELD_NAME_STATE', 'state'],
  ['USER_FIELD_NAME_TYPE', 'type'],
  ['USER_FIELD_NAME_CREATION_DATE', 'createdAt'],
])

export const listUsers: Management<'ListUsers'> = {
  async handle({ caller, directory, request: { query, sortingColumn, queries } }) {
    const page = await caller.users.list({
      ...pagingOf(query),
      filter: userFilter(queries),
      sort: [{ field: columns.get(sortingColumn) ?? 'userId', descending: !query?.asc }],
    })
    return { details: pageDetails(page, directory), result: page.items.map(userMessage) }
  },
}
