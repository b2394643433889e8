import type { Actor } from '../actor'
import type { Core } from '../core'
import { metadataValues } from '../metadata/list-metadata'
import { checkNamespace, type MetadataValue } from '../metadata/metadata-input'
import { requireCallable } from '../metadata/metadata-subject'
import type { MetadataReader } from '../metadata-definition/shown-entries'
import { allOf } from '../permissions/all-of'
import { scopeOf } from '../permissions/permission-scope'
import type { Client } from './client'

/** An application with its metadata, as one read of the storage saw both. */
export interface ClientSnapshot {
  readonly client: Client
  /** Changes with every change of the client or its metadata; what `ifVersion` of a write takes. */
  readonly version: string
  /** Values by key; `undefined` for a namespace that was never written. */
  readonly metadata: Readonly<Record<string, MetadataValue>> | undefined
}

/**
 * Answers applications with their metadata of one namespace, in the order of `clientIds`; `undefined` where the call may
 * see no client of that id. However many they are, the storage is asked once per thousand reads.
 *
 * @throws {@link InvalidInputError} for what is no name of a namespace.
 * @throws {@link PermissionDeniedError} without `project.app.read`.
 */
export async function findClientSnapshots(
  core: Core,
  actor: Actor,
  clientIds: readonly string[],
  namespace: string,
): Promise<readonly (ClientSnapshot | undefined)[]> {
  checkNamespace(namespace)
  requireCallable(actor, 'project.app.read', [namespace])
  const permitted = scopeOf(core, actor, 'project.app.read')
  const reading = Promise.all(
    clientIds.map((clientId) => readSnapshot(core, clientId, namespace, { actor, permitted })),
  )
  const [scope, snapshots] = await allOf(permitted, reading)
  return snapshots.map((found) => (found && scope.includes(found.client.orgId) ? found : undefined))
}

async function readSnapshot(
  core: Core,
  clientId: string,
  namespace: string,
  reader: MetadataReader,
): Promise<ClientSnapshot | undefined> {
  // Asked for first: were the reads apart, the version would be the older, and a write that names it refused, not wrong.
  const [aggregate, client, metadata] = await Promise.all([
    core.read({ read: 'aggregate', key: { type: 'client', id: clientId } }),
    core.read({ read: 'record', kind: 'client', key: { clientId } }),
    metadataValues(core, { subjectType: 'client', subjectId: clientId }, namespace, reader),
  ])
  return client && { client, version: aggregate?.sequence ?? client.sequence, metadata }
}
