import type { Filter, ListedMember, MemberField, MemberQuery, Members, Page } from '@indwell/core'
import type { Request } from '../binding'
import { pagingOf } from '../list'
import { textFilter } from '../text-filter'

type SearchQuery = Request<'member.v1.SearchQuery'>

/** A page of the members of which all queries hold. */
export function searchMembers(
  members: Members,
  query: Request<'v1.ListQuery'> | undefined,
  queries: readonly SearchQuery[],
  sort?: MemberQuery['sort'],
): Promise<Page<ListedMember>> {
  return members.list({
    ...pagingOf(query),
    filter: { op: 'and', filters: queries.map(memberFilter) },
    ...(sort !== undefined && { sort }),
  })
}

/** Of a user that has no such text, nothing matches. */
function memberFilter({ firstNameQuery, lastNameQuery, emailQuery, userIdQuery }: SearchQuery): Filter<MemberField> {
  if (firstNameQuery) return textFilter('user.firstName', firstNameQuery.firstName, firstNameQuery.method)
  if (lastNameQuery) return textFilter('user.lastName', lastNameQuery.lastName, lastNameQuery.method)
  if (emailQuery) return textFilter('user.email', emailQuery.email, emailQuery.method)
  return { op: 'equals', field: 'userId', value: userIdQuery?.userId ?? '' }
}
