import type { DirectoryStorage } from '@indwell/core'
import { migrateToLatest, type TableNames, type TableNaming, tableNames } from '@indwell/storage-kysely'
import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { committer } from './commit/apply-commits'
import { type Connections, connectionsOf } from './connections'
import { eventReader } from './feed/read-events'
import { loader } from './load/load-reads'
import type { PostgresPool } from './postgres-pool'
import { replicaConnections } from './replica/replica-connections'
import { replicaReader } from './replica/replica-reader'
import { searcher } from './search/search-page'
import { parseHosts } from './several-hosts'
import { type OpenedPool, severalHostsPool } from './several-hosts-pool'
import { translateError } from './translate-error'

export type PostgresStorageOptions = (OwnPool | HostPool) &
  TableNaming & {
    /**
     * Keeps statements prepared on each connection, which makes them 1.3 to 1.8 times as fast. `false` for poolers that
     * lend out a connection for one transaction only. Default `true`.
     */
    readonly namedStatements?: boolean
    /** Where calls read that ask for a replica. Absent: where all others do. */
    readonly replicas?: ReplicaOptions
  }

/** Standbys that answer queries. Only `Directory.readFrom('replica', …)` reads from them. */
export type ReplicaOptions = (
  | {
      /** As that of the primary. Of several hosts the first that is there is used. */
      readonly connectionString: string
      /** Connections at most. Default 10. */
      readonly max?: number
    }
  | HostPool
) & {
  /** How long a read waits for a replica to catch up before it turns to the primary, in milliseconds. Default 250. */
  readonly waitMs?: number
}

interface OwnPool {
  /**
   * As `postgres://user:password@host:5432/database`. Several hosts, separated by commas, are a primary and its standbys: of
   * those the one is used that takes writes, also after a failover. With `target_session_attrs=read-write` one host alone,
   * behind which several servers are, is held to the same.
   */
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

// https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT
const commitLevels = ['on', 'off', 'local', 'remote_write', 'remote_apply'] as const

/** How long a call waits for a connection before the database counts as unreachable. */
const connectTimeoutMs = 10_000

/** The same for a replica, beside which there is the primary to ask. */
const replicaConnectTimeoutMs = 1000
const replicaWaitMs = 250

/**
 * A directory's storage on Postgres 14 or newer.
 *
 * @throws TypeError when the prefix or the schema is no plain identifier, `synchronousCommit` no setting of Postgres, a
 * connection string names no hosts that it could use, or `waitMs` is no count of milliseconds.
 */
export function postgresStorage(options: PostgresStorageOptions): DirectoryStorage {
  const names = tableNames(options)
  const own = 'pool' in options ? undefined : openPool(options)
  const pool: PostgresPool = 'pool' in options ? options.pool : own!
  const connections = connectionsOf(pool, options.namedStatements ?? true)
  const replica = openReplicas(options.replicas, options.namedStatements ?? true)
  const load = loader(names)
  const search = searcher(names)
  const readEvents = eventReader(names)
  let closing: Promise<void> | undefined

  return {
    load: (instanceId, reads) => load(instanceId, reads, connections),
    commit: committer(connections, names),
    search: (instanceId, query) => search(instanceId, query, connections),
    readEvents: (instanceId, query) => readEvents(instanceId, query, connections),
    ...replicaReader(
      connections,
      replica && replicaConnections(connections, replica.connections, options.replicas?.waitMs ?? replicaWaitMs),
      { load, search, readEvents },
    ),
    migrate: () => migrate(connections, names),
    close() {
      closing ??= Promise.all([
        connections.close().then(() => own?.end()),
        replica?.connections.close().then(() => replica.own?.end()),
      ]).then(() => undefined)
      return closing
    },
  }
}

function openReplicas(options: ReplicaOptions | undefined, namedStatements: boolean) {
  if (options === undefined) return undefined
  if (options.waitMs !== undefined && !(Number.isFinite(options.waitMs) && options.waitMs >= 0)) {
    throw new TypeError('waitMs is no count of milliseconds')
  }
  if ('pool' in options) return { connections: connectionsOf(options.pool, namedStatements), own: undefined }
  const own = severalHostsPool({ ...parseHosts(options.connectionString), readWrite: false }, replicaConnectTimeoutMs, {
    connectionTimeoutMillis: replicaConnectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: connectTimeoutMs,

    ...(options.max === undefined ? {} : { max: options.max }),
  })
  return { connections: connectionsOf(own, namedStatements), own }
}

function openPool({ connectionString, max, statementTimeoutMs, synchronousCommit }: OwnPool): OpenedPool {
  if (synchronousCommit !== undefined && !commitLevels.includes(synchronousCommit)) {
    throw new TypeError('synchronousCommit is no setting of Postgres')
  }
  const hosts = parseHosts(connectionString)
  const config: pg.PoolConfig = {
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
  }
  if (hosts.readWrite || hosts.connectionStrings.length > 1) return severalHostsPool(hosts, connectTimeoutMs, config)
  const pool = new pg.Pool({ ...config, connectionString })
  // A connection that breaks while idle has left the pool already; without a listener the event would end the process.
  pool.on('error', () => {})
  return pool
}

async function migrate(connections: Connections, names: TableNames): Promise<void> {
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({
      pool: {
        async connect() {
          const { client, end } = await connections.lease()
          return {
            query: (text: string, values: readonly unknown[]) => client.query({ text, values: [...values] }),
            release: () => end(false),
          } as PostgresPoolClient
        },
        end: async () => {},
      },
    }),
  })
  try {
    await migrateToLatest(db, names, 'postgres')
  } catch (error) {
    throw translateError(error, 'write')
  } finally {
    await db.destroy()
  }
}
