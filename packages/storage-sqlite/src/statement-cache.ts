import type { SqliteDatabase, SqliteStatement } from './sqlite-database'

/** What a statement answers: nothing, rows as arrays, or the first column of each. */
export type StatementKind = 'run' | 'rows' | 'values'

export interface StatementCache {
  /**
   * A statement of the fixed repertoire: compiled and prepared when first asked for, since a test opens many directories
   * and uses little of each, and kept for whoever has the same SQL.
   */
  keep(kind: StatementKind, compile: () => string): () => SqliteStatement
  /** One of the open-ended many of searches, under a key of its own: those longest unused give way. */
  find(key: string, compile: () => string): SqliteStatement
}

/** @param limit - How many statements of searches are held. */
export function statementCache(database: SqliteDatabase, limit = 256): StatementCache {
  const kept = new Map<string, SqliteStatement>()
  const found = new Map<string, SqliteStatement>()
  const prepare = (kind: StatementKind, sql: string) => {
    // A host may have made BigInt its default; sequences are read as text, and nothing else is that large.
    const statement = database.prepare(sql)
    if (kind === 'run') return statement
    statement.safeIntegers(false)
    return kind === 'rows' ? statement.raw(true) : statement.pluck(true)
  }
  return {
    keep(kind, compile) {
      let statement: SqliteStatement | undefined
      return () => {
        if (statement === undefined) {
          const sql = compile()
          statement = kept.get(sql) ?? prepare(kind, sql)
          kept.set(sql, statement)
        }
        return statement
      }
    },
    find(key, compile) {
      let statement = found.get(key)
      if (statement === undefined) {
        statement = prepare('rows', compile())
        if (found.size >= limit) found.delete(found.keys().next().value!)
      } else {
        found.delete(key)
      }
      found.set(key, statement)
      return statement
    },
  }
}
