import type { RecordKind, RecordMap } from '@indwell/core'
import { type Column, type Columns, type ColumnType, recordTables } from '@indwell/storage-kysely'
import type { PostgresRow } from '../postgres-pool'
import { decodeUser } from './decode-user'

const decoders: Record<ColumnType, (value: string) => unknown> = {
  text: (value) => value,
  integer: Number,
  sequence: (value) => value,
  // `t` as a column of its own, `true` where it was cast to text.
  boolean: (value) => value.startsWith('t'),
  json: (value) => JSON.parse(value) as unknown,
  list: (value) => JSON.parse(value) as unknown,
}

/** A column's value in an array parameter. */
export function encodeColumn(value: unknown, { type }: Column): string | number | boolean | null {
  if (type === 'json' || type === 'list') return JSON.stringify(value)
  return value as string | number | boolean | null
}

type Decoder<K extends RecordKind> = (row: PostgresRow, first: number) => RecordMap[K]

/** Reads records of a kind from rows that have all its columns, in their order, from `first` on. */
export function recordDecoder<K extends RecordKind>(kind: K): Decoder<K> {
  return kind === 'user' ? (decodeUser as Decoder<RecordKind> as Decoder<K>) : decoderByColumns(kind)
}

/** For every kind, by what is said of its columns. */
export function decoderByColumns<K extends RecordKind>(kind: K): Decoder<K> {
  const columns = Object.entries(recordTables[kind].columns as Columns).map(
    ([member, { type }]) => [member, decoders[type]] as const,
  )
  return (row, first) => {
    const members: Record<string, unknown> = {}
    let index = first
    for (const [member, decode] of columns) {
      const value = row[index++] ?? null
      members[member] = value === null ? null : decode(value)
    }
    const record: unknown = members
    return record as RecordMap[K]
  }
}
