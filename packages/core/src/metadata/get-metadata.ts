import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { opensReads } from '../metadata-definition/metadata-access'
import { defaultEntry, isShown, readerParties } from '../metadata-definition/shown-entries'
import type { EntryRecord } from '../storage/records'
import { checkKey, checkNamespace, type MetadataValue, metadataValue } from './metadata-input'
import { loadSubject, type MetadataTarget, orgOfCall, permitSubject, scopeOfSystem, userOf } from './metadata-subject'

/** One key and what it holds. Times are milliseconds since the epoch; those of a default are the subject's last. */
export interface MetadataEntry<Value = MetadataValue> {
  readonly key: string
  readonly value: Value
  /** Of the event that last set it, as a decimal string; `'0'` of a default, which nothing set. */
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
 * Answers one entry, or `undefined` when the key is not set and has no default, has expired, or is hidden from the caller.
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
  const rules = core.metadataRules?.of(target.subjectType, namespace)
  const own = rules && opensReads(core.metadataRules, [namespace])
  const unasked = scopeOfSystem(actor)
  const permitted = unasked === undefined ? permitSubject(core, actor, target, namespace, 'read', own) : undefined
  const subject = target.subjectId === undefined ? await orgOfCall(core, permitted ?? unasked!) : target
  const { subjectType, subjectId } = subject
  const found = core.read({ read: 'entry', key: { subjectType, subjectId, namespace, key } })
  if (permitted !== undefined) found.catch(() => undefined)
  const scope = unasked ?? (await permitted!)
  const entry = await found
  const isAdmitted = entry !== undefined && scope.admits(entry.orgId, userOf(subject))
  if (isAdmitted && rules === undefined) return metadataEntry(entry)
  const reader = { actor, permitted: permitted ?? Promise.resolve(scope) }
  if (
    isAdmitted &&
    rules !== undefined &&
    isShown(rules, entry, await readerParties(core, reader, subject, entry.orgId), core.now())
  ) {
    return metadataEntry(entry)
  }
  const aggregate = await loadSubject(core, reader.permitted, subject)
  if (rules !== undefined) {
    const preset = defaultEntry(rules, key, await readerParties(core, reader, subject, aggregate.owner), aggregate)
    if (preset !== undefined) return preset
  }
  if (isRequired) throw new NotFoundError('metadata', key)
  return undefined
}
