import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { allOf } from '../permissions/all-of'
import type { PermissionScope } from '../permissions/permission-scope'
import type { AggregateRecord, UserRecord } from '../storage/records'

/** Starts reading a user and what numbers it; in one turn with a permission check, both are one question. */
export function readUser(core: Core, userId: string) {
  return core.read({ read: 'record', kind: 'user', key: { userId } })
}

export function readUserAggregate(core: Core, userId: string): Promise<AggregateRecord | undefined> {
  return core.read({ read: 'aggregate', key: { type: 'user', id: userId } })
}

/**
 * @throws {@link NotFoundError} for a user that does not exist or that the call may not see: both look the same.
 * @throws {@link PermissionDeniedError} for one that it may see, but not do this to.
 */
export function requireUser(user: UserRecord | undefined, userId: string, scope: PermissionScope): UserRecord {
  if (user === undefined || !scope.admits(user.orgId, userId)) throw new NotFoundError('user', userId)
  return user
}

/** A user and the revision a decision about it is based on. */
export interface UserForChange {
  readonly user: UserRecord
  readonly aggregate: AggregateRecord
}

/** Checks and reads in one go. @throws as {@link scopeOf} and {@link requireUser}. */
export async function loadUserForChange(
  core: Core,
  permitted: Promise<PermissionScope>,
  userId: string,
): Promise<UserForChange & { readonly scope: PermissionScope }> {
  // Asked for first: were the two read apart, the user would be the newer, and a decision on it stale rather than wrong.
  const numbered = readUserAggregate(core, userId)
  const [scope, aggregate, found] = await allOf(permitted, numbered, readUser(core, userId))
  const user = requireUser(found, userId, scope)
  if (aggregate === undefined) throw new NotFoundError('user', userId)
  return { user, aggregate, scope }
}
