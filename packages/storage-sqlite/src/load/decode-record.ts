import type { RecordKind, RecordMap } from '@indwell/core'
import { type ColumnType, recordTables } from '@indwell/storage-kysely'
import { decodeUser } from './decode-user'

type Decoder<K extends RecordKind> = (row: readonly unknown[]) => RecordMap[K]

/** Turns a row, its values in the order of the kind's columns, into the record. */
export function recordDecoder<K extends RecordKind>(kind: K): Decoder<K> {
  return kind === 'user' ? (decodeUser as Decoder<RecordKind> as Decoder<K>) : decoderByColumns(kind)
}

/** For every kind, by what is said of its columns. */
export function decoderByColumns<K extends RecordKind>(kind: K): Decoder<K> {
  const columns = Object.entries<{ readonly type: ColumnType }>(recordTables[kind].columns)
  const members = columns.map(([member]) => member)
  const types = columns.map(([, column]) => column.type)
  return (row) => {
    const record: Record<string, unknown> = {}
    for (let i = 0; i < members.length; i++) record[members[i]!] = decodeValue(types[i]!, row[i])
    const decoded: unknown = record
    return decoded as RecordMap[K]
  }
}

function decodeValue(type: ColumnType, value: unknown): unknown {
  if (value === null) return null
  if (type === 'boolean') return value === 1
  if (type === 'json' || type === 'list') return JSON.parse(value as string)
  return value
}
