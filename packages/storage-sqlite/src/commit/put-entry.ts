import type { EntryKey, EntryValue } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import type { StampValue } from './put-record'
import { sequenceParameter } from './sequence-parameter'

/** Stores an entry; one that is there keeps its `createdAt`. */
export function putEntry({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, key: EntryKey, value: EntryValue, owner: string, stamp: StampValue) => void {
  const query = builder
    .insertInto(names.entry)
    .values({
      instance_id: param('instanceId'),
      subject_type: param('subjectType'),
      subject_id: param('subjectId'),
      namespace: param('namespace'),
      key: param('key'),
      json: param('json'),
      bytes: param('bytes'),
      owner: param('owner'),
      sequence: param('sequence'),
      created_at: param('at'),
      changed_at: param('at'),
    })
    .onConflict((conflict) =>
      conflict.columns(['instance_id', 'subject_type', 'subject_id', 'namespace', 'key']).doUpdateSet((eb) => ({
        json: eb.ref('excluded.json'),
        bytes: eb.ref('excluded.bytes'),
        sequence: eb.ref('excluded.sequence'),
        changed_at: eb.ref('excluded.changed_at'),
      })),
    )
  const upsert = statements.keep('run', () =>
    compile(query, [
      'instanceId',
      'subjectType',
      'subjectId',
      'namespace',
      'key',
      'json',
      'bytes',
      'owner',
      'sequence',
      'at',
      'at',
    ]),
  )
  return (instanceId, key, value, owner, { sequence, at }) => {
    const json = 'json' in value ? value.json : null
    const bytes = 'json' in value ? null : value.bytes
    upsert().run(
      instanceId,
      key.subjectType,
      key.subjectId,
      key.namespace,
      key.key,
      json,
      bytes,
      owner,
      sequenceParameter(sequence),
      at,
      at,
    )
  }
}
