import type { Filter } from '@indwell/core'
import { type Expression, type SqlBool, sql } from 'kysely'
import type { Column } from '../columns'
import type { Dialect } from '../migrations/sql-types'
import { always, never, type Predicate } from './predicate'
import { foldCase, textAfter, textMatch } from './text-match'

/** Columns by the member that a filter or a sort names. */
export type Columns = Readonly<Record<string, Column>>

/**
 * The filter as a condition on the columns of one table.
 *
 * A value that the column cannot hold (a number for a text, a text for a boolean) matches nothing. Text methods and `in`
 * ask for text; members kept as JSON have only their whole JSON text.
 *
 * @throws TypeError when the filter names a member that has no column.
 */
export function filterPredicate(filter: Filter, columns: Columns, dialect: Dialect): Predicate {
  switch (filter.op) {
    case 'and':
    case 'or':
      return joined(
        filter.op,
        filter.filters.map((member) => filterPredicate(member, columns, dialect)),
      )
    case 'not':
      return not(filterPredicate(filter.filter, columns, dialect))
    case 'text':
      return textPredicate(filter, columnOf(columns, filter.field), dialect)
    case 'equals':
      return equalsPredicate(filter.value, columnOf(columns, filter.field), dialect)
    case 'in':
      return inPredicate(filter.values, columnOf(columns, filter.field), dialect)
  }
}

/** @throws TypeError when there is no column for the member. */
export function columnOf(columns: Columns, field: string): Column {
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
  column: Column,
  parameters: readonly unknown[],
  build: (reference: Expression<string>) => Expression<SqlBool>,
): Predicate {
  const reference = () => sql.ref<string>(column.name)
  return {
    shape: `${shape}:${column.name}`,
    parameters,
    build: () => {
      const condition = build(reference())
      return column.nullable ? sql<SqlBool>`(${reference()} is not null and ${condition})` : condition
    },
  }
}

function textPredicate(filter: Filter & { op: 'text' }, column: Column, dialect: Dialect): Predicate {
  if (column.type !== 'text')
    return filter.method === 'equals' && !filter.ignoreCase ? equalsPredicate(filter.value, column, dialect) : never
  if (!canHold(filter.value, dialect)) return never
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

function equalsPredicate(value: string | number | boolean | null, column: Column, dialect: Dialect): Predicate {
  if (value === null) return column.nullable ? nullPredicate(column) : never
  const parameter = columnValue(value, column, dialect)
  if (parameter === undefined) return never
  return leaf('equals', column, [parameter], (reference) => sql<SqlBool>`${reference} = ${parameter}`)
}

function inPredicate(values: readonly string[], column: Column, dialect: Dialect): Predicate {
  const held = values.map((value) => columnValue(value, column, dialect)).filter((value) => value !== undefined)
  if (held.length === 0) return never
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
  const type = sql.raw(column.type === 'sequence' ? 'bigint' : 'text')
  return leaf('in', column, [held], (reference) => sql<SqlBool>`${reference} = any(${held}::${type}[])`)
}

function nullPredicate(column: Column): Predicate {
  return { shape: `null:${column.name}`, parameters: [], build: () => sql<SqlBool>`${sql.ref(column.name)} is null` }
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
function columnValue(value: string | number | boolean, column: Column, dialect: Dialect): unknown {
  switch (column.type) {
    case 'text':
    case 'json':
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

/** Postgres has no NUL in texts, and fails when asked for one. */
function canHold(value: string, dialect: Dialect): boolean {
  return dialect === 'sqlite' || !value.includes('\0')
}

/** As both drivers write it. */
function wellFormed(value: string): string {
  return value.replace(/\p{Surrogate}/gu, '\uFFFD')
}
