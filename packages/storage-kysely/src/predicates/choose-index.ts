import type { AnyFilter, RecordKind } from '@indwell/core'
import { type Column, recordTables } from '../columns'
import { type Columns, columnOf } from './filter-predicate'
import { loginNameField } from './login-name-predicate'

/** How everything that matches is limited in a column. */
type Narrowing = 'equals' | 'in' | 'range'

/** Columns that whole orgs share: they narrow a search less than any other. */
const shared: ReadonlySet<string> = new Set(['org_id', 'level'])

/**
 * The index by which a search finds what it looks for, without the host's prefix; `undefined`: its key.
 *
 * For SQLite, which has no statistics to choose by.
 *
 * @param order - Names of the columns to sort by.
 * @param found - The column of ids, where those that match are found elsewhere.
 */
export function chooseIndex(
  kind: RecordKind,
  filter: AnyFilter | undefined,
  columns: Columns,
  order: readonly string[],
  found?: string,
): string | undefined {
  const narrowed = new Map<string, Narrowing>()
  if (found !== undefined) narrowed.set(found, 'in')
  if (filter !== undefined) narrow(filter, columns, narrowed)
  const { key, columns: members, indexes } = recordTables[kind]
  const keyColumns = key.map((member) => (members as Readonly<Record<string, Column>>)[member]!.name)
  if (keyColumns.every((name) => narrowed.get(name) === 'equals')) return undefined

  let best = { name: undefined as string | undefined, rating: rate(keyColumns, narrowed, order, found) }
  for (const { name, columns } of indexes) {
    const rating = rate(columns, narrowed, order, found)
    if (isBetter(rating, best.rating)) best = { name, rating }
  }
  return best.name
}

/** What an index is worth to a search, what matters most first. */
type Rating = readonly [narrows: number, sorts: number, leads: number]

function rate(
  columns: readonly string[],
  narrowed: ReadonlyMap<string, Narrowing>,
  order: readonly string[],
  found: string | undefined,
): Rating {
  let [narrows, leads] = [0, 0]
  for (const column of columns) {
    const how = narrowed.get(column)
    if (how === undefined) break
    leads += 1
    if (!shared.has(column) || column === found) narrows += how === 'range' ? 1 : 2
    if (how !== 'equals') return [narrows, 0, leads]
  }
  return [narrows, columns[leads] !== undefined && columns[leads] === order[0] ? 1 : 0, leads]
}

function isBetter(rating: Rating, other: Rating): boolean {
  const difference = rating.map((value, index) => value - other[index]!).find((value) => value !== 0) ?? 0
  return difference > 0
}

/** Notes the columns of what has to hold of everything that matches. */
function narrow(filter: AnyFilter, columns: Columns, narrowed: Map<string, Narrowing>): void {
  const note = (how: Narrowing, field: string, folded = false) => {
    // A login name is made of more than one column.
    if (field === loginNameField) return
    const named = columnOf(columns, field)
    const column = folded ? named.folded : named
    if (column === undefined || column.expression !== undefined) return
    if (narrowed.get(column.name) !== 'equals') narrowed.set(column.name, how)
    if (how !== 'range' && !folded) note(how, field, true)
  }
  switch (filter.op) {
    case 'and':
      for (const inner of filter.filters) narrow(inner, columns, narrowed)
      return
    case 'equals':
      if (filter.value !== null) note('equals', filter.field)
      return
    case 'in':
      note('in', filter.field)
      return
    case 'range':
      if (filter.from !== undefined || filter.to !== undefined) note('range', filter.field)
      return
    case 'text':
      if (filter.method === 'equals') note('equals', filter.field, filter.ignoreCase)
      else if (filter.method === 'starts-with' && filter.value !== '') note('range', filter.field, filter.ignoreCase)
      return
    case 'membership':
      // Members of an org may be many: what names a user narrows more.
      note('range', 'userId')
  }
}
