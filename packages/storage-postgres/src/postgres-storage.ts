import type { DirectoryStorage } from '@indwell/core'
import { type Migrations, type TableNaming, type TableSpread, tableNames } from '@indwell/storage-kysely'
import pg from 'pg'
import { committer } from './commit/apply-commits'
import { unreadCommitter } from './commit/commit-unread'
import { connectionsOf } from './connections'
import { eventReader } from './feed/read-events'
import { loader } from './load/load-reads'
import { metadataIndexer } from './metadata-indexes/metadata-indexer'
import { rememberedIndexes } from './metadata-indexes/remembered-indexes'
import { checkMigrations, migrateDatabase, migrateWithin, printMigrations } from './migrate/migrate-database'
import type { PostgresClient, PostgresPool } from './postgres-pool'
import { searcher } from './search/search-page'

export type PostgresStorageOptions = (OwnPool | HostPool) &
  TableNaming &
  TableSpread & {
    /**
     * Keeps statements prepared on each connection, which makes them 1.3 to 1.8 times as fast. `false` for poolers that
     * lend out a connection for one transaction only. Default `true`.
     */
    readonly namedStatements?: boolean
  }

interface OwnPool {
  /** As `postgres://user:password@host:5432/database`. */
  readonly connectionString: string
  /** Connections at most. Default 10. */
  readonly max?: number
  /** Ends a statement that runs longer, in milliseconds; the call rejects as `busy`. Default: what the server is set to. */
  readonly statementTimeoutMs?: number
  /**
   * What an answered write has waited for, as the server's setting of that name says. `on`: its disk, and that of a
   * synchronous standby where there is one. `off`: nothing; when the server goes down the newest writes may be lost, though
   * none is half there. Default: what the server is set to, its own being `on`.
   */
  readonly synchronousCommit?: (typeof commitLevels)[number]
}

interface HostPool {
  /** A `pg.Pool` of the host. It stays open, and its error events and timeouts stay the host's business. */
  readonly pool: PostgresPool
}

export interface PostgresStorage extends DirectoryStorage {
  readonly migrations: PostgresMigrations
}

export interface PostgresMigrations extends Migrations {
  /**
   * Does what there is to do: `migrate` by another name, and on `client` within the transaction that the host began there,
   * which decides whether anything of it stays. Whoever else migrates the database waits for its end.
   *
   * @throws StorageUnavailableError `incompatible` when a newer version of the library was here before, or the tables are
   *   cut up otherwise than `partitions` says.
   */
  up(options?: { readonly client?: Pick<PostgresClient, 'query'> }): Promise<void>
}

// https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT
const commitLevels = ['on', 'off', 'local', 'remote_write', 'remote_apply'] as const

/** How long a call waits for a connection before the database counts as unreachable. */
const connectTimeoutMs = 10_000

/**
 * A directory's storage on Postgres 14 or newer.
 *
 * @throws TypeError when the prefix or the schema is no plain identifier, the number of partitions none, or
 * `synchronousCommit` no setting of Postgres.
 */
export function postgresStorage(options: PostgresStorageOptions): PostgresStorage {
  const names = tableNames(options)
  const own = 'pool' in options ? undefined : openPool(options)
  const pool: PostgresPool = 'pool' in options ? options.pool : own!
  const connections = connectionsOf(pool, options.namedStatements ?? true)
  const indexes = rememberedIndexes(connections, names)
  let closing: Promise<void> | undefined
  const migrate = () => migrateDatabase(connections, names)

  return {
    load: loader(connections, names),
    commit: committer(connections, names, indexes),
    commitUnread: unreadCommitter(connections, names, indexes),
    search: searcher(connections, names, indexes),
    readEvents: eventReader(connections, names),
    ...metadataIndexer(connections, names, indexes),
    migrate,
    migrations: {
      check: () => checkMigrations(connections, names),
      printSql: () => printMigrations(connections, names),
      async up({ client } = {}) {
        connections.requireOpen()
        await (client === undefined ? migrate() : migrateWithin(client, names))
      },
    },
    close() {
      closing ??= connections.close().then(() => own?.end())
      return closing
    },
  }
}

function openPool({ connectionString, max, statementTimeoutMs, synchronousCommit }: OwnPool): pg.Pool {
  if (synchronousCommit !== undefined && !commitLevels.includes(synchronousCommit)) {
    throw new TypeError('synchronousCommit is no setting of Postgres')
  }
  const pool = new pg.Pool({
    connectionString,
    connectionTimeoutMillis: connectTimeoutMs,
    // A server whose machine is gone says no word more: without this a call that waits for one waits forever.
    keepAlive: true,
    keepAliveInitialDelayMillis: connectTimeoutMs,
    ...(max === undefined ? {} : { max }),
    ...(statementTimeoutMs === undefined ? {} : { statement_timeout: statementTimeoutMs }),
    // Once for each connection. Not as its `options`: those of the connection string would take their place.
    ...(synchronousCommit === undefined
      ? {}
      : { verify: (client, done) => client.query(`set synchronous_commit = ${synchronousCommit}`, done) }),
  })
  // A connection that breaks while idle has left the pool already; without a listener the event would end the process.
  pool.on('error', () => {})
  return pool
}
