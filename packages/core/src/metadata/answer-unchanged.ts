import type { Core } from '../core'
import { compareSequences } from '../sequence'
import type { AggregateRecord, EntryRecord } from '../storage/records'
import type { MetadataWritten } from './apply-metadata'
import type { MetadataSubject } from './metadata-subject'

/** What is known of a subject that a write left as it is. */
export interface UnchangedSubject {
  readonly aggregate: Pick<AggregateRecord, 'owner' | 'sequence' | 'changedAt'>
  /** Of the entry if exactly one key is set, otherwise of the subject; `undefined`: of an entry that is new. */
  readonly createdAt: number | undefined
}

/** A write of what is there already answers as of the newest write of the namespace. */
export async function answerUnchanged(
  core: Core,
  { aggregate, createdAt }: UnchangedSubject,
  subject: MetadataSubject,
  namespace: string,
): Promise<MetadataWritten> {
  const entries = await core.read({ read: 'entries', subject, namespace })
  const newest = entries.reduce<EntryRecord | undefined>(
    (latest, entry) => (latest === undefined || compareSequences(entry.sequence, latest.sequence) > 0 ? entry : latest),
    undefined,
  )
  return {
    sequence: newest?.sequence ?? aggregate.sequence,
    createdAt: createdAt ?? aggregate.changedAt,
    changedAt: newest?.changedAt ?? aggregate.changedAt,
    orgId: aggregate.owner,
    changed: [],
  }
}
