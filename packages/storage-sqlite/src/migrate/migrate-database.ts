import { StorageUnavailableError } from '@indwell/core'
import {
  type MigrationState,
  migrateToLatest,
  migrationSql,
  migrationState,
  type TableNames,
} from '@indwell/storage-kysely'
import { Kysely } from 'kysely'
import type { SqliteDatabase } from '../sqlite-database'
import { isBusy } from '../translate-error'
import { migrateEmpty, statementsForEmpty } from './migrate-empty'
import { MigrationDialect } from './migration-dialect'

const patienceMs = 30_000
const pauseMs = 20

/** By database, because storages of several prefixes may share one connection, which has one transaction at a time. */
const underWay = new WeakMap<SqliteDatabase, Promise<void>>()

/**
 * Applies the migrations that are missing in one transaction. Waits up to 30 seconds for other processes.
 *
 * @throws StorageUnavailableError `busy` when the host has a transaction open on the connection.
 */
export function migrateDatabase(database: SqliteDatabase, names: TableNames): Promise<void> {
  const before = underWay.get(database) ?? Promise.resolve()
  const migrated = before.catch(() => {}).then(() => migrateAlone(database, names))
  underWay.set(database, migrated)
  return migrated
}

export async function checkMigrations(database: SqliteDatabase, names: TableNames): Promise<MigrationState> {
  return migrationState(new Kysely<unknown>({ dialect: new MigrationDialect(database) }), names, 'sqlite')
}

export async function printMigrations(database: SqliteDatabase, names: TableNames): Promise<string> {
  return migrationSql(await checkMigrations(database, names), names, 'sqlite')
}

async function migrateAlone(database: SqliteDatabase, names: TableNames): Promise<void> {
  const statements = await statementsForEmpty(names)
  const deadline = Date.now() + patienceMs
  for (;;) {
    if (database.inTransaction) throw new StorageUnavailableError('busy')
    const busyTimeout = database.pragma('busy_timeout', { simple: true })
    try {
      // Waiting inside SQLite would stop the event loop, and with it a migration of this process that holds the lock.
      database.pragma('busy_timeout = 0')
      if (statements !== undefined && migrateEmpty(database, names, statements)) return
      const db = new Kysely<unknown>({ dialect: new MigrationDialect(database) })
      await migrateToLatest(db, names, 'sqlite')
      return
    } catch (error) {
      if (!isBusy(error) || Date.now() >= deadline) throw error
    } finally {
      if (database.open) database.pragma(`busy_timeout = ${Number(busyTimeout)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + Math.random())))
  }
}
