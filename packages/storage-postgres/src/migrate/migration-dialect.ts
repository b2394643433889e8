import { type Kysely, PostgresAdapter, PostgresDialect, type PostgresPoolClient, sql } from 'kysely'
import type { PostgresClient } from '../postgres-pool'

/** Connections of the migrator: leased for each use, or the one that the host is in a transaction on. */
export interface MigrationClients {
  lease(): Promise<{ readonly client: Pick<PostgresClient, 'query'>; release(): void }>
  readonly joined: boolean
}

/** Kysely's Postgres dialect, with a lock that a host's transaction keeps until its own end. */
export class MigrationDialect extends PostgresDialect {
  readonly #joined: boolean

  constructor({ lease, joined }: MigrationClients) {
    super({
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
    })
    this.#joined = joined
  }

  override createAdapter(): PostgresAdapter {
    return this.#joined ? new JoinedAdapter() : new MigrationAdapter()
  }
}

/** Of all storages of a database, whatever their names. Transactions and sessions that take it exclude each other. */
const lock = sql.lit('6118374590273650193')

class MigrationAdapter extends PostgresAdapter {
  override async acquireMigrationLock(db: Kysely<unknown>): Promise<void> {
    await sql`select pg_advisory_lock(${lock})`.execute(db)
  }

  override async releaseMigrationLock(db: Kysely<unknown>): Promise<void> {
    await sql`select pg_advisory_unlock(${lock})`.execute(db)
  }
}

class JoinedAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}

/** Waits for whoever migrates; held until the transaction of `db` ends. */
export async function lockInTransaction(db: Kysely<unknown>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lock})`.execute(db)
}
