import {
  compile,
  type IndexedValue,
  type NumberedIndex,
  param,
  valueDifference,
  valuesOfEntry,
} from '@indwell/storage-kysely'
import { type RawBuilder, sql } from 'kysely'
import type { Connection } from '../connection'
import { indexedValues } from './write-values'

export interface FilledTo {
  /** The last subject that was looked at; `undefined`: there is none behind it. */
  readonly to: string | undefined
  readonly corrected: number
}

/** Makes an index as the entries are, for the subjects behind `from` that have about as many entries as asked for. */
export function fillIndex(
  connection: Connection,
): (instanceId: string, index: NumberedIndex, from: string | undefined, entries: number) => FilledTo {
  const { names, builder, statements } = connection
  const values = indexedValues(connection)
  const prepare = (query: RawBuilder<unknown>, order: readonly string[]) =>
    statements.keep('rows', () => compile({ compile: () => query.compile(builder) }, order))
  const entryTable = sql.table(names.entry)
  const ofSubjects = sql`instance_id = ${param('instanceId')} and subject_type = ${param('subjectType')} and subject_id > ${param('from')}`
  const upTo = sql`(${param('to')} is null or subject_id <= ${param('to')})`
  const selectEnd = prepare(
    sql`select subject_id from ${entryTable} where ${ofSubjects} order by subject_id limit 1 offset ${param('entries')}`,
    ['instanceId', 'subjectType', 'from', 'entries'],
  )
  const selectEntries = prepare(
    sql`select subject_id, owner, json from ${entryTable}
      where ${ofSubjects} and ${upTo} and namespace = ${param('namespace')} and key = ${param('key')}`,
    ['instanceId', 'subjectType', 'from', 'to', 'to', 'namespace', 'key'],
  )
  const selectValues = prepare(
    sql`select subject_id, value, owner from ${sql.table(names.indexedValue)}
      where instance_id = ${param('instanceId')} and index_number = ${param('number')} and subject_id > ${param('from')} and ${upTo}`,
    ['instanceId', 'number', 'from', 'to', 'to'],
  )

  return (instanceId, index, after, entries) => {
    const { number, subjectType, namespace, path } = index
    // No subject has an empty id.
    const from = after ?? ''
    const end = selectEnd().get(instanceId, subjectType, from, entries) as readonly [string] | undefined
    const to = end?.[0] ?? null
    const found = selectEntries().all(instanceId, subjectType, from, to, to, namespace, path[0])
    const wanted = (found as readonly (readonly [string, string, string | null])[]).flatMap(
      ([subjectId, owner, json]): readonly IndexedValue[] =>
        json === null ? [] : valuesOfEntry(index, { json }).map((value) => ({ subjectId, value, owner })),
    )
    const rows = selectValues().all(instanceId, number, from, to, to) as readonly (readonly [string, string, string])[]
    const held = rows.map(([subjectId, value, owner]) => ({ subjectId, value, owner }))
    const { stale, missing } = valueDifference(held, wanted)
    for (const value of stale) values.remove(instanceId, index, value)
    for (const value of missing) values.add(instanceId, index, value)
    return { to: to ?? undefined, corrected: stale.length + missing.length }
  }
}
