import type { RecordKind, RecordPut, Stamped } from '@indwell/core'
import {
  type ColumnType,
  compile,
  foldedColumns,
  foldedValue,
  param,
  recordTables,
  searchColumns,
} from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import { perKind } from '../per-kind'
import { sequenceParameter } from './sequence-parameter'

/** Sequence and time of the event that changed what is put. */
export interface StampValue {
  readonly sequence: string
  readonly at: number
}

type RecordWriter = (instanceId: string, put: RecordPut, stamp: StampValue | undefined) => void

/** Stores a record whole, over the one of its key. */
export function putRecord(connection: Connection): RecordWriter {
  const writerFor = perKind((kind) => writerOf(connection, kind))
  return (instanceId, put, stamp) => writerFor(put.kind)(instanceId, put, stamp)
}

function writerOf({ names, builder, statements }: Connection, kind: RecordKind): RecordWriter {
  const columns = Object.entries(searchColumns(kind))
  const folded = foldedColumns(kind)
  const foldedNames = folded.map(({ name }) => name)
  const key: readonly string[] = recordTables[kind].key
  const keyColumns = ['instance_id', ...columns.filter(([member]) => key.includes(member)).map(([, { name }]) => name)]
  const query = builder
    .insertInto(names.record[kind])
    .values({
      instance_id: param('instanceId'),
      ...Object.fromEntries(columns.map(([member, { name }]) => [name, param(member)])),
      ...Object.fromEntries(foldedNames.map((name) => [name, param(name)])),
    })
    .onConflict((conflict) =>
      conflict
        .columns(keyColumns)
        .doUpdateSet((eb) =>
          Object.fromEntries(
            [...columns.flatMap(([member, { name }]) => (key.includes(member) ? [] : [name])), ...foldedNames].map(
              (name) => [name, eb.ref(`excluded.${name}`)],
            ),
          ),
        ),
    )
  const upsert = statements.keep('run', () =>
    compile(query, ['instanceId', ...columns.map(([member]) => member), ...foldedNames]),
  )

  const members = columns.map(([member]) => member)
  const types = columns.map(([, { type }]) => type)
  // Behind the instance.
  const placeOf = (member: keyof Stamped) => 1 + members.indexOf(member)
  const places = {
    sequence: placeOf('sequence'),
    createdAt: placeOf('createdAt'),
    changedAt: placeOf('changedAt'),
  }

  return (instanceId, put, stamp) => {
    const stored: object = put.record
    const record = stored as Readonly<Record<string, unknown>>
    const values: unknown[] = new Array(1 + members.length + folded.length)
    values[0] = instanceId
    for (let i = 0; i < members.length; i++) values[1 + i] = encodeValue(types[i]!, record[members[i]!])
    for (let i = 0; i < folded.length; i++) values[1 + members.length + i] = foldedValue(record[folded[i]!.member])
    if (stamp !== undefined) {
      values[places.sequence] = sequenceParameter(stamp.sequence)
      values[places.changedAt] = stamp.at
      if (put.created) values[places.createdAt] = stamp.at
    }
    upsert().run(...values)
  }
}

function encodeValue(type: ColumnType, value: unknown): unknown {
  if (value === null) return null
  if (type === 'boolean') return value ? 1 : 0
  if (type === 'json' || type === 'list') return JSON.stringify(value)
  return value
}
