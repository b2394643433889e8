import { type Kysely, type Migration, Migrator } from 'kysely'
import { createDirectoryTables } from './migrations/0001-directory'
import type { Dialect } from './migrations/sql-types'
import type { TableNames } from './table-names'

/** The steps that bring a database from empty to what this version needs, in order. Names never change. */
export function migrations(names: TableNames, dialect: Dialect): Record<string, Migration> {
  return {
    '0001-directory': { up: (db) => createDirectoryTables(db, names, dialect) },
  }
}

/**
 * Applies what is missing, under the migration lock of the dialect that `db` was made with.
 *
 * @throws what the failing step threw; steps before it stay applied.
 */
export async function migrateToLatest(db: Kysely<unknown>, names: TableNames, dialect: Dialect): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations(names, dialect) },
    migrationTableName: names.migration,
    migrationLockTableName: names.migrationLock,
    ...(names.schema === undefined ? {} : { migrationTableSchema: names.schema }),
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}
