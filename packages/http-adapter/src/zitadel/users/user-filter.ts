import type { Filter, User } from '@indwell/core'
import { apiError, plainApiError } from '../api-error'
import type { Request } from '../binding'
import { textFilter } from '../text-filter'

type UserFilter = Filter<
  | 'userId'
  | 'userName'
  | 'loginName'
  | 'firstName'
  | 'lastName'
  | 'nickName'
  | 'displayName'
  | 'email'
  | 'phone'
  | 'state'
  | 'type'
  | 'orgId'
>

/** Of v1, or of v2, which has two more. */
type SearchQuery = Request<'user.v1.SearchQuery'> &
  Partial<Pick<Request<'user.v2.SearchQuery'>, 'organizationIdQuery' | 'phoneQuery'>>

const maxNesting = 20

/**
 * The condition of a search for users: all of the queries have to hold.
 *
 * @param level - How deep they are nested in other queries.
 * @throws {@link ApiError} beyond 20 levels.
 */
export function userFilter(queries: readonly SearchQuery[], level = 0): UserFilter {
  return { op: 'and', filters: queries.map((query) => queryFilter(query, level)) }
}

function queryFilter(query: SearchQuery, level: number): UserFilter {
  if (level > maxNesting) throw apiError('invalid_argument', 'USER-zsQ97', 'Errors.Query.TooManyNestingLevels')
  const { userNameQuery, firstNameQuery, lastNameQuery, nickNameQuery, displayNameQuery, loginNameQuery } = query
  const { emailQuery, stateQuery, typeQuery, inUserIdsQuery, inUserEmailsQuery, orQuery, andQuery, notQuery } = query
  const { organizationIdQuery, phoneQuery } = query

  if (userNameQuery) return textFilter('userName', userNameQuery.userName, userNameQuery.method)
  if (loginNameQuery) return textFilter('loginName', loginNameQuery.loginName, loginNameQuery.method)
  if (firstNameQuery) return textFilter('firstName', firstNameQuery.firstName, firstNameQuery.method)
  if (lastNameQuery) return textFilter('lastName', lastNameQuery.lastName, lastNameQuery.method)
  if (nickNameQuery) return textFilter('nickName', nickNameQuery.nickName, nickNameQuery.method)
  if (displayNameQuery) return textFilter('displayName', displayNameQuery.displayName, displayNameQuery.method)
  if (emailQuery) return textFilter('email', emailQuery.emailAddress, emailQuery.method)
  if (stateQuery) return { op: 'in', field: 'state', values: states[stateQuery.state] }
  if (typeQuery) return { op: 'in', field: 'type', values: types[typeQuery.type] }
  if (inUserIdsQuery) return { op: 'in', field: 'userId', values: inUserIdsQuery.userIds }
  if (organizationIdQuery) return { op: 'equals', field: 'orgId', value: organizationIdQuery.organizationId }
  if (phoneQuery) return textFilter('phone', phoneQuery.number, phoneQuery.method)
  if (inUserEmailsQuery) return { op: 'in', field: 'email', values: inUserEmailsQuery.userEmails }
  if (orQuery) return { op: 'or', filters: orQuery.queries.map((inner) => queryFilter(inner, level + 1)) }
  if (andQuery) return userFilter(andQuery.queries, level + 1)
  if (notQuery?.query) return { op: 'not', filter: queryFilter(notQuery.query, level + 1) }
  throw plainApiError('invalid_argument', 'invalid NotQuery.Query: value is required')
}

/** States no user here is ever in match nothing. */
const states = {
  USER_STATE_UNSPECIFIED: [],
  USER_STATE_ACTIVE: ['active'],
  USER_STATE_INACTIVE: ['inactive'],
  USER_STATE_DELETED: [],
  USER_STATE_LOCKED: ['locked'],
  USER_STATE_SUSPEND: [],
  USER_STATE_INITIAL: ['initial'],
} as const satisfies Record<Request<'user.v1.StateQuery'>['state'], readonly User['state'][]>

const types = {
  TYPE_UNSPECIFIED: [],
  TYPE_HUMAN: ['human'],
  TYPE_MACHINE: ['machine'],
} as const satisfies Record<Request<'user.v1.TypeQuery'>['type'], readonly User['type'][]>
