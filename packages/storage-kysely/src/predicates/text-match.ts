import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Dialect } from '../migrations/sql-types'

/**
 * SQLite has no folding beyond ASCII: the adapter registers a function of this name that lower-cases one text, as
 * {@link foldCase} does, and gives `null` for `null`.
 */
export const foldFunction = 'indwell_fold'

/** Lower case by the Unicode rules of no particular language. */
export function foldCase(value: string): string {
  return value.toLowerCase()
}

/** What a column of folded text holds for a member: nothing where the member holds none. */
export function foldedValue(value: unknown): string | null {
  return typeof value === 'string' ? foldCase(value) : null
}

/** How one dialect folds a column and looks inside it. Values come in folded where the column is. */
export interface TextMatch {
  fold(column: Expression<string>): RawBuilder<string>
  contains(column: Expression<string>, value: string): RawBuilder<SqlBool>
  endsWith(column: Expression<string>, value: string): RawBuilder<SqlBool>
}

// `like` is in neither: its wildcards would need escapes, and SQLite's ignores case whatever the column says.
export const textMatch: Record<Dialect, TextMatch> = {
  sqlite: {
    // Only texts with more bytes than characters go through JavaScript, which doubles the time of a scan.
    fold: (column) =>
      sql`case when length(${column}) = octet_length(${column}) then lower(${column}) else ${sql.raw(foldFunction)}(${column}) end`,
    contains: (column, value) => sql`instr(${column}, ${value}) > 0`,
    // As bytes, because substr() of a text from its end stops at a NUL; of no bytes it gives null.
    endsWith: (column, value) =>
      sql`ifnull(substr(cast(${column} as blob), -length(cast(${value} as blob))), x'') = cast(${value} as blob)`,
  },
  postgres: {
    // Columns compare as "C", and lower() under "C" leaves everything but ASCII alone.
    fold: (column) => sql`(lower(${column} collate "und-x-icu") collate "C")`,
    contains: (column, value) => sql`strpos(${column}, ${value}::text) > 0`,
    endsWith: (column, value) => sql`right(${column}, length(${value}::text)) = ${value}::text`,
  },
}

/**
 * The smallest text that is greater than every text that starts with `prefix`, where texts compare by code points, which
 * is the order of their UTF-8 bytes. `undefined`: there is none.
 */
export function textAfter(prefix: string): string | undefined {
  const characters = Array.from(prefix)
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const codePoint = last.codePointAt(0)!
    // The next one after U+D7FF that a text can hold: surrogates stand in no UTF-8.
    if (codePoint < 0x10ffff)
      return characters.join('') + String.fromCodePoint(codePoint === 0xd7ff ? 0xe000 : codePoint + 1)
  }
  return undefined
}

/** Postgres has no NUL in texts, and fails when asked for one. */
export function canHold(value: string, dialect: Dialect): boolean {
  return dialect === 'sqlite' || !value.includes('\0')
}

/** As both drivers write it. */
export function wellFormed(value: string): string {
  return value.replace(/\p{Surrogate}/gu, '\uFFFD')
}
