import type { EntryValue } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { type RowSet, rowSet } from '../row-set'
import { slot, tableReference } from '../statement-cache'
import { inInstance, insertingPart, type Part, part, removal, type Sql, sameColumns } from './part'
import type { EntryExpectationRow, EntryPutRow, EntryRemovalRow, SubjectRemovalRow } from './round-rows'

export const entryParts = (names: TableNames): readonly Part[] => [
  entryExpectationPart(names),
  entryRemovalPart(names),
  subjectRemovalPart(names),
  entryPutPart(names),
  entryRenewalPart(names),
]

function entryExpectationPart(names: TableNames): Part {
  const set = rowSet<EntryExpectationRow>('expected_entry', {
    commit: ['int4', ({ commit }) => commit],
    rank: ['int4', ({ rank }) => rank],
    subject_type: ['text', ({ source }) => source.key.subjectType],
    subject_id: ['text', ({ source }) => source.key.subjectId],
    namespace: ['text', ({ source }) => source.key.namespace],
    key: ['text', ({ source }) => source.key.key],
    sequence: ['text', ({ source }) => source.sequence ?? null],
  })
  return part('expect entries', set, (rows) => rows.entryExpectations, {
    refuses: sql`
      select expected_entry.commit, expected_entry.rank
      from ${set.source} left join lateral (
          select sequence from ${tableReference(names, names.entry)} as stored
          where ${inInstance} and stored.subject_type = expected_entry.subject_type
            and stored.subject_id = expected_entry.subject_id and stored.namespace = expected_entry.namespace
            and stored.key = expected_entry.key
          limit 1
        ) as stored on true
      where stored.sequence::text is distinct from expected_entry.sequence`,
  })
}

const entryKeyColumns = ['subject_type', 'subject_id', 'namespace', 'key'] as const

function entryRemovalPart(names: TableNames): Part {
  const set = rowSet<EntryRemovalRow>('removed', {
    commit: ['int4', ({ commit }) => commit],
    subject_type: ['text', ({ key }) => key.subjectType],
    subject_id: ['text', ({ key }) => key.subjectId],
    namespace: ['text', ({ key }) => key.namespace],
    key: ['text', ({ key }) => key.key],
  })
  return part('remove entries', set, (rows) => rows.entryRemovals, {
    effect: () =>
      sql`removed_entries as (${removal(names, names.entry, set, sameColumns('stored', 'removed', entryKeyColumns))})`,
  })
}

function subjectRemovalPart(names: TableNames): Part {
  const set = rowSet<SubjectRemovalRow>('emptied', {
    commit: ['int4', ({ commit }) => commit],
    subject_type: ['text', ({ subject }) => subject.subjectType],
    subject_id: ['text', ({ subject }) => subject.subjectId],
  })
  return part('remove subjects', set, (rows) => rows.subjectRemovals, {
    effect: (shape) => {
      const ofSubject = sameColumns('stored', 'emptied', ['subject_type', 'subject_id'])
      // What the same commit puts again is left to that.
      const spared = shape.some(({ name }) => name === renewEntries)
        ? sql`and not exists (select from renewed_entry where ${sameColumns('stored', 'renewed_entry', entryKeyColumns)})`
        : sql``
      return sql`emptied_subjects as (${removal(names, names.entry, set, sql`${ofSubject} ${spared}`)})`
    },
  })
}

const renewEntries = 'renew entries'

function entryPutSet(name: string): RowSet<EntryPutRow> {
  return rowSet<EntryPutRow>(name, {
    change: ['int4', ({ change }) => change],
    nth: ['int4', ({ source }) => source.stamp.event + 1],
    subject_type: ['text', ({ source }) => source.key.subjectType],
    subject_id: ['text', ({ source }) => source.key.subjectId],
    namespace: ['text', ({ source }) => source.key.namespace],
    key: ['text', ({ source }) => source.key.key],
    json: ['text', ({ source: { value } }) => jsonOf(value)],
    owner: ['text', ({ owner }) => owner],
    bytes: ['bytea', ({ source: { value } }) => bytesOf(value)],
  })
}

/** Of several puts of one key the last that is applied counts; the first of them makes the entry. */
function putEntries(names: TableNames, rows: Sql, alias: string, update: Sql, isOne = false): Sql {
  const key = sql.join(entryKeyColumns.map((column) => sql.ref(`${alias}.${column}`)))
  const of = (column: string) => sql.ref(`${alias}.${column}`)
  const firstTime = sql`first_value(applied.time) over (partition by ${key} order by ${of('ord')})`
  return sql`insert into ${tableReference(names, names.entry)}
      (instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at, changed_at)
    select ${isOne ? sql`` : sql`distinct on (${key})`} ${slot('instance')}, ${key}, ${of('json')}, ${of('bytes')}, ${of('owner')},
      applied.base + ${of('nth')}, ${isOne ? sql`applied.time` : firstTime}, applied.time
    from ${rows} join applied on applied.change = ${of('change')}
    ${isOne ? sql`` : sql`order by ${key}, ${of('ord')} desc`}
    on conflict (instance_id, subject_type, subject_id, namespace, key) do update set
      json = excluded.json, bytes = excluded.bytes, sequence = excluded.sequence, changed_at = excluded.changed_at ${update}`
}

function entryPutPart(names: TableNames): Part {
  const set = entryPutSet('put_entry')
  return insertingPart(
    'put entries',
    set,
    (rows) => rows.entryPuts,
    (source, isOne) => ({
      effect: () => sql`put_entries as (${putEntries(names, source, 'put_entry', sql``, isOne)})`,
    }),
  )
}

function entryRenewalPart(names: TableNames): Part {
  const set = entryPutSet('renewed_entry')
  return part(renewEntries, set, (rows) => rows.entryRenewals, {
    input: sql`renewed_entry as materialized (select * from ${set.source})`,
    effect: () =>
      sql`renewed_entries as (${putEntries(names, sql`renewed_entry`, 'renewed_entry', sql`, created_at = excluded.created_at`)})`,
  })
}

/** Of the two columns that hold a value, one is null. */
export const jsonOf = (value: EntryValue): string | null => ('json' in value ? value.json : null)
export const bytesOf = (value: EntryValue): Buffer | null => ('json' in value ? null : bufferOf(value.bytes))

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
