import type { EntryRecord, SubjectKey } from '@indwell/core'
import { compile, param, searchColumns, selectColumn } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'
import { decodeEntry, type EntryRow } from './decode-entry'

interface EntriesOf {
  readonly subject: SubjectKey
  readonly namespace: string
  readonly keys?: readonly string[]
}

export function loadEntries({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, read: EntriesOf) => readonly EntryRecord[] {
  const all = builder
    .selectFrom(names.entry)
    .select(Object.values(searchColumns('entry')).map((column) => selectColumn(column, 'sqlite').as(column.name)))
    .where('instance_id', '=', param('instanceId'))
    .where('subject_type', '=', param('subjectType'))
    .where('subject_id', '=', param('subjectId'))
    .where('namespace', '=', param('namespace'))
    .orderBy('key')
  const order = ['instanceId', 'subjectType', 'subjectId', 'namespace']
  const selectAll = statements.keep('rows', () => compile(all, order))
  const some = all.where(sql.ref('key'), 'in', sql`(select value from json_each(${param('keys')}))`)
  const selectSome = statements.keep('rows', () => compile(some, [...order, 'keys']))
  return (instanceId, { subject, namespace, keys }) => {
    const { subjectType, subjectId } = subject
    const rows =
      keys === undefined
        ? selectAll().all(instanceId, subjectType, subjectId, namespace)
        : selectSome().all(instanceId, subjectType, subjectId, namespace, JSON.stringify(keys))
    return rows.map((row) => decodeEntry(subject, namespace, row as EntryRow))
  }
}
