import type { RecordKind } from '@indwell/core'
import { type Columns, foldedColumns, foldedValue, recordTables, type TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { encodeColumn } from '../load/decode-record'
import { rowSet } from '../row-set'
import { slot, tableReference } from '../statement-cache'
import { insertingPart, type Part, part, removal, type Sql, sameColumns } from './part'
import type { RecordPutRow, RecordRemovalRow, UserRemovalRow } from './round-rows'

export function recordParts(names: TableNames): readonly Part[] {
  const kinds = Object.keys(recordTables) as RecordKind[]
  return [
    ...kinds.map((kind) => recordRemovalPart(names, kind)),
    ...(['accessToken', 'member'] as const).map((kind) => userRemovalPart(names, kind)),
    ...kinds.map((kind) => recordPutPart(names, kind)),
  ]
}

function recordRemovalPart(names: TableNames, kind: RecordKind): Part {
  const columns: Columns = recordTables[kind].columns
  const alias = `removed_${kind}`
  const key = recordTables[kind].key.map((member) => [member, columns[member]!.name] as const)
  const set = rowSet<RecordRemovalRow>(alias, {
    commit: ['int4', ({ commit }) => commit],
    ...Object.fromEntries(
      key.map(([member, column]) => [column, ['text', (row: RecordRemovalRow) => row.key[member]!] as const]),
    ),
  })
  const condition = sameColumns(
    'stored',
    alias,
    key.map(([, column]) => column),
  )
  return part(`remove ${kind}`, set, (rows) => rows.recordRemovals.get(kind), {
    effect: () => sql`${sql.id(`${alias}s`)} as (${removal(names, names.record[kind], set, condition)})`,
  })
}

function userRemovalPart(names: TableNames, kind: 'accessToken' | 'member'): Part {
  const columns: Columns = recordTables[kind].columns
  const alias = `emptied_${kind}`
  const set = rowSet<UserRemovalRow>(alias, {
    commit: ['int4', ({ commit }) => commit],
    user_id: ['text', ({ userId }) => userId],
  })
  const key = recordTables[kind].key.map((member) => columns[member]!.name)
  return part(`remove all ${kind}`, set, (rows) => rows.userRemovals.get(kind), {
    effect: (shape) => {
      // What the same commit puts again is left to that.
      const spared = shape.some(({ name }) => name === `put ${kind}`)
        ? sql`and not exists (select from ${sql.id(`put_${kind}`)} where ${sameColumns('stored', `put_${kind}`, key)})`
        : sql``
      const condition = sql`${sameColumns('stored', alias, ['user_id'])} ${spared}`
      return sql`${sql.id(`${alias}s`)} as (${removal(names, names.record[kind], set, condition)})`
    },
  })
}

function recordPutPart(names: TableNames, kind: RecordKind): Part {
  const columns = Object.entries(recordTables[kind].columns as Columns)
  const folded = foldedColumns(kind)
  const stored = [...columns.map(([, { name }]) => name), ...folded.map(({ name }) => name)]
  const key = [
    'instance_id',
    ...recordTables[kind].key.map((member) => (recordTables[kind].columns as Columns)[member]!.name),
  ]
  const alias = `put_${kind}`
  const set = rowSet<RecordPutRow>(alias, {
    commit: ['int4', ({ commit }) => commit],
    change: ['int4', ({ change }) => change],
    nth: ['int4', ({ source }) => (source.stamp === undefined ? null : source.stamp.event + 1)],
    created: ['boolean', ({ source }) => source.created],
    ...Object.fromEntries(
      columns.map(([member, column]) => {
        const value = ({ source }: RecordPutRow) => encodeColumn(memberOf(source.record, member), column)
        return [column.name, [arrayTypes[column.type], value] as const]
      }),
    ),
    ...Object.fromEntries(
      folded.map(({ name, member }) => {
        const value = ({ source }: RecordPutRow) => foldedValue(memberOf(source.record, member))
        return [name, ['text', value] as const]
      }),
    ),
  })
  const of = (column: string) => sql.ref(`${alias}.${column}`)
  const stamped: Readonly<Record<string, Sql>> = {
    sequence: sql`case when applied.change is null then ${of('sequence')} else applied.base + ${of('nth')} end`,
    created_at: sql`case when applied.change is not null and ${of('created')} then applied.time else ${of('created_at')} end`,
    changed_at: sql`case when applied.change is null then ${of('changed_at')} else applied.time end`,
  }
  const values = stored.map((name) => stamped[name] ?? of(name))
  const updates = stored
    .filter((name) => !key.includes(name))
    .map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`)
  return insertingPart(
    `put ${kind}`,
    set,
    (rows) => rows.recordPuts.get(kind),
    (source) => ({
      input: sql`${sql.id(alias)} as (select * from ${source})`,
      effect: () => sql`${sql.id(`${alias}s`)} as (
      insert into ${tableReference(names, names.record[kind])}
        (${sql.join(['instance_id', ...stored].map((name) => sql.ref(name)))})
      select ${sql.join([slot('instance'), ...values])}
      from ${sql.id(alias)}
        join verdict on verdict.commit = ${of('commit')} and verdict.ok
        left join applied on applied.change = ${of('change')}
      order by ${of('ord')}
      on conflict (${sql.join(key.map((name) => sql.ref(name)))}) do update set ${sql.join(updates)}
    )`,
    }),
  )
}

const memberOf = (record: object, member: string): unknown => Reflect.get(record, member)

const arrayTypes = {
  text: 'text',
  json: 'text',
  list: 'text',
  integer: 'int8',
  sequence: 'int8',
  boolean: 'boolean',
} as const
