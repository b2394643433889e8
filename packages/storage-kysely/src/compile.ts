import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely'
import type { Dialect } from './migrations/sql-types'

/** Table names carry the host's prefix, so the builder cannot know tables by name. */
export type Tables = Record<string, Record<string, unknown>>

/** Builds queries of the dialect and compiles them; it has no connection to run them on. */
export function queryBuilder(dialect: Dialect): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect:
      dialect === 'sqlite'
        ? {
            createAdapter: () => new SqliteAdapter(),
            createDriver: () => new DummyDriver(),
            createIntrospector: (db) => new SqliteIntrospector(db),
            createQueryCompiler: () => new SqliteQueryCompiler(),
          }
        : {
            createAdapter: () => new PostgresAdapter(),
            createDriver: () => new DummyDriver(),
            createIntrospector: (db) => new PostgresIntrospector(db),
            createQueryCompiler: () => new PostgresQueryCompiler(),
          },
  })
}

class Parameter {
  constructor(readonly name: string) {}
}

/** A place in a statement that is compiled once; its value comes with each run. */
export function param<T>(name: string): RawBuilder<T> {
  return sql<T>`${new Parameter(name)}`
}

/**
 * The SQL of a query whose every value is a {@link param}.
 *
 * @param order - The names in the order in which the values are handed over, repeated where the query repeats them.
 * @throws TypeError when the query has its parameters in another order, or a value that is no `param`.
 */
export function compile(query: Compilable, order: readonly string[]): string {
  const { sql: text, parameters } = query.compile()
  const names = parameters.map((parameter) => (parameter instanceof Parameter ? parameter.name : undefined))
  if (names.length !== order.length || names.some((name, index) => name !== order[index])) {
    throw new TypeError(`the statement takes (${names.join(', ')}), not (${order.join(', ')})`)
  }
  return text
}
