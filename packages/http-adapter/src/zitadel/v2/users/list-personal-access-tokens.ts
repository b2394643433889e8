import { type AccessToken, type AccessTokenField, defaultPageSize } from '@indwell/core'
import { endOfTime } from '../../access-tokens/token-message'
import type { Request, Response, UserV2 } from '../../binding'
import { pagingOf, totalOf } from '../../list'
import { tokenFilter } from './token-filter'

/** Of all users that the caller may read, and of the caller. Newest first unless asked otherwise. */
export const listPersonalAccessTokens: UserV2<'ListPersonalAccessTokens'> = {
  across: 'orgs',
  async handle({ caller, request: { pagination, sortingColumn = unsorted, filters } }) {
    const { limit, ...paging } = pagingOf(pagination, defaultPageSize)
    const page = await caller.users.listAccessTokens({
      ...paging,
      limit,
      filter: { op: 'and', filters: filters.map(tokenFilter) },
      sort: [{ field: columns[sortingColumn], descending: !pagination?.asc }],
    })
    return {
      pagination: { totalResult: totalOf(page), appliedLimit: limit },
      result: page.items.map(tokenMessage),
    }
  },
}

type Column = NonNullable<Request<'user.v2.ListPersonalAccessTokensRequest'>['sortingColumn']>

const unsorted = 'PERSONAL_ACCESS_TOKEN_FIELD_NAME_UNSPECIFIED' satisfies Column

const columns: Readonly<Record<Column, AccessTokenField>> = {
  [unsorted]: 'createdAt',
  PERSONAL_ACCESS_TOKEN_FIELD_NAME_CREATED_DATE: 'createdAt',
  PERSONAL_ACCESS_TOKEN_FIELD_NAME_ID: 'tokenId',
  PERSONAL_ACCESS_TOKEN_FIELD_NAME_USER_ID: 'userId',
  PERSONAL_ACCESS_TOKEN_FIELD_NAME_ORGANIZATION_ID: 'orgId',
  PERSONAL_ACCESS_TOKEN_FIELD_NAME_EXPIRATION_DATE: 'expiresAt',
}

function tokenMessage(token: AccessToken): Response<'user.v2.PersonalAccessToken'> {
  return {
    creationDate: token.createdAt,
    changeDate: token.changedAt,
    id: token.tokenId,
    userId: token.userId,
    organizationId: token.orgId,
    expirationDate: token.expiresAt ?? endOfTime,
  }
}
