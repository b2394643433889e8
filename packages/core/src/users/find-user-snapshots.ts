import type { Actor } from '../actor'
import type { Core } from '../core'
import { metadataValues } from '../metadata/list-metadata'
import { checkNamespace, type MetadataValue } from '../metadata/metadata-input'
import { requireCallable } from '../metadata/metadata-subject'
import { opensReads } from '../metadata-definition/metadata-access'
import type { MetadataReader } from '../metadata-definition/shown-entries'
import { allOf } from '../permissions/all-of'
import { scopeOf } from '../permissions/permission-scope'
import { readIdentities } from './draft-identities'
import type { LinkedIdentity } from './identity'
import { readUserAggregate } from './load-user'
import { type NamedUser, readNamedUser } from './login-names'

/** A user with its metadata, as one read of the storage saw both. */
export interface UserSnapshot {
  readonly user: NamedUser
  /** Changes with every change of the user or its metadata; what `ifVersion` of a write takes. */
  readonly version: string
  /** When the user or any of its metadata last changed, in milliseconds since the epoch. */
  readonly updatedAt: number
  /** What is linked to the user, in the order in which it was. */
  readonly identities: readonly LinkedIdentity[]
  /** Values by key, by namespace asked for; `undefined` for a namespace that was never written. */
  readonly metadata: Readonly<Record<string, Readonly<Record<string, MetadataValue>> | undefined>>
}

/**
 * Answers users with their metadata of some namespaces, in the order of `userIds`; `undefined` where the call
 * may see no user of that id. However many they are, the storage is asked once per thousand reads.
 *
 * @throws {@link InvalidInputError} for what is no name of a namespace.
 * @throws {@link PermissionDeniedError} without `user.read`.
 */
export async function findUserSnapshots(
  core: Core,
  actor: Actor,
  userIds: readonly string[],
  namespaces: readonly string[],
): Promise<readonly (UserSnapshot | undefined)[]> {
  for (const namespace of namespaces) checkNamespace(namespace)
  requireCallable(actor, 'user.read', namespaces)
  const permitted = scopeOf(core, actor, 'user.read', { self: opensReads(core.metadataRules, namespaces) })
  const reading = Promise.all(userIds.map((userId) => readSnapshot(core, userId, namespaces, { actor, permitted })))
  const [scope, snapshots] = await allOf(permitted, reading)
  return snapshots.map((found) => (found && scope.includes(found.user.orgId, found.user.userId) ? found : undefined))
}

async function readSnapshot(
  core: Core,
  userId: string,
  namespaces: readonly string[],
  reader: MetadataReader,
): Promise<UserSnapshot | undefined> {
  const subject = { subjectType: 'user', subjectId: userId } as const
  // Asked for first: were the reads apart, the version would be the older, and a write that names it refused, not wrong.
  const [aggregate, user, identities, values] = await Promise.all([
    readUserAggregate(core, userId),
    readNamedUser(core, userId),
    readIdentities(core, userId),
    Promise.all(namespaces.map((namespace) => metadataValues(core, subject, namespace, reader))),
  ])
  if (user === undefined) return undefined
  return {
    user,
    version: aggregate?.sequence ?? user.sequence,
    updatedAt: aggregate?.changedAt ?? user.changedAt,
    identities,
    metadata: Object.fromEntries(namespaces.map((namespace, index) => [namespace, values[index]])),
  }
}
