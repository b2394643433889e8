import type { Actor } from '../actor'
import { checkFilter } from '../check-filter'
import type { Core } from '../core'
import { explainFind, type FindExplanation } from '../find/explain-find'
import { type PageSearch, pageSearch } from '../find/found-page'
import type { FindQuery, FoundPage } from '../find/where'
import { narrowedBy } from '../permissions/permission-scope'
import type { SearchOf } from '../storage/search'
import { type ListedMember, withUsers } from './list-members'
import { type MemberPlace, permitPlace } from './member-place'

/**
 * Answers members of an org or of the instance, as `members.list` does, page after page by a cursor that stays where it is
 * while others write. A member whose user is gone is left out, so that a page may hold fewer than its limit.
 *
 * @throws {@link PermissionDeniedError} without `org.member.read`, in the instance `iam.member.read`.
 * @throws as {@link findUsers}.
 */
export async function findMembers(
  core: Core,
  actor: Actor,
  place: MemberPlace,
  query: FindQuery<'member'> = {},
): Promise<FoundPage<ListedMember>> {
  const page = pageSearch('member', query, core.unindexed)
  const search = await planMembers(core, actor, place, page)
  const { items, ...rest } = page.pageOf((await core.search(search)).items)
  return { ...rest, items: await withUsers(core, items) }
}

/** @throws {@link PermissionDeniedError} without `iam.read`. @throws as {@link findMembers}. */
export async function explainMembers(
  core: Core,
  actor: Actor,
  place: MemberPlace,
  query: FindQuery<'member'> = {},
): Promise<FindExplanation> {
  const page = pageSearch('member', query)
  return explainFind(core, actor, page.asked, () => planMembers(core, actor, place, page))
}

async function planMembers(
  core: Core,
  actor: Actor,
  place: MemberPlace,
  { filter, behind, sort, limit }: PageSearch<'member'>,
): Promise<SearchOf<'member'>> {
  checkFilter(filter)
  const { orgId } = await permitPlace(core, actor, place, 'read')
  const ofPlace = [
    { op: 'equals', field: 'level', value: place.level },
    { op: 'equals', field: 'orgId', value: orgId },
  ] as const
  return { kind: 'member', offset: 0, limit, count: false, sort, ...narrowedBy(...ofPlace, filter, behind) }
}
