import type { Core } from '../core'
import type { PermissionScope } from '../permissions/permission-scope'
import { compareSequences } from '../sequence'
import type { AggregateRecord, EntryRecord } from '../storage/records'
import type { MetadataWritten } from './apply-metadata'
import { loadSubject, type MetadataSubject } from './metadata-subject'

/** What is known of a subject that a write left as it is. */
export interface UnchangedSubject {
  /** The org that owns the subject. */
  readonly owner: string
  /** What numbers the subject; absent where nothing asked for it yet. */
  readonly aggregate: Pick<AggregateRecord, 'sequence' | 'changedAt'> | undefined
  /** Of the entry if exactly one key is set, otherwise of the subject; `undefined`: of an entry that is new. */
  readonly createdAt: number | undefined
}

/** A write of what is there already answers as of the newest write of the namespace. */
export async function answerUnchanged(
  core: Core,
  permitted: Promise<PermissionScope>,
  { owner, aggregate, createdAt }: UnchangedSubject,
  subject: MetadataSubject,
  namespace: string,
): Promise<MetadataWritten> {
  const entries = await core.read({ read: 'entries', subject, namespace })
  const newest = entries.reduce<EntryRecord | undefined>(
    (latest, entry) => (latest === undefined || compareSequences(entry.sequence, latest.sequence) > 0 ? entry : latest),
    undefined,
  )
  const { sequence, changedAt } = newest ?? aggregate ?? (await loadSubject(core, permitted, subject))
  return { sequence, createdAt: createdAt ?? changedAt, changedAt, orgId: owner, changed: [] }
}
