import { type RawBuilder, sql } from 'kysely'
import type { RowSet } from '../row-set'
import { slot } from '../statement-cache'
import type { RoundRows } from './round-rows'

export type Sql = RawBuilder<unknown>

/** Something that only some rounds do. */
export interface Part {
  readonly name: string
  occurs(rows: RoundRows): boolean
  values(rows: RoundRows): Record<string, unknown>
  /** Rows that are used in several places, as a named subquery. */
  readonly input?: Sql
  /** Selects the commits whose condition does not hold: `commit`, `rank`. */
  readonly refuses?: Sql
  /** Writes what the commits that are `ok` ask for, as a named subquery. */
  readonly effect?: (shape: readonly Part[]) => Sql
  /** The same part for a round that has just one row for it. */
  readonly once?: Part
  readonly isOnce?: true
}

/** A part that has one set of rows, and occurs where there are any. */
export function part<Row>(
  name: string,
  set: Pick<RowSet<Row>, 'values'>,
  rowsOf: (rows: RoundRows) => readonly Row[] | undefined,
  sqlOf: Pick<Part, 'input' | 'refuses' | 'effect'>,
): Part {
  return {
    name,
    occurs: (rows) => (rowsOf(rows)?.length ?? 0) > 0,
    values: (rows) => set.values(rowsOf(rows) ?? []),
    ...sqlOf,
  }
}

/** A part that looks nothing up by its rows, and so has less to do where there is one. */
export function insertingPart<Row>(
  name: string,
  set: RowSet<Row>,
  rowsOf: (rows: RoundRows) => readonly Row[] | undefined,
  sqlOf: (source: Sql, isOne: boolean) => Pick<Part, 'input' | 'refuses' | 'effect'>,
): Part {
  const once = part(name, set.once, rowsOf, sqlOf(set.once.source, true))
  return {
    ...part(name, set, rowsOf, sqlOf(set.source, false)),
    once: { ...once, isOnce: true, occurs: (rows) => rowsOf(rows)?.length === 1 },
  }
}

/**
 * Rows are found one by one and removed by their place, which no plan can turn into a scan. The places hold: where a row
 * can have moved since the statement began, the commit is not `ok`.
 */
export function removal(table: Sql, set: RowSet<never>, condition: Sql): Sql {
  return sql`delete from ${table} where ctid = any (array(
    select stored.place from ${set.source}
      join verdict on verdict.commit = ${set.alias}.commit and verdict.ok
      cross join lateral (select stored.ctid as place from ${table} as stored where ${inInstance} and ${condition} offset 0) as stored
  ))`
}

export function sameColumns(left: string, right: string, columns: readonly string[]): Sql {
  if (columns.length === 0) return sql`true`
  const conditions = columns.map((column) => sql`${sql.ref(`${left}.${column}`)} = ${sql.ref(`${right}.${column}`)}`)
  return sql.join(conditions, sql` and `)
}

export const inInstance = sql`instance_id = ${slot('instance')}`
