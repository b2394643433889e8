import type { Actor } from '../actor'
import { checkFilter } from '../check-filter'
import type { Core } from '../core'
import { type Paging, paged } from '../paging'
import type { Filter, HoldsCondition, MemberUserField, Page, Sort } from '../storage/search'
import { type NamedUser, readNamedUser } from '../users/login-names'
import { withoutRemovedRoles } from './created-roles'
import type { Member } from './member'
import { type MemberPlace, permitPlace } from './member-place'

/** A member and the user it is, whatever org owns that user. */
export interface ListedMember extends Member {
  readonly user: NamedUser
}

export type MemberField = 'userId' | 'expiresAt' | 'createdAt' | 'changedAt' | MemberUserField

export interface MemberQuery extends Paging {
  /** Members of the membership and of the user it is, and what its roles hold. */
  readonly filter?: Filter<MemberField, HoldsCondition<'roles'>>
  /** Ties are broken by the user's id. Default: by that. */
  readonly sort?: readonly Sort<MemberField>[]
}

/**
 * Answers a page of the members of an org or of the instance.
 *
 * @throws {@link PermissionDeniedError} without `org.member.read`, in the instance `iam.member.read`.
 * @throws {@link LimitExceededError} for a page of more than 1000, or a filter of more than 500 conditions or 50 levels.
 */
export async function listMembers(
  core: Core,
  actor: Actor,
  place: MemberPlace,
  query: MemberQuery = {},
): Promise<Page<ListedMember>> {
  const page = paged(query)
  checkFilter(query.filter)
  const { orgId } = await permitPlace(core, actor, place, 'read')
  const { items, total } = await core.search({
    kind: 'member',
    ...page,
    filter: {
      op: 'and',
      filters: [
        { op: 'equals', field: 'level', value: place.level },
        { op: 'equals', field: 'orgId', value: orgId },
        ...(query.filter === undefined ? [] : [query.filter]),
      ],
    },
    ...(query.sort !== undefined && { sort: query.sort }),
  })
  const listed = await withUsers(core, items)
  return { items: listed, ...(total === undefined ? {} : { total }) }
}

/** Members with the users that they are, and without roles that were removed. Who is gone is left out. */
export async function withUsers(core: Core, items: readonly Member[]): Promise<readonly ListedMember[]> {
  const [users, members] = await Promise.all([
    Promise.all(items.map(({ userId }) => readNamedUser(core, userId))),
    withoutRemovedRoles(core, items),
  ])
  return members.flatMap((member, index) => {
    const user = users[index]
    return user === undefined ? [] : [{ ...member, user }]
  })
}
