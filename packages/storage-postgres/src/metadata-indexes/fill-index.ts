import {
  type IndexedValue,
  type NumberedIndex,
  type TableNames,
  valueDifference,
  valuesOfEntry,
} from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Run } from '../connections'
import { rowSet } from '../row-set'
import { compileStatement, slot, tableReference } from '../statement-cache'

export interface FilledTo {
  /** The last subject that was looked at; `undefined`: there is none behind it. */
  readonly to: string | undefined
  readonly corrected: number
}

/** Makes an index as the entries are, for the subjects behind `from` that have about as many entries as asked for. */
export function fillIndex(
  names: TableNames,
): (
  run: Run,
  instanceId: string,
  index: NumberedIndex,
  from: string | undefined,
  entries: number,
) => Promise<FilledTo> {
  const entryTable = tableReference(names, names.entry)
  const valueTable = tableReference(names, names.indexedValue)
  const ofSubjects = sql`instance_id = ${slot('instance')} and subject_type = ${slot('type')} and subject_id > ${slot('from')}`
  const upTo = sql`(${slot('to')}::text is null or subject_id <= ${slot('to')}::text)`
  const ofIndex = sql`instance_id = ${slot('instance')} and index_number = ${slot('number')}`

  const selectEnd = compileStatement(sql`
    select subject_id from ${entryTable} where ${ofSubjects} order by subject_id limit 1 offset ${slot('entries')}::int8`)
  const selectEntries = compileStatement(sql`
    select subject_id, owner, json from ${entryTable}
    where ${ofSubjects} and ${upTo} and namespace = ${slot('namespace')} and key = ${slot('key')} and json is not null`)
  const selectValues = compileStatement(sql`
    select subject_id, value, owner from ${valueTable} where ${ofIndex} and subject_id > ${slot('from')} and ${upTo}`)
  const difference = rowSet<IndexedValue>('different', {
    subject_id: ['text', ({ subjectId }) => subjectId],
    value: ['text', ({ value }) => value],
    owner: ['text', ({ owner }) => owner],
  })
  const remove = compileStatement(sql`
    delete from ${valueTable} as stored using ${difference.source}
    where stored.instance_id = ${slot('instance')} and stored.index_number = ${slot('number')}
      and stored.subject_id = different.subject_id and stored.value = different.value`)
  const add = compileStatement(sql`
    insert into ${valueTable} (instance_id, index_number, subject_id, value, owner)
    select ${slot('instance')}, ${slot('number')}::int8, subject_id, value, owner from ${difference.source}`)

  return async (run, instanceId, index, after, entries) => {
    const { number, subjectType, namespace, path } = index
    // No subject has an empty id.
    const subjects = { instance: instanceId, type: subjectType, from: after ?? '' }
    const [end] = await run(selectEnd, { ...subjects, entries })
    const to = end?.[0] ?? null
    const found = await run(selectEntries, { ...subjects, to, namespace, key: path[0] })
    const wanted = found.flatMap(([subjectId, owner, json]): readonly IndexedValue[] =>
      valuesOfEntry(index, { json: json! }).map((value) => ({ subjectId: subjectId!, value, owner: owner! })),
    )
    const place = { instance: instanceId, number }
    const held = (await run(selectValues, { ...place, from: subjects.from, to })).map(
      ([subjectId, value, owner]): IndexedValue => ({ subjectId: subjectId!, value: value!, owner: owner! }),
    )
    const { stale, missing } = valueDifference(held, wanted)
    if (stale.length > 0) await run(remove, { ...place, ...difference.values(stale) })
    if (missing.length > 0) await run(add, { ...place, ...difference.values(missing) })
    return { to: to ?? undefined, corrected: stale.length + missing.length }
  }
}
