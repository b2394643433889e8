import { type RawBuilder, sql } from 'kysely'
import { slot } from './statement-cache'

type SqlType = 'text' | 'int4' | 'int8' | 'boolean' | 'bytea'
type Parameter = string | number | boolean | Buffer | null

/** Rows that a statement takes as one array for each of their columns. */
export interface RowSet<in Row> {
  readonly alias: RawBuilder<unknown>
  /** To select from: the columns by their names, and `ord`, the number of the row. */
  readonly source: RawBuilder<unknown>
  /** What the slots take, by their names. */
  readonly values: (rows: readonly Row[]) => Record<string, unknown>
  /** The same for one row by which nothing is looked up: the planner may know that it is one, and needs few nodes for it. */
  readonly once: Pick<RowSet<Row>, 'source' | 'values'>
}

/**
 * @param alias - What the statement calls the rows.
 * @param name - Before the names of the slots; other than the alias where a statement has several sets of one alias.
 */
export function rowSet<Row>(
  alias: string,
  columns: Readonly<Record<string, readonly [type: SqlType, value: (row: Row) => Parameter]>>,
  name = alias,
): RowSet<Row> {
  const list = Object.entries(columns).map(([column, [type, value]]) => ({
    column,
    type,
    value,
    slot: `${name}.${column}`,
  }))
  // The first array through a subquery, which hides its length from the planner. It would plan short lists cheaper than
  // lists of unknown length, so never settle on the plan it keeps, and plan at every run.
  const arrays = list.map(({ type, slot: place }, index) => {
    const array = sql`${slot(place)}::${sql.raw(type)}[]`
    return index === 0 ? sql`(select ${array})` : array
  })
  const aliases = [...list.map(({ column }) => sql.id(column)), sql.id('ord')]
  const scalars = list.map(
    ({ column, type, slot: place }) => sql`${slot(place)}::${sql.raw(type)} as ${sql.id(column)}`,
  )
  return {
    alias: sql.id(alias),
    source: sql`unnest(${sql.join(arrays)}) with ordinality as ${sql.id(alias)} (${sql.join(aliases)})`,
    values: (rows) => Object.fromEntries(list.map(({ slot: place, value }) => [place, rows.map(value)])),
    once: {
      source: sql`(select ${sql.join(scalars)}, 1 as ord) as ${sql.id(alias)}`,
      values: ([row]) => Object.fromEntries(list.map(({ slot: place, value }) => [place, value(row!)])),
    },
  }
}
