import type { Actor } from '../actor'
import { checkFilter } from '../check-filter'
import type { Core } from '../core'
import { findsItself, requireReadableFilter } from '../metadata-definition/visible-filter'
import { type AskedPage, type Paging, paged } from '../paging'
import { allOf } from '../permissions/all-of'
import { inScope, narrowedBy, type PermissionScope, scopeOf } from '../permissions/permission-scope'
import type {
  Filter,
  FilterField,
  MembershipCondition,
  MetadataCondition,
  Page,
  RecordFilter,
  SearchField,
  SearchOf,
  Sort,
  ValueTest,
} from '../storage/search'
import type { LinkedIdentity } from './identity'
import { type NamedUser, nameUsers } from './login-names'
import { asksMemberships, membershipsWithin } from './membership-filter'
import { storedFilter } from './stored-filter'
import type { User } from './user'

export type UserField = SearchField<'user'>

/**
 * Holds for a user with a linked identity that has a value at `path` which passes the test. Beside the members of a
 * `LinkedIdentity` there are `provider`, what stands before the first `|` of its id, and `idAtProvider`, what stands
 * behind. What no provider or connection is named for has an empty one; other members that are `null` never pass.
 */
export interface IdentityCondition {
  readonly op: 'identity'
  readonly path: readonly [member: keyof LinkedIdentity | 'provider' | 'idAtProvider']
  readonly test: ValueTest
}

export type UserFilter = Filter<FilterField<'user'>, MetadataCondition | MembershipCondition | IdentityCondition>

export interface UserQuery extends Paging {
  /**
   * Members, `updatedAt` and `loginName` (any of the user's) among them, metadata, orgs the user is a member of, and what is
   * linked to the user.
   */
  readonly filter?: UserFilter
  /** Ties are broken by id. Default: by id. */
  readonly sort?: readonly Sort<UserField>[]
}

/**
 * Answers a page of the users that the call may see: of its org, of all orgs where it works in all, and where it works
 * wherever its subjects live, of the orgs in which the caller may read users, and the caller.
 *
 * @throws {@link LimitExceededError} for a page of more than 1000, or a filter of more than 500 conditions, 50 levels or
 * 100 names in a path.
 * @throws {@link InvalidInputError} for a condition on what is no namespace of metadata, or no member of an identity.
 * @throws {@link PermissionDeniedError} `metadata_key` for a condition on metadata that is hidden from the caller; without
 * `user.read`; where the filter asks for memberships, which are those that
 * the call may see, without `user.membership.read`.
 */
export async function listUsers(core: Core, actor: Actor, query: UserQuery = {}): Promise<Page<NamedUser>> {
  const { filter, sort } = query
  const page = paged(query)
  const { items, ...rest } = await searchUsers(core, actor, filter, { ...page, ...(sort !== undefined && { sort }) })
  return { ...rest, items: await nameUsers(core, items) }
}

interface UserSearch extends AskedPage {
  readonly sort?: readonly Sort<UserField>[]
  /** What no condition of the caller's is. */
  readonly behind?: RecordFilter<'user'> | undefined
}

/** Starts a search for users that the call may see. */
async function searchUsers(
  core: Core,
  actor: Actor,
  filter: UserFilter | undefined,
  page: UserSearch,
): Promise<Page<User>> {
  return core.search((await planUsers(core, actor, filter, page)).search)
}

/** The search for users that the call may see, and what it may read users by. @throws as {@link listUsers}. */
export async function planUsers(
  core: Core,
  actor: Actor,
  filter: UserFilter | undefined,
  { behind, ...page }: UserSearch,
): Promise<{ readonly search: SearchOf<'user'>; readonly scope: PermissionScope }> {
  checkFilter(filter)
  requireReadableFilter(core.metadataRules, actor, 'user', filter)
  const asksFor = filter !== undefined && asksMemberships(filter)
  const [scope, memberships] = await allOf(
    scopeOf(core, actor, 'user.read', { self: true }),
    asksFor ? scopeOf(core, actor, 'user.membership.read') : Promise.resolve(undefined),
  )
  const asked = memberships === undefined ? filter : filter && membershipsWithin(filter, memberships)
  const stored = asked && storedFilter(core, asked)
  const visible = visibleUsers(scope, findsItself(core.metadataRules, filter))
  return {
    scope,
    search: {
      kind: 'user',
      ...page,
      ...narrowedBy(visible, stored && behind ? { op: 'and', filters: [stored, behind] } : (behind ?? stored)),
    },
  }
}

function visibleUsers(scope: PermissionScope, itself: boolean): RecordFilter<'user'> | undefined {
  const owned = inScope(scope)
  if (owned === undefined || scope.selfId === undefined || !itself) return owned
  return { op: 'or', filters: [owned, { op: 'equals', field: 'userId', value: scope.selfId }] }
}
