import { StorageUnavailableError } from '@indwell/core'
import { type Kysely, type Migration, Migrator, sql } from 'kysely'
import { createDirectoryTables } from './migrations/0001-directory'
import type { Dialect } from './migrations/sql-types'
import type { TableNames } from './table-names'

/** Which steps a database has behind it. All lists are in the order in which steps are taken. */
export interface MigrationState {
  readonly applied: readonly string[]
  /** What this version of the library still has to do. */
  readonly pending: readonly string[]
  /** Done by a newer version, and unknown to this one. */
  readonly unknown: readonly string[]
}

/** How the tables of a storage come to be what this version of the library needs. */
export interface Migrations {
  /** What there is to do; changes nothing. */
  check(): Promise<MigrationState>
  /**
   * The SQL of what there is to do, as one transaction, for whoever runs it by hand; changes nothing. Empty where there is
   * nothing to do.
   */
  printSql(): Promise<string>
}

/** The steps that bring a database from empty to what this version needs, in order. Names never change. */
export function migrations(names: TableNames, dialect: Dialect): Record<string, Migration> {
  return {
    '0001-directory': { up: (db) => createDirectoryTables(db, names, dialect) },
  }
}

/** Reads nothing but the list of what was applied, which need not be there. */
export async function migrationState(
  db: Kysely<unknown>,
  names: TableNames,
  dialect: Dialect,
): Promise<MigrationState> {
  const known = Object.keys(migrations(names, dialect)).sort()
  const table = sql.id(...(names.schema === undefined ? [] : [names.schema]), names.migration)
  const text = [names.schema, names.migration].flatMap((name) => (name === undefined ? [] : `"${name}"`)).join('.')
  const { rows: found } =
    dialect === 'sqlite'
      ? await sql`select 1 from sqlite_master where type = 'table' and name = ${names.migration}`.execute(db)
      : await sql`select 1 where to_regclass(${text}) is not null`.execute(db)
  const { rows } =
    found.length === 0 ? { rows: [] } : await sql<{ name: string }>`select name from ${table}`.execute(db)
  const done = rows.map(({ name }) => name).sort()
  return {
    applied: known.filter((name) => done.includes(name)),
    pending: known.filter((name) => !done.includes(name)),
    unknown: done.filter((name) => !known.includes(name)),
  }
}

/**
 * Applies what is missing, under the migration lock of the dialect that `db` was made with.
 *
 * @param options.joined - `db` is in a transaction already, which whoever began it ends.
 * @throws StorageUnavailableError `incompatible` when a newer version of the library was here before.
 * @throws what the failing step threw; all steps are undone then.
 */
export async function migrateToLatest(
  db: Kysely<unknown>,
  names: TableNames,
  dialect: Dialect,
  options: { readonly joined?: boolean } = {},
): Promise<void> {
  const state = await migrationState(db, names, dialect)
  requireKnown(state)
  if (state.pending.length === 0) return
  const { error } = await migratorOf(db, names, dialect, options.joined ?? false).migrateToLatest()
  if (error === undefined) return
  // Another process, of a newer version, may have come first.
  if (!options.joined) requireKnown(await migrationState(db, names, dialect))
  throw error
}

export function migratorOf(db: Kysely<unknown>, names: TableNames, dialect: Dialect, joined: boolean): Migrator {
  return new Migrator({
    db,
    provider: { getMigrations: async () => migrations(names, dialect) },
    migrationTableName: names.migration,
    migrationLockTableName: names.migrationLock,
    disableTransactions: joined,
    ...(names.schema === undefined ? {} : { migrationTableSchema: names.schema }),
  })
}

function requireKnown({ unknown }: MigrationState): void {
  if (unknown.length === 0) return
  const detail = `a newer version migrated the database, this one does not know ${unknown.join(', ')}`
  throw new StorageUnavailableError('incompatible', { detail })
}
