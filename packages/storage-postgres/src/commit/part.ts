import type { TableNames } from '@indwell/storage-kysely'
import { type RawBuilder, sql } from 'kysely'
import type { RowSet } from '../row-set'
import { slot, tableReference } from '../statement-cache'
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
  /** Whether the round was prepared for the state in which the database is, as a condition; and that state, as a text. */
  readonly knows?: { readonly isKnown: Sql; readonly state: Sql }
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

/** Rows are found one by one and removed by their place, which no plan can turn into a scan: see {@link removalAt}. */
export function removal(names: TableNames, name: string, set: RowSet<never>, condition: Sql): Sql {
  const table = tableReference(names, name)
  return removalAt(
    names,
    name,
    sql`select stored.place from ${set.source}
      join verdict on verdict.commit = ${set.alias}.commit and verdict.ok
      cross join lateral (select stored.ctid as place from ${table} as stored where ${inInstance} and ${condition} offset 0) as stored`,
  )
}

/**
 * Removes the instance's rows at some places. The places hold: where a row can have moved since the statement began, the
 * commit is not `ok`.
 *
 * Each partition has places of its own, so the rows have to be the instance's as well. Said plainly, that names the
 * partition, but also an index, which a plan made while the table is small would take.
 */
export function removalAt(names: TableNames, name: string, places: Sql): Sql {
  const ofInstance = names.routed ? inInstance : sql`(${inInstance}) is true`
  return sql`delete from ${tableReference(names, name)} where ${ofInstance} and ctid = any (array(
    ${places}
  ))`
}

export function sameColumns(left: string, right: string, columns: readonly string[]): Sql {
  if (columns.length === 0) return sql`true`
  const conditions = columns.map((column) => sql`${sql.ref(`${left}.${column}`)} = ${sql.ref(`${right}.${column}`)}`)
  return sql.join(conditions, sql` and `)
}

export const inInstance = sql`instance_id = ${slot('instance')}`
