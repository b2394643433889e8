import type { Actor } from '../actor'
import { checkFilter } from '../check-filter'
import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import { type Paging, paged } from '../paging'
import { allOf } from '../permissions/all-of'
import { inScope, narrowedBy, type PermissionScope, scopeOf } from '../permissions/permission-scope'
import type { Filter, Page, RecordFilter, Sort } from '../storage/search'
import { readUser, requireUser } from '../users/load-user'
import { type AccessToken, shownToken } from './access-token'

/** What tokens are searched by: not what they are made of. */
export type AccessTokenField = keyof AccessToken

export interface AccessTokenQuery extends Paging {
  readonly filter?: Filter<AccessTokenField>
  /** Ties are broken by the user's id, then by the token's. Default: oldest first. */
  readonly sort?: readonly Sort<AccessTokenField>[]
}

const oldestFirst = [{ field: 'createdAt', descending: false }] as const

/**
 * Answers a page of a user's tokens, oldest first.
 *
 * @throws {@link PermissionDeniedError} without `user.read`.
 * @throws {@link NotFoundError} when there is no such user in the org.
 */
export async function listAccessTokens(
  core: Core,
  actor: Actor,
  userId: string,
  paging: Paging = {},
): Promise<Page<AccessToken>> {
  const page = paged(paging)
  const [scope, user] = await allOf(scopeOf(core, actor, 'user.read'), readUser(core, userId))
  requireUser(user, userId, scope)
  const filter = { op: 'equals', field: 'userId', value: userId } as const
  return shownPage(await core.search({ kind: 'accessToken', ...page, filter, sort: oldestFirst }))
}

/**
 * Answers a page of the tokens of all users that the call may see, as `users.list` has them: the caller's own among them
 * where it works wherever its subjects live.
 *
 * @throws {@link LimitExceededError} for a page of more than 1000, or a filter of more than 500 conditions or 50 levels.
 * @throws {@link InvalidInputError} for a member that tokens do not show, such as their hash.
 * @throws {@link PermissionDeniedError} without `user.read`.
 */
export async function listEveryAccessToken(
  core: Core,
  actor: Actor,
  { filter, sort = oldestFirst, ...paging }: AccessTokenQuery = {},
): Promise<Page<AccessToken>> {
  const page = paged(paging)
  checkFilter(filter)
  if (filter !== undefined) requireShown(filter)
  for (const { field } of sort) requireField(field)
  const scope = await scopeOf(core, actor, 'user.read', { self: true })
  return shownPage(await core.search({ kind: 'accessToken', ...page, ...narrowedBy(visible(scope), filter), sort }))
}

function visible(scope: PermissionScope): RecordFilter<'accessToken'> | undefined {
  const owned = inScope(scope)
  if (owned === undefined || scope.selfId === undefined) return owned
  return { op: 'or', filters: [owned, { op: 'equals', field: 'userId', value: scope.selfId }] }
}

/** Whoever may compare hashes can find one out, letter by letter. */
function requireShown(filter: Filter<AccessTokenField>): void {
  switch (filter.op) {
    case 'and':
    case 'or':
      for (const inner of filter.filters) requireShown(inner)
      return
    case 'not':
      requireShown(filter.filter)
      return
    default:
      requireField(filter.field)
  }
}

const shown: Readonly<Record<AccessTokenField, true>> = {
  tokenId: true,
  userId: true,
  orgId: true,
  expiresAt: true,
  sequence: true,
  createdAt: true,
  changedAt: true,
}

function requireField(field: string): void {
  if (!Object.hasOwn(shown, field)) throw new InvalidInputError('field', 'must be a member that tokens show')
}

const shownPage = ({ items, ...rest }: Page<Parameters<typeof shownToken>[0]>): Page<AccessToken> => ({
  ...rest,
  items: items.map(shownToken),
})
