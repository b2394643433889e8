import type { Core } from '../core'
import type { WriteOptions } from '../expected-version'
import { allOf } from '../permissions/all-of'
import type { PermissionScope } from '../permissions/permission-scope'
import type { AggregateRecord, EntryRecord } from '../storage/records'
import type { UnchangedSubject } from './answer-unchanged'
import { keysOf, type ParsedMetadataChange } from './draft-metadata'
import { isRemembered, markKey } from './metadata'
import { loadSubject, type MetadataSubject, readSubject, userOf } from './metadata-subject'

/** What a change of metadata depends on. */
export interface LoadedForChange extends UnchangedSubject {
  /** Absent where the change needs no more of it than that it lives. */
  readonly aggregate: AggregateRecord | undefined
  readonly stored: readonly EntryRecord[]
}

/**
 * Reads it, if the call may change the subject. What numbers the subject is read only where the change is bound to its
 * sequence, or nothing else that is read says whose it is and that it lives.
 *
 * @throws as {@link loadSubject}.
 */
export async function loadForChange(
  core: Core,
  permitted: Promise<PermissionScope>,
  subject: MetadataSubject,
  namespace: string,
  change: ParsedMetadataChange,
  options: WriteOptions | undefined,
): Promise<LoadedForChange> {
  const only = change.set.length === 1 && change.remove.length === 0 ? change.set[0]![0] : undefined
  if (!change.clear && options?.ifVersion === undefined) {
    const loaded =
      only === undefined
        ? await loadByRecord(core, permitted, subject, namespace, change)
        : core.readsAreLocal && (await loadByEntry(core, permitted, subject, namespace, only))
    if (loaded) return loaded
  }
  // Asked for first: were the two read apart, the entries would be the newer, and clearing them stale rather than wrong.
  const loading = loadSubject(core, permitted, subject)
  const reading = readForChange(core, subject, namespace, change)
  const dating = only === undefined ? readSubject(core, subject) : undefined
  for (const pending of [loading, reading, dating]) pending?.catch(() => undefined)
  const aggregate = await loading
  const [stored, record] = await Promise.all([reading, dating])
  const isOnly = (entry: EntryRecord) => entry.namespace === namespace && entry.key === only
  const dated = only === undefined ? record : change.clear ? undefined : stored.find(isOnly)
  return { owner: aggregate.owner, aggregate, stored, createdAt: dated?.createdAt }
}

/** The record of a subject is read for its date, and says the rest; `undefined` when the call may not see it. */
async function loadByRecord(
  core: Core,
  permitted: Promise<PermissionScope>,
  subject: MetadataSubject,
  namespace: string,
  change: ParsedMetadataChange,
): Promise<LoadedForChange | undefined> {
  const reading = readForChange(core, subject, namespace, change)
  const [scope, record, stored] = await allOf(permitted, readSubject(core, subject), reading)
  if (record === undefined || !scope.admits(record.orgId, userOf(subject))) return undefined
  return { owner: record.orgId, aggregate: undefined, stored, createdAt: record.createdAt }
}

/** Where reads are local, a key that is set to another value is the only thing read; `undefined` for one that is new. */
async function loadByEntry(
  core: Core,
  permitted: Promise<PermissionScope>,
  subject: MetadataSubject,
  namespace: string,
  key: string,
): Promise<LoadedForChange | undefined> {
  if (isRemembered(namespace)) return undefined
  const { subjectType, subjectId } = subject
  const reading = core.read({ read: 'entry', key: { subjectType, subjectId, namespace, key } })
  const [scope, entry] = await allOf(permitted, reading)
  if (entry === undefined || !scope.admits(entry.orgId, userOf(subject))) return undefined
  return { owner: entry.orgId, aggregate: undefined, stored: [entry], createdAt: entry.createdAt }
}

/** The entries that a decision about `change` depends on. */
export async function readForChange(
  core: Core,
  subject: MetadataSubject,
  namespace: string,
  change: ParsedMetadataChange,
): Promise<readonly EntryRecord[]> {
  const { subjectType, subjectId } = subject
  const keys = keysOf(change)
  const [only] = keys ?? []
  const entries =
    keys?.length === 1 && only !== undefined
      ? core
          .read({ read: 'entry', key: { subjectType, subjectId, namespace, key: only } })
          .then((entry) => (entry === undefined ? [] : [entry]))
      : core.read({ read: 'entries', subject, namespace, ...(keys === undefined ? {} : { keys }) })
  if (!isRemembered(namespace)) return entries
  const mark = core.read({ read: 'entry', key: markKey(subject, namespace) })
  const [found, marked] = await Promise.all([entries, mark])
  return marked === undefined ? found : [...found, marked]
}
