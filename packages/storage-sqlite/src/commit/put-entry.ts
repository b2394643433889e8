import type { EntryKey, EntryValue } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import { type SqlBool, sql } from 'kysely'
import type { Connection } from '../connection'
import type { StampValue } from './put-record'
import { sequenceParameter } from './sequence-parameter'

/** Stores an entry, and answers whether it did; one that is there keeps its `createdAt`. */
export type EntryWriter = (
  instanceId: string,
  key: EntryKey,
  value: EntryValue,
  owner: string,
  stamp: StampValue,
) => boolean

/** @param when - `differing`: one that holds its value already is left as it is. */
export function putEntry({ names, builder, statements }: Connection, when: 'always' | 'differing'): EntryWriter {
  const stored = (column: string) => sql.ref(`${names.entry}.${column}`)
  const differs = sql<SqlBool>`${stored('json')} is distinct from excluded.json or ${stored('bytes')} is distinct from excluded.bytes`
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
    .onConflict((conflict) => {
      const update = conflict
        .columns(['instance_id', 'subject_type', 'subject_id', 'namespace', 'key'])
        .doUpdateSet((eb) => ({
          json: eb.ref('excluded.json'),
          bytes: eb.ref('excluded.bytes'),
          sequence: eb.ref('excluded.sequence'),
          changed_at: eb.ref('excluded.changed_at'),
        }))
      return when === 'always' ? update : update.where(differs)
    })
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
    const { changes } = upsert().run(
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
    return Number(changes) > 0
  }
}
