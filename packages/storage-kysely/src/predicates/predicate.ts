import { type Expression, type SqlBool, sql } from 'kysely'

/** A condition in SQL that is true or false, never null, so that `not` turns it around. */
export interface Predicate {
  /** The same for predicates that differ in nothing but their values: the key under which a statement is kept. */
  readonly shape: string
  /** In the order in which the built expression takes them. */
  readonly parameters: readonly unknown[]
  build(): Expression<SqlBool>
}

export const always: Predicate = { shape: 'true', parameters: [], build: () => sql<SqlBool>`1 = 1` }

export const never: Predicate = { shape: 'false', parameters: [], build: () => sql<SqlBool>`1 = 0` }
