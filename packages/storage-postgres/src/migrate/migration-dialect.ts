import {
  CompiledQuery,
  type DatabaseConnection,
  type Kysely,
  PostgresAdapter,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  type PostgresPoolClient,
  type TransactionSettings,
} from 'kysely'
import type { PostgresClient } from '../postgres-pool'

/** Connections of the migrator: leased for each use, or the one that the host is in a transaction on. */
export interface MigrationClients {
  lease(): Promise<{ readonly client: Pick<PostgresClient, 'query'>; release(): void }>
  readonly joined: boolean
}

/**
 * Kysely's Postgres dialect, with a migration lock that belongs to the transaction: that of the migrator, or the host's.
 *
 * Kysely's own belongs to the session. Behind a pooler that lends out the server's connections for one transaction, it
 * would be taken on one of them and given back on another.
 */
export class MigrationDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig
  readonly #joined: boolean

  constructor({ lease, joined }: MigrationClients) {
    const config: PostgresDialectConfig = {
      pool: {
        async connect() {
          const { client, release } = await lease()
          return {
            query: (text: string, values: readonly unknown[]) => client.query({ text, values: [...values] }),
            release,
          } as PostgresPoolClient
        },
        end: async () => {},
      },
    }
    super(config)
    this.#config = config
    this.#joined = joined
  }

  override createAdapter(): PostgresAdapter {
    return new UnlockedAdapter()
  }

  override createDriver(): PostgresDriver {
    return this.#joined ? new PostgresDriver(this.#config) : new LockingDriver(this.#config)
  }
}

/** Of all storages of a database, whatever their names. */
const takeLock = "select pg_advisory_xact_lock('6118374590273650193')"

class UnlockedAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}

class LockingDriver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    await super.beginTransaction(connection, settings)
    await connection.executeQuery(CompiledQuery.raw(takeLock))
  }
}

/** Waits for whoever migrates; held until the transaction of `db` ends. */
export async function lockInTransaction(db: Kysely<unknown>): Promise<void> {
  await db.executeQuery(CompiledQuery.raw(takeLock))
}
