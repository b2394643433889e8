import { migrationStatements, type TableNames } from '@indwell/storage-kysely'
import type { SqliteDatabase } from '../sqlite-database'

const most = 8

/** By prefix; nothing yet where the process has seen the prefix once. */
const known = new Map<string, readonly string[] | undefined>()

/**
 * What the migrations run on an empty database. Only from the second time on: a test suite opens one directory after the
 * other, anything else migrates once, and then the migrations may as well do it themselves.
 */
export async function statementsForEmpty(names: TableNames): Promise<readonly string[] | undefined> {
  const { prefix } = names
  if (!known.has(prefix)) {
    if (known.size >= most) known.delete(known.keys().next().value!)
    known.set(prefix, undefined)
    return undefined
  }
  const statements = known.get(prefix) ?? (await migrationStatements({ applied: [] }, names, 'sqlite'))
  known.set(prefix, statements)
  return statements
}

/** Runs them in one transaction. False: the database is not empty, and nothing was done. */
export function migrateEmpty(database: SqliteDatabase, names: TableNames, statements: readonly string[]): boolean {
  const isEmpty = () => database.prepare('select 1 from sqlite_master limit 1').get() === undefined
  if (!isEmpty()) return false
  database.prepare('begin immediate').run()
  try {
    // Another process may have come first.
    const stillEmpty = isEmpty()
    if (stillEmpty) {
      for (const statement of statements) database.prepare(statement).run()
      database.prepare(`update "${names.migration}" set timestamp = ?`).run(new Date().toISOString())
    }
    database.prepare('commit').run()
    return stillEmpty
  } catch (error) {
    // SQLite has ended the transaction itself after some failures, a full disk among them.
    if (database.inTransaction) database.prepare('rollback').run()
    throw error
  }
}
