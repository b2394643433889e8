import type { AnyFilter } from '@indwell/core'
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Column, ColumnType } from '../columns'
import type { Dialect } from '../migrations/sql-types'
import { type LoginNames, loginNameField, loginNamePredicate } from './login-name-predicate'
import { type Memberships, membershipPredicate } from './membership-predicate'
import { type Carrier, metadataPredicate } from './metadata-predicate'
import { always, never, type Predicate } from './predicate'
import { rangeEnds } from './range-ends'
import { canHold, foldCase, textAfter, textMatch, wellFormed } from './text-match'

/** A column of the row `found`, or what takes its place. */
export interface SearchColumn extends Column {
  /** Without it, the column of that name. */
  readonly expression?: RawBuilder<string>
  /** Where the same text is kept folded. */
  readonly folded?: SearchColumn
}

/** Columns by the member that a filter or a sort names. */
export type Columns = Readonly<Record<string, SearchColumn>>

/** What a filter can speak of. */
export interface Searchable {
  readonly columns: Columns
  /** Whose metadata; absent: what is searched carries none. */
  readonly carrier?: Carrier | undefined
  /** Absent: what is searched has none. */
  readonly loginNames?: LoginNames | undefined
  /** Absent: what is searched is a member of nothing. */
  readonly memberships?: Memberships | undefined
  readonly dialect: Dialect
}

/**
 * The filter as a condition on the columns of one table.
 *
 * A value that the column cannot hold (a number for a text, a text for a boolean) matches nothing. Text methods and `in`
 * ask for text, ranges for text or numbers; members kept as JSON have only their whole JSON text, and lists of texts also
 * their items, which `holds` asks for.
 *
 * @throws TypeError when the filter names a member that has no column, or metadata or memberships where there are none.
 */
export function filterPredicate(filter: AnyFilter, searchable: Searchable): Predicate {
  const { columns, carrier, loginNames, memberships, dialect } = searchable
  if ('field' in filter && filter.field === loginNameField && loginNames !== undefined) {
    return loginNamePredicate(filter, loginNames, dialect, (condition, column) =>
      filterPredicate(condition, { columns: { [loginNameField]: column }, dialect }),
    )
  }
  switch (filter.op) {
    case 'and':
    case 'or':
      return joined(
        filter.op,
        filter.filters.map((member) => filterPredicate(member, searchable)),
      )
    case 'not':
      return not(filterPredicate(filter.filter, searchable))
    case 'text':
      return textPredicate(filter, columnOf(columns, filter.field), dialect)
    case 'equals':
      return equalsPredicate(filter.value, columnOf(columns, filter.field), dialect)
    case 'in':
      return inPredicate(filter.values, columnOf(columns, filter.field), dialect)
    case 'range':
      return rangePredicate(filter, columnOf(columns, filter.field), dialect)
    case 'holds':
      return holdsPredicate(filter.value, columnOf(columns, filter.field), dialect)
    case 'membership':
      if (memberships === undefined) throw new TypeError('the search asks for memberships of what has none')
      return membershipPredicate(filter, memberships, (one, columns) => filterPredicate(one, { columns, dialect }))
    case 'metadata':
      if (carrier === undefined) throw new TypeError('the search asks for metadata of what has none')
      return metadataPredicate(filter, carrier, dialect)
  }
}

/** What stands for the column in SQL. */
export function referenceOf(column: SearchColumn): RawBuilder<string> {
  return column.expression ?? sql`${sql.ref(`found.${column.name}`)}`
}

/** @throws TypeError when there is no column for the member. */
export function columnOf(columns: Columns, field: string): SearchColumn {
  const column = Object.hasOwn(columns, field) ? columns[field] : undefined
  if (column === undefined) throw new TypeError('the search names a member that the record does not have')
  return column
}

function joined(op: 'and' | 'or', members: readonly Predicate[]): Predicate {
  if (members.length === 0) return op === 'and' ? always : never
  if (members.length === 1) return members[0]!
  return {
    shape: `${op}(${members.map((member) => member.shape).join()})`,
    parameters: members.flatMap((member) => member.parameters),
    build: () =>
      balanced(
        op,
        members.map((member) => member.build()),
      ),
  }
}

// In halves, because a list of n conditions in a row is a tree of depth n, and SQLite refuses trees deeper than 1000.
function balanced(op: 'and' | 'or', members: readonly Expression<SqlBool>[]): Expression<SqlBool> {
  if (members.length === 1) return members[0]!
  const half = members.length >> 1
  const left = balanced(op, members.slice(0, half))
  const right = balanced(op, members.slice(half))
  return op === 'and' ? sql<SqlBool>`(${left} and ${right})` : sql<SqlBool>`(${left} or ${right})`
}

function leaf(
  shape: string,
  column: SearchColumn,
  parameters: readonly unknown[],
  build: (reference: Expression<string>) => Expression<SqlBool>,
): Predicate {
  const reference = () => referenceOf(column)
  return {
    shape: `${shape}:${column.name}`,
    parameters,
    build: () => {
      const condition = build(reference())
      return column.nullable ? sql<SqlBool>`(${reference()} is not null and ${condition})` : condition
    },
  }
}

function textPredicate(filter: AnyFilter & { op: 'text' }, column: SearchColumn, dialect: Dialect): Predicate {
  if (!filter.ignoreCase && filter.method === 'equals') return equalsPredicate(filter.value, column, dialect)
  if (column.type !== 'text' || !canHold(filter.value, dialect)) return never
  if (filter.ignoreCase && column.folded !== undefined) {
    const exact = { ...filter, value: foldCase(filter.value), ignoreCase: false }
    return textPredicate(exact, column.folded, dialect)
  }
  const value = wellFormed(filter.ignoreCase ? foldCase(filter.value) : filter.value)
  const match = textMatch[dialect]
  const side = (reference: Expression<string>) => (filter.ignoreCase ? match.fold(reference) : reference)
  const shape = filter.ignoreCase ? `${filter.method}-folded` : filter.method

  if (filter.method === 'equals')
    return leaf(shape, column, [value], (reference) => sql<SqlBool>`${side(reference)} = ${value}`)
  if (value === '') return column.nullable ? not(nullPredicate(column)) : always
  switch (filter.method) {
    case 'starts-with': {
      // As a range, which an index on the column serves.
      const end = textAfter(value)
      if (end === undefined)
        return leaf(`${shape}-open`, column, [value], (reference) => sql<SqlBool>`${side(reference)} >= ${value}`)
      return leaf(
        shape,
        column,
        [value, end],
        (reference) => sql<SqlBool>`(${side(reference)} >= ${value} and ${side(reference)} < ${end})`,
      )
    }
    case 'contains':
      return leaf(shape, column, [value], (reference) => match.contains(side(reference), value))
    case 'ends-with':
      return leaf(shape, column, [value, value], (reference) => match.endsWith(side(reference), value))
  }
}

function equalsPredicate(value: string | number | boolean | null, column: SearchColumn, dialect: Dialect): Predicate {
  if (value === null) return column.nullable ? nullPredicate(column) : never
  const parameter = columnValue(value, column, dialect)
  if (parameter === undefined) return never
  const equal = leaf('equals', column, [parameter], (reference) => sql<SqlBool>`${reference} = ${parameter}`)
  if (column.folded === undefined) return equal
  // True as well, and what the instance's index of all orgs is by.
  return joined('and', [equal, equalsPredicate(foldCase(String(value)), column.folded, dialect)])
}

function inPredicate(values: readonly Scalar[], column: SearchColumn, dialect: Dialect): Predicate {
  const held = values.map((value) => columnValue(value, column, dialect)).filter((value) => value !== undefined)
  if (held.length === 0) return never
  const listed = listPredicate(held, column, dialect)
  if (column.folded === undefined) return listed
  // True as well, and what the instance's index of all orgs is by.
  const folded = [...new Set(held.map((value) => foldCase(String(value))))]
  return joined('and', [listed, listPredicate(folded, column.folded, dialect)])
}

function listPredicate(held: readonly unknown[], column: SearchColumn, dialect: Dialect): Predicate {
  // One parameter whatever the length, so that lists of every length share a statement.
  if (dialect === 'sqlite') {
    const list = JSON.stringify(held)
    return leaf(
      'in',
      column,
      [list],
      (reference) => sql<SqlBool>`${reference} in (select value from json_each(${list}))`,
    )
  }
  const type = sql.raw(arrayTypes[column.type])
  return leaf('in', column, [held], (reference) => sql<SqlBool>`${reference} = any(${held}::${type}[])`)
}

const arrayTypes = {
  text: 'text',
  json: 'text',
  list: 'text',
  sequence: 'bigint',
  integer: 'bigint',
  boolean: 'boolean',
} as const satisfies Readonly<Record<ColumnType, string>>

type Scalar = string | number | boolean

function holdsPredicate(value: string, column: SearchColumn, dialect: Dialect): Predicate {
  if (column.type !== 'list' || !canHold(value, dialect)) return never
  const item = wellFormed(value)
  return leaf('holds', column, [item], (reference) =>
    dialect === 'sqlite'
      ? sql<SqlBool>`exists (select 1 from json_each(${reference}) where json_each.value = ${item})`
      : sql<SqlBool>`jsonb_exists(${reference}::jsonb, ${item})`,
  )
}

function rangePredicate(filter: AnyFilter & { op: 'range' }, column: SearchColumn, dialect: Dialect): Predicate {
  const ends = rangeEnds(filter)
  switch (ends?.type) {
    case 'open':
      return column.nullable ? not(nullPredicate(column)) : always
    case 'text': {
      if (column.type !== 'text') return never
      const texts = [ends.from, ends.to].filter((end) => end !== undefined)
      if (!texts.every((end) => canHold(end, dialect))) return never
      return betweenPredicate(column, ends.from, ends.to, filter)
    }
    case 'number': {
      if (column.type !== 'integer') return never
      if (ends.from === undefined && ends.to === undefined) return column.nullable ? not(nullPredicate(column)) : always
      const from = ends.from === undefined ? undefined : firstInteger(ends.from, filter.fromInclusive)
      const to = ends.to === undefined ? undefined : -firstInteger(-ends.to, filter.toInclusive)
      if ((from !== undefined && from > Number.MAX_SAFE_INTEGER) || (to !== undefined && to < Number.MIN_SAFE_INTEGER))
        return never
      return betweenPredicate(
        column,
        from && Math.max(from, Number.MIN_SAFE_INTEGER),
        to && Math.min(to, Number.MAX_SAFE_INTEGER),
        { fromInclusive: true, toInclusive: true },
      )
    }
    case undefined:
      return never
  }
}

/** The smallest integer in a range that begins there. */
function firstInteger(from: number, inclusive: boolean): number {
  const ceiling = Math.ceil(from)
  return inclusive || ceiling > from ? ceiling : ceiling + 1
}

function betweenPredicate(
  column: SearchColumn,
  from: string | number | undefined,
  to: string | number | undefined,
  { fromInclusive, toInclusive }: { readonly fromInclusive: boolean; readonly toInclusive: boolean },
): Predicate {
  const lower = fromInclusive ? sql`>=` : sql`>`
  const upper = toInclusive ? sql`<=` : sql`<`
  const ends = [
    { end: from, sign: fromInclusive ? '[' : '{', comparison: lower },
    { end: to, sign: toInclusive ? ']' : '}', comparison: upper },
  ].filter(({ end }) => end !== undefined)
  return leaf(
    `range${ends.map(({ sign }) => sign).join('')}`,
    column,
    ends.map(({ end }) => end),
    (reference) =>
      sql<SqlBool>`(${sql.join(
        ends.map(({ end, comparison }) => sql`${reference} ${comparison} ${end}`),
        sql` and `,
      )})`,
  )
}

function nullPredicate(column: SearchColumn): Predicate {
  return { shape: `null:${column.name}`, parameters: [], build: () => sql<SqlBool>`${referenceOf(column)} is null` }
}

function not(inner: Predicate): Predicate {
  return {
    shape: `not(${inner.shape})`,
    parameters: inner.parameters,
    build: () => sql<SqlBool>`not (${inner.build()})`,
  }
}

const maxSequence = 2n ** 63n - 1n
const decimal = /^(?:0|[1-9]\d{0,18})$/

/** As the column holds it, or `undefined` where it can never hold the like. */
function columnValue(value: string | number | boolean, column: SearchColumn, dialect: Dialect): unknown {
  switch (column.type) {
    case 'text':
    case 'json':
    case 'list':
      return typeof value === 'string' && canHold(value, dialect) ? wellFormed(value) : undefined
    case 'integer':
      return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
    case 'sequence':
      return typeof value === 'string' && decimal.test(value) && BigInt(value) <= maxSequence ? value : undefined
    case 'boolean':
      if (typeof value !== 'boolean') return undefined
      return dialect === 'sqlite' ? Number(value) : value
  }
}
