import type { Actor } from '../actor'
import type { Core } from '../core'
import { metadataValues } from '../metadata/list-metadata'
import { checkNamespace, type MetadataValue } from '../metadata/metadata-input'
import { requireCallable } from '../metadata/metadata-subject'
import type { MetadataReader } from '../metadata-definition/shown-entries'
import { allOf } from '../permissions/all-of'
import { scopeOf } from '../permissions/permission-scope'
import type { Org } from './org'

/** An org with its metadata, as one read of the storage saw both. */
export interface OrgSnapshot {
  readonly org: Org
  /** Changes with every change of the org, its domains, members or metadata; what `ifVersion` of a write takes. */
  readonly version: string
  /** Values by key; empty where there are none. */
  readonly metadata: Readonly<Record<string, MetadataValue>>
}

/**
 * Answers orgs with their metadata of one namespace, in the order of `orgIds`; `undefined` where the call may see no org
 * of that id. However many they are, the storage is asked once per thousand reads.
 *
 * @throws {@link InvalidInputError} for what is no name of a namespace.
 * @throws {@link PermissionDeniedError} without `org.read`.
 */
export async function findOrgSnapshots(
  core: Core,
  actor: Actor,
  orgIds: readonly string[],
  namespace: string,
): Promise<readonly (OrgSnapshot | undefined)[]> {
  checkNamespace(namespace)
  requireCallable(actor, 'org.read', [namespace])
  const permitted = scopeOf(core, actor, 'org.read')
  const reading = Promise.all(orgIds.map((orgId) => readSnapshot(core, orgId, namespace, { actor, permitted })))
  const [scope, snapshots] = await allOf(permitted, reading)
  return snapshots.map((found) => (found && scope.includes(found.org.orgId) ? found : undefined))
}

async function readSnapshot(
  core: Core,
  orgId: string,
  namespace: string,
  reader: MetadataReader,
): Promise<OrgSnapshot | undefined> {
  // Asked for first: were the reads apart, the version would be the older, and a write that names it refused, not wrong.
  const [aggregate, org, metadata] = await Promise.all([
    core.read({ read: 'aggregate', key: { type: 'org', id: orgId } }),
    core.read({ read: 'record', kind: 'org', key: { orgId } }),
    metadataValues(core, { subjectType: 'org', subjectId: orgId }, namespace, reader),
  ])
  return org && { org, version: aggregate?.sequence ?? org.sequence, metadata: metadata ?? {} }
}
