import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import type { EntryRecord } from '../storage/records'
import { checkKey, checkNamespace, type MetadataValue, metadataValue } from './metadata-input'
import { loadSubject, type MetadataTarget, orgOfCall, permitSubject, scopeOfSystem, userOf } from './metadata-subject'

/** One key and what it holds. Times are milliseconds since the epoch. */
export interface MetadataEntry {
  readonly key: string
  readonly value: MetadataValue
  /** Of the event that last set it, as a decimal string. */
  readonly sequence: string
  /** When it was first set since its last removal. */
  readonly createdAt: number
  readonly changedAt: number
  /** The org that owns the subject. */
  readonly orgId: string
}

export function metadataEntry({ key, value, sequence, createdAt, changedAt, orgId }: EntryRecord): MetadataEntry {
  return { key, value: metadataValue(value), sequence, createdAt, changedAt, orgId }
}

/**
 * Answers one entry, or `undefined` when the key is not set.
 *
 * @throws {@link PermissionDeniedError} without the permission to read the subject.
 * @throws {@link NotFoundError} when there is no such subject.
 */
export function findMetadata(
  core: Core,
  actor: Actor,
  target: MetadataTarget,
  namespace: string,
  key: string,
): Promise<MetadataEntry | undefined> {
  return readMetadata(core, actor, target, namespace, key, false)
}

/**
 * Answers one entry.
 *
 * @throws {@link NotFoundError} also when the key is not set.
 * @throws as {@link findMetadata}.
 */
export function getMetadata(
  core: Core,
  actor: Actor,
  target: MetadataTarget,
  namespace: string,
  key: string,
): Promise<MetadataEntry> {
  return readMetadata(core, actor, target, namespace, key, true) as Promise<MetadataEntry>
}

/** One function for both, since each that awaits another costs a read in memory a tenth of its time. */
async function readMetadata(
  core: Core,
  actor: Actor,
  target: MetadataTarget,
  namespace: string,
  key: string,
  isRequired: boolean,
): Promise<MetadataEntry | undefined> {
  checkNamespace(namespace)
  checkKey(key)
  const unasked = scopeOfSystem(actor)
  const permitted = unasked === undefined ? permitSubject(core, actor, target, namespace, 'read') : undefined
  const subject = target.subjectId === undefined ? await orgOfCall(core, permitted ?? unasked!) : target
  const { subjectType, subjectId } = subject
  const found = core.read({ read: 'entry', key: { subjectType, subjectId, namespace, key } })
  if (permitted !== undefined) found.catch(() => undefined)
  const scope = unasked ?? (await permitted!)
  const entry = await found
  if (entry !== undefined && scope.admits(entry.orgId, userOf(subject))) return metadataEntry(entry)
  await loadSubject(core, permitted ?? Promise.resolve(scope), subject)
  if (isRequired) throw new NotFoundError('metadata', key)
  return undefined
}
