import type { Actor } from '../actor'
import type { Client } from '../clients/client'
import type { Core } from '../core'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import type { Org } from '../orgs/org'
import { maxPageSize } from '../paging'
import { allOf } from '../permissions/all-of'
import { type PermissionScope, scopeOf } from '../permissions/permission-scope'
import { type NamedUser, readNamedUser } from '../users/login-names'
import { listOf, textOf } from './where-scalars'

/** What was found of several ids, in their order, and those of which nothing was. */
export interface FoundMany<T> {
  readonly found: readonly T[]
  /** Ids of what is not there, or not to be seen by the call: the two look the same. */
  readonly missing: readonly string[]
}

/**
 * Answers the users of up to 1000 ids. However many they are, the storage is asked once per thousand reads.
 *
 * @throws {@link InvalidInputError} for ids that are no list of texts.
 * @throws {@link LimitExceededError} for more than 1000.
 * @throws {@link PermissionDeniedError} without `user.read`.
 */
export async function getUsers(core: Core, actor: Actor, userIds: readonly string[]): Promise<FoundMany<NamedUser>> {
  return getMany(
    userIds,
    () => scopeOf(core, actor, 'user.read', { self: true }),
    (userId) => readNamedUser(core, userId),
    (scope, { orgId, userId }) => scope.includes(orgId, userId),
  )
}

/** The same for orgs. @throws {@link PermissionDeniedError} without `org.read`. */
export async function getOrgs(core: Core, actor: Actor, orgIds: readonly string[]): Promise<FoundMany<Org>> {
  return getMany(
    orgIds,
    () => scopeOf(core, actor, 'org.read'),
    (orgId) => core.read({ read: 'record', kind: 'org', key: { orgId } }),
    (scope, { orgId }) => scope.includes(orgId),
  )
}

/** The same for clients. @throws {@link PermissionDeniedError} without `project.app.read`. */
export async function getClients(core: Core, actor: Actor, clientIds: readonly string[]): Promise<FoundMany<Client>> {
  return getMany(
    clientIds,
    () => scopeOf(core, actor, 'project.app.read'),
    (clientId) => core.read({ read: 'record', kind: 'client', key: { clientId } }),
    (scope, { orgId }) => scope.includes(orgId),
  )
}

async function getMany<T>(
  given: readonly string[],
  permission: () => Promise<PermissionScope>,
  read: (id: string) => Promise<T | undefined>,
  isVisible: (scope: PermissionScope, found: T) => boolean,
): Promise<FoundMany<T>> {
  const list = listOf(given, 'ids')
  if (list.length > maxPageSize) throw new LimitExceededError('ids', maxPageSize, list.length)
  const ids = list.map((id, index) => textOf(id, `ids.${index}`))
  const [scope, records] = await allOf(permission(), Promise.all(ids.map(read)))
  const found: T[] = []
  const missing: string[] = []
  for (const [index, record] of records.entries()) {
    if (record !== undefined && isVisible(scope, record)) found.push(record)
    else missing.push(ids[index]!)
  }
  return { found, missing }
}
