import type { AccessTokenField, AccessTokenQuery } from '@indwell/core'
import { endOfTime } from '../../access-tokens/token-message'
import type { Request } from '../../binding'

type TokenFilter = NonNullable<AccessTokenQuery['filter']>
type TimestampFilter = Request<'filter.v2.TimestampFilter'>

/** What a filter of a message asks of tokens. One that sets nothing breaks a field rule. */
export function tokenFilter(filter: Request<'user.v2.PersonalAccessTokensSearchFilter'>): TokenFilter {
  const { tokenIdFilter, userIdFilter, organizationIdFilter, createdDateFilter, expirationDateFilter } = filter
  if (tokenIdFilter !== undefined) return { op: 'equals', field: 'tokenId', value: tokenIdFilter.id }
  if (userIdFilter !== undefined) return { op: 'equals', field: 'userId', value: userIdFilter.id }
  if (organizationIdFilter !== undefined) return { op: 'equals', field: 'orgId', value: organizationIdFilter.id }
  if (createdDateFilter !== undefined) return timeFilter('createdAt', createdDateFilter)
  if (expirationDateFilter === undefined) return { op: 'and', filters: [] }
  const ends = timeFilter('expiresAt', expirationDateFilter)
  if (!holdsAt(endOfTime, expirationDateFilter)) return ends
  return { op: 'or', filters: [ends, { op: 'equals', field: 'expiresAt', value: null }] }
}

/** Of times in whole milliseconds: what is between two of them is none, and no database is asked for it. */
function timeFilter(field: AccessTokenField, { timestamp = 0, method }: TimestampFilter): TokenFilter {
  const range = { op: 'range', field, fromInclusive: true, toInclusive: true } as const
  switch (method) {
    case 'TIMESTAMP_FILTER_METHOD_EQUALS':
      return { ...range, from: Math.ceil(timestamp), to: Math.floor(timestamp) }
    case 'TIMESTAMP_FILTER_METHOD_AFTER':
      return { ...range, from: Math.floor(timestamp) + 1 }
    case 'TIMESTAMP_FILTER_METHOD_AFTER_OR_EQUALS':
      return { ...range, from: Math.ceil(timestamp) }
    case 'TIMESTAMP_FILTER_METHOD_BEFORE':
      return { ...range, to: Math.ceil(timestamp) - 1 }
    case 'TIMESTAMP_FILTER_METHOD_BEFORE_OR_EQUALS':
      return { ...range, to: Math.floor(timestamp) }
  }
}

/** Whether a filter takes that very time: tokens that never end show one. */
function holdsAt(time: number, { timestamp = 0, method }: TimestampFilter): boolean {
  switch (method) {
    case 'TIMESTAMP_FILTER_METHOD_EQUALS':
      return time === timestamp
    case 'TIMESTAMP_FILTER_METHOD_AFTER':
      return time > timestamp
    case 'TIMESTAMP_FILTER_METHOD_AFTER_OR_EQUALS':
      return time >= timestamp
    case 'TIMESTAMP_FILTER_METHOD_BEFORE':
      return time < timestamp
    case 'TIMESTAMP_FILTER_METHOD_BEFORE_OR_EQUALS':
      return time <= timestamp
  }
}
