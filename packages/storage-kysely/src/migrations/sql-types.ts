import { type RawBuilder, sql } from 'kysely'
import type { ColumnType } from '../columns'

export type Dialect = 'sqlite' | 'postgres'

/** Column types by dialect. Text compares byte for byte on both, so that keys and pages sort the same. */
export const sqlTypes: Record<Dialect, Record<ColumnType | 'bytes', RawBuilder<unknown>>> = {
  sqlite: {
    text: sql`text`,
    integer: sql`integer`,
    sequence: sql`integer`,
    boolean: sql`integer`,
    json: sql`text`,
    list: sql`text`,
    bytes: sql`blob`,
  },
  postgres: {
    text: sql`text collate "C"`,
    integer: sql`bigint`,
    sequence: sql`bigint`,
    boolean: sql`boolean`,
    // Not jsonb: it drops key order, duplicate spellings of numbers and refuses \u0000.
    json: sql`text collate "C"`,
    list: sql`text collate "C"`,
    bytes: sql`bytea`,
  },
}
