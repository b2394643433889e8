import type { EntryKey, EntryRecord } from '@indwell/core'
import { compile, param, searchColumns, selectColumn } from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import { decodeNamedEntry, type NamedEntryRow } from './decode-entry'

export function loadEntry({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, key: EntryKey) => EntryRecord | undefined {
  // The key is known: each text that the driver makes takes a tenth of the read.
  const { key: _, ...columnOf } = searchColumns('entry')
  const columns = Object.values(columnOf)
  const query = builder
    .selectFrom(names.entry)
    .select(columns.map((column) => selectColumn(column, 'sqlite').as(column.name)))
    .where('instance_id', '=', param('instanceId'))
    .where('subject_type', '=', param('subjectType'))
    .where('subject_id', '=', param('subjectId'))
    .where('namespace', '=', param('namespace'))
    .where('key', '=', param('key'))
  const select = statements.keep('rows', () =>
    compile(query, ['instanceId', 'subjectType', 'subjectId', 'namespace', 'key']),
  )
  return (instanceId, key) => {
    const row = select().get(instanceId, key.subjectType, key.subjectId, key.namespace, key.key)
    return row === undefined ? undefined : decodeNamedEntry(key, row as NamedEntryRow)
  }
}
