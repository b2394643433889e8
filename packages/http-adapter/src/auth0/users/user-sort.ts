import type { UserField, UserQuery } from '@indwell/core'
import { operationNotSupported } from '../error-catalogue'

/** Members to sort by, as the directory names them; `undefined`: no user has the member, so every order is sorted. */
const sortFields: ReadonlyMap<string, UserField | undefined> = new Map([
  ['blocked', 'blocked'],
  ['created_at', 'createdAt'],
  ['email', 'email'],
  ['email_verified', 'emailVerified'],
  ['family_name', 'lastName'],
  ['given_name', 'firstName'],
  ['last_ip', undefined],
  ['last_login', undefined],
  ['logins_count', undefined],
  ['name', 'displayName'],
  ['nickname', 'nickName'],
  ['phone_number', 'phone'],
  ['phone_verified', 'phoneVerified'],
  ['updated_at', 'updatedAt'],
  ['user_id', 'userId'],
  ['username', 'username'],
])

/**
 * Reads `sort` of GET /users: a member and `:1` or `:-1`, as its schema demands.
 *
 * @throws {@link Auth0Error} 400 `operation_not_supported` for a member users cannot be sorted by.
 */
export function userSort(sort: string): NonNullable<UserQuery['sort']> {
  const colon = sort.lastIndexOf(':')
  const member = sort.slice(0, colon)
  if (!sortFields.has(member)) throw operationNotSupported(`Users cannot be sorted by ${member}`)
  const field = sortFields.get(member)
  return field === undefined ? [] : [{ field, descending: sort.endsWith(':-1') }]
}
