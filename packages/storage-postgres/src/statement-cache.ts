import { createHash } from 'node:crypto'
import { queryBuilder, type TableNames } from '@indwell/storage-kysely'
import { type RawBuilder, sql } from 'kysely'
import { encodeParameter } from './encode-parameter'
import type { PostgresValue } from './postgres-pool'

export interface Statement {
  /** Of the text, so that storages sharing a pool never give one name to two texts. */
  readonly name: string | undefined
  readonly text: string
  /** Names of the values, each once, in the order of the placeholders; none where they are given in that order. */
  readonly order: readonly string[]
}

/** Values of a statement by the name of their {@link slot}. */
export type StatementValues = Readonly<Record<string, unknown>>

/** By name, or in the order of the placeholders. */
export type GivenValues = StatementValues | readonly unknown[]

export function encodedValues({ order }: Statement, values: GivenValues): PostgresValue[] {
  if (isList(values)) return values.map(encodeParameter)
  return order.map((place) => encodeParameter(values[place]))
}

const isList: (values: GivenValues) => values is readonly unknown[] = Array.isArray

class Slot {
  constructor(readonly name: string) {}
}

/** A place in a statement that is compiled once; its value comes with each run. */
export function slot(name: string): RawBuilder<unknown> {
  return sql`${new Slot(name)}`
}

const builder = queryBuilder('postgres')

/** @throws TypeError when the query has a value that is no {@link slot}. */
export function compileStatement(query: RawBuilder<unknown>): Statement {
  const { sql: text, parameters } = query.compile(builder)
  const order: string[] = []
  // What is used in many places is sent once.
  const placeholders = parameters.map((parameter) => {
    if (!(parameter instanceof Slot)) throw new TypeError('a compiled statement takes its values by slots only')
    const known = order.indexOf(parameter.name)
    return known < 0 ? order.push(parameter.name) : known + 1
  })
  const short = text.replace(/\$(\d+)/g, (_, number: string) => `$${placeholders[Number(number) - 1]}`)
  return { name: statementName(short), text: short, order }
}

export function statementName(text: string): string {
  return `indwell_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`
}

/** Compiles the statement of a shape when the shape first occurs. */
export const statementCache = <Shape>(keyOf: (shape: Shape) => string, build: (shape: Shape) => RawBuilder<unknown>) =>
  oncePerShape(keyOf, (shape) => compileStatement(build(shape)))

/** How the value of a slot is taken from what a statement runs for. */
export type Taker<Source> = (source: Source) => unknown

/** A statement that knows where its values come from, so that no run looks for them by name. */
export interface StatementBinder<Source> {
  readonly statement: Statement
  /** In the order of the statement. */
  readonly valuesOf: (source: Source) => readonly unknown[]
}

/** As {@link statementCache}. */
export const binderCache = <Shape, Source>(
  keyOf: (shape: Shape) => string,
  build: (shape: Shape) => RawBuilder<unknown>,
  takerOf: (slot: string, shape: Shape) => Taker<Source>,
) =>
  oncePerShape(keyOf, (shape): StatementBinder<Source> => {
    const statement = compileStatement(build(shape))
    const takers = statement.order.map((name) => takerOf(name, shape))
    return { statement, valuesOf: (source) => takers.map((take) => take(source)) }
  })

function oncePerShape<Shape, Compiled>(keyOf: (shape: Shape) => string, compile: (shape: Shape) => Compiled) {
  const compiled = new Map<string, Compiled>()
  return (shape: Shape): Compiled => {
    const key = keyOf(shape)
    let known = compiled.get(key)
    if (known === undefined) {
      known = compile(shape)
      compiled.set(key, known)
    }
    return known
  }
}

/** Shapes that are kept compiled where callers choose them. */
const keptShapes = 200

/** For shapes without end, which callers choose: those longest unused are compiled again. */
export function recentShapes<Compiled>(): (shape: string, compile: () => Compiled) => Compiled {
  const kept = new Map<string, Compiled>()
  return (shape, compile) => {
    const compiled = kept.get(shape) ?? compile()
    kept.delete(shape)
    if (kept.size >= keptShapes) kept.delete(kept.keys().next().value!)
    kept.set(shape, compiled)
    return compiled
  }
}

export function tableReference(names: TableNames, table: string): RawBuilder<unknown> {
  return names.schema === undefined ? sql.id(table) : sql.id(names.schema, table)
}
