import type { EntryRecord, SubjectKey } from '@indwell/core'
import { compile, param, searchColumns, selectColumn } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'
import { decodeEntry, type EntryRow } from './decode-entry'

interface EntryPageOf {
  readonly subject: SubjectKey
  readonly after?: { readonly namespace: string; readonly key: string }
  readonly limit: number
}

export function loadEntryPage({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, read: EntryPageOf) => readonly EntryRecord[] {
  const page = builder
    .selectFrom(names.entry)
    .select(Object.values(searchColumns('entry')).map((column) => selectColumn(column, 'sqlite').as(column.name)))
    .select('namespace')
    .where('instance_id', '=', param('instanceId'))
    .where('subject_type', '=', param('subjectType'))
    .where('subject_id', '=', param('subjectId'))
    .where(sql<boolean>`(namespace, key) > (${param('afterNamespace')}, ${param('afterKey')})`)
    .orderBy('namespace')
    .orderBy('key')
    .limit(sql<number>`${param('limit')}`)
  const order = ['instanceId', 'subjectType', 'subjectId', 'afterNamespace', 'afterKey', 'limit']
  const select = statements.keep('rows', () => compile(page, order))
  return (instanceId, { subject, after, limit }) => {
    const { subjectType, subjectId } = subject
    // No namespace is empty, so that this is in front of all of them.
    const { namespace, key } = after ?? { namespace: '', key: '' }
    const rows = select().all(instanceId, subjectType, subjectId, namespace, key, limit)
    return rows.map((row) => {
      const columns = row as readonly [...EntryRow, string]
      return decodeEntry(subject, columns[7], columns as readonly unknown[] as EntryRow)
    })
  }
}
