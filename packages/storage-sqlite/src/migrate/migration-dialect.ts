import { CompiledQuery, type DatabaseConnection, SqliteAdapter, SqliteDialect, SqliteDriver } from 'kysely'
import type { SqliteDatabase } from '../sqlite-database'

/**
 * Kysely's SQLite dialect, with migrations that are safe between processes.
 *
 * Kysely's own adapter takes no migration lock and runs steps outside a transaction. SQLite's schema changes are
 * transactional, so all steps run in one, and `begin immediate` makes the write lock the migration lock.
 */
export class MigrationDialect extends SqliteDialect {
  readonly #database: SqliteDatabase

  constructor(database: SqliteDatabase) {
    super({ database: unclosable(database) })
    this.#database = database
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter()
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver({ database: unclosable(this.#database) })
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

// Kysely's driver closes what it was given when it is destroyed.
function unclosable(database: SqliteDatabase) {
  return { close: () => {}, prepare: (sql: string) => database.prepare(sql) }
}
