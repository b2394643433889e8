import type { UserField } from '@indwell/core'
import type { Request } from '../binding'

/** What a search for users sorts by, in v1 and v2. */
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

/** By id where no column is named. */
export const userColumn = (name: Request<'management.v1.ListUsersRequest'>['sortingColumn']): UserField =>
  columns.get(name) ?? 'userId'
