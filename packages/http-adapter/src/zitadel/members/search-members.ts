import {
  LimitExceededError,
  type ListedMember,
  type MemberQuery,
  type Members,
  maxPageSize,
  type Page,
} from '@indwell/core'
import type { Request } from '../binding'
import { pagingOf } from '../list'
import { type TextQueryMethod, textQueryOf } from '../text-query'

type SearchQuery = Request<'member.v1.SearchQuery'>

/**
 * A page of the members of which all queries hold. Where the queries ask for what is kept with the user, every member is
 * read: an org has few, compared to its users.
 */
export async function searchMembers(
  members: Members,
  query: Request<'v1.ListQuery'> | undefined,
  queries: readonly SearchQuery[],
  sort?: MemberQuery['sort'],
): Promise<Page<ListedMember>> {
  const ids = queries.flatMap(({ userIdQuery }) => userIdQuery?.userId ?? [])
  const ofMember: MemberQuery = {
    filter: { op: 'and', filters: ids.map((value) => ({ op: 'equals', field: 'userId', value })) },
    ...(sort !== undefined && { sort }),
  }
  const paging = pagingOf(query)
  if (queries.every(({ userIdQuery }) => userIdQuery !== undefined)) return members.list({ ...ofMember, ...paging })

  const { offset, limit } = paging
  if (limit > maxPageSize) throw new LimitExceededError('page.size', maxPageSize, limit)
  const matching = (await allMembers(members, ofMember)).filter((member) =>
    queries.every((one) => matches(member, one)),
  )
  return { items: matching.slice(offset, offset + limit), total: matching.length }
}

async function allMembers(members: Members, query: MemberQuery): Promise<readonly ListedMember[]> {
  const all: ListedMember[] = []
  for (let offset = 0; ; offset += maxPageSize) {
    const { items } = await members.list({ ...query, offset, limit: maxPageSize })
    all.push(...items)
    if (items.length < maxPageSize) return all
  }
}

function matches({ user }: ListedMember, { firstNameQuery, lastNameQuery, emailQuery }: SearchQuery): boolean {
  if (firstNameQuery) return matchesText(user.firstName, firstNameQuery.firstName, firstNameQuery.method)
  if (lastNameQuery) return matchesText(user.lastName, lastNameQuery.lastName, lastNameQuery.method)
  if (emailQuery) return matchesText(user.email, emailQuery.email, emailQuery.method)
  return true
}

function matchesText(text: string | null, value: string, name: TextQueryMethod): boolean {
  if (text === null) return false
  const { method, ignoreCase } = textQueryOf(name)
  const [held, wanted] = ignoreCase ? [text.toLowerCase(), value.toLowerCase()] : [text, value]
  switch (method) {
    case 'equals':
      return held === wanted
    case 'starts-with':
      return held.startsWith(wanted)
    case 'contains':
      return held.includes(wanted)
    case 'ends-with':
      return held.endsWith(wanted)
  }
}
