import type { DirectoryStorage, TransactionJoiner } from '@indwell/core'
import { type Migrations, type TableNaming, type TableSpread, tableNames } from '@indwell/storage-kysely'
import pg from 'pg'
import { committer } from './commit/apply-commits'
import { unreadCommitter } from './commit/commit-unread'
import { connectionsOf, type Patience } from './connections'
import { consumerKeeper } from './consumers/consumer-keeper'
import { allEventsReader } from './feed/read-all-events'
import { eventReader } from './feed/read-events'
import { writeNotifications } from './feed/write-notifications'
import { historyRewriter } from './history/rewrite-events'
import { loader } from './load/load-reads'
import { metadataIndexer } from './metadata-indexes/metadata-indexer'
import { rememberedIndexes } from './metadata-indexes/remembered-indexes'
import { checkMigrations, migrateDatabase, migrateWithin, printMigrations } from './migrate/migrate-database'
import { OwnClient } from './own-client'
import type { PostgresClient, PostgresPool } from './postgres-pool'
import { replicaConnections } from './replica/replica-connections'
import { replicaReader } from './replica/replica-reader'
import { explainSearch } from './search/explain-search'
import { searcher } from './search/search-page'
import { parseHosts } from './several-hosts'
import { type OpenedPool, severalHostsPool } from './several-hosts-pool'
import { ownTransactions, type PostgresConnection } from './transaction/own-transactions'
import { type PostgresTransaction, sendWithin, transactionStorage } from './transaction/postgres-transaction'

export type PostgresStorageOptions = (OwnPool | HostPool) &
  TableNaming &
  TableSpread & {
    /**
     * Keeps statements prepared on each connection, which makes them 1.3 to 1.8 times as fast. Default `true`, behind a
     * pooler `false`: `true` there is for PgBouncer 1.21 or newer with `max_prepared_statements`.
     */
    readonly namedStatements?: boolean
    /**
     * Whether connections lead to a pooler that lends out the server's for one transaction, as PgBouncer does in
     * transaction mode. Connections set nothing when they begin then, so that the server ends statements that run too long
     * only where its role is set to (`alter role … set statement_timeout`). Default `false`.
     */
    readonly behindPooler?: boolean
    /**
     * How long a call waits for a connection, new or from the pool, in milliseconds; it rejects as `unreachable` then, or
     * as `busy` where others hold them. Default 10000.
     */
    readonly connectTimeoutMs?: number
    /**
     * How long a statement may run, in milliseconds; the call rejects as `busy` then. Connections of the storage's own pool
     * have the server end it. Whoever has no answer five seconds later gives up: a read rejects as `unreachable`, of a
     * write the outcome is unknown. Default 30000. `migrate()` has no such limit.
     */
    readonly statementTimeoutMs?: number
    /**
     * Whether to tell other processes that something was written, and to hear it of them, so that who follows changes need
     * not wait to look again: a `NOTIFY` of its own at most every 20 ms, and one connection of the pool while anybody
     * follows. Behind a pooler nothing is heard. Default `false`: who follows looks by itself alone.
     */
    readonly notify?: boolean
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
  /**
   * What an answered write has waited for, as the server's setting of that name says. `on`: its disk, and that of a
   * synchronous standby where there is one. `off`: nothing; when the server goes down the newest writes may be lost, though
   * none is half there. Default: what the server is set to, its own being `on`.
   */
  readonly synchronousCommit?: (typeof commitLevels)[number]
}

type Pooled = { readonly behindPooler?: boolean }

interface HostPool {
  /** A `pg.Pool` of the host. It stays open, and its error events stay the host's business. */
  readonly pool: PostgresPool
}

export interface PostgresStorage
  extends Omit<DirectoryStorage<PostgresTransaction, PostgresConnection>, 'within' | 'transaction'>,
    TransactionJoiner<PostgresTransaction, PostgresConnection> {
  readonly migrations: PostgresMigrations
  /** As `close`: what `await using` does at the end of its block. */
  [Symbol.asyncDispose](): Promise<void>
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

const defaultPatience: Patience = { connectTimeoutMs: 10_000, statementTimeoutMs: 30_000 }

/** How long `close()` waits for connections to end. */
const endTimeoutMs = 5000

/** The same for a replica, beside which there is the primary to ask. */
const replicaConnectTimeoutMs = 1000
const replicaWaitMs = 250

/**
 * A directory's storage on Postgres 14 or newer.
 *
 * @throws TypeError when the prefix or the schema is no plain identifier, the number of partitions none,
 * `synchronousCommit` no setting of Postgres, a connection string names no hosts that it could use, or a timeout or `waitMs`
 * is no count of milliseconds.
 */
export function postgresStorage(options: PostgresStorageOptions): PostgresStorage {
  const names = tableNames(options)
  const { behindPooler = false, namedStatements = !behindPooler, notify = false } = options
  const patience = patienceOf(options)
  const own = 'pool' in options ? undefined : openPool(options, patience)
  const pool: PostgresPool = 'pool' in options ? options.pool : own!
  const connections = connectionsOf(pool, namedStatements, patience)
  const indexes = rememberedIndexes(connections, names)
  const replica = openReplicas(options.replicas, namedStatements, behindPooler, patience)
  const load = loader(names)
  const search = searcher(names)
  const readEvents = eventReader(names)
  const readers = { load, search, readEvents, indexes }
  const notifications = notify ? writeNotifications(connections, names) : undefined
  const told = <Values extends readonly unknown[], Answer extends object>(
    work: (...values: Values) => Answer | Promise<Answer>,
  ): ((...values: Values) => Answer | Promise<Answer>) =>
    notifications === undefined
      ? work
      : async (...values) => {
          const answer = await work(...values)
          notifications.written()
          return answer
        }
  const begin = ownTransactions(connections, names, namedStatements, readers)
  let closing: Promise<void> | undefined
  const migrate = () => migrateDatabase(connections, names, behindPooler)
  const close = () => {
    notifications?.close()
    closing ??= Promise.all([
      connections.close().then(() => own && endWithin(own, endTimeoutMs)),
      replica?.connections.close().then(() => replica.own && endWithin(replica.own, endTimeoutMs)),
    ]).then(() => undefined)
    return closing
  }

  return {
    system: 'postgresql',
    load: (instanceId, reads) => load(instanceId, reads, connections),
    commit: told(committer(connections, names, indexes)),
    commitUnread: told(unreadCommitter(connections, names, indexes)),
    checksUnread: true,
    ...(notifications !== undefined && !behindPooler && { onWritten: notifications.onWritten }),
    search: (instanceId, query) => search(instanceId, query, connections, indexes),
    explainSearch: (instanceId, search) => explainSearch(names, connections, indexes, instanceId, search),
    readEvents: (instanceId, query) => readEvents(instanceId, query, connections),
    ...replicaReader(
      names,
      connections,
      replica &&
        replicaConnections(
          names,
          connections,
          replica.connections,
          options.replicas?.waitMs ?? replicaWaitMs,
          replica.own?.isThere,
        ),
      readers,
    ),
    ...metadataIndexer(connections, names, indexes),
    within: (transaction) =>
      transactionStorage(
        sendWithin(transaction, connections, namedStatements),
        connections,
        names,
        readers,
        notifications?.channel,
      ),
    async transaction(work) {
      const answer = await begin(work)
      notifications?.written()
      return answer
    },
    ...historyRewriter(connections, names),
    ...consumerKeeper(connections, names),
    ...allEventsReader(connections, names),
    migrate,
    migrations: {
      check: () => checkMigrations(connections, names),
      printSql: () => printMigrations(connections, names),
      async up({ client } = {}) {
        connections.requireOpen()
        await (client === undefined ? migrate() : migrateWithin(client, names))
      },
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function patienceOf(options: Partial<Patience>): Patience {
  const {
    connectTimeoutMs = defaultPatience.connectTimeoutMs,
    statementTimeoutMs = defaultPatience.statementTimeoutMs,
  } = options
  for (const ms of [connectTimeoutMs, statementTimeoutMs]) {
    if (!Number.isInteger(ms) || ms < 1 || ms > maxTimeoutMs)
      throw new TypeError('a timeout is no count of milliseconds')
  }
  return { connectTimeoutMs, statementTimeoutMs }
}

/** Timers take 31 bits; the server is granted some seconds more. */
const maxTimeoutMs = 2 ** 31 - 10_000

function openReplicas(
  options: ReplicaOptions | undefined,
  namedStatements: boolean,
  behindPooler: boolean,
  { statementTimeoutMs }: Patience,
) {
  if (options === undefined) return undefined
  if (options.waitMs !== undefined && !(Number.isFinite(options.waitMs) && options.waitMs >= 0)) {
    throw new TypeError('waitMs is no count of milliseconds')
  }
  const patience: Patience = { connectTimeoutMs: replicaConnectTimeoutMs, statementTimeoutMs }
  if ('pool' in options) {
    return { connections: connectionsOf(options.pool, namedStatements, patience), own: undefined }
  }
  const hosts = { ...parseHosts(options.connectionString), readWrite: false }
  const own = severalHostsPool(hosts, replicaConnectTimeoutMs, {
    connectionTimeoutMillis: replicaConnectTimeoutMs + 100,
    keepAlive: true,
    keepAliveInitialDelayMillis: defaultPatience.connectTimeoutMs,
    ...(options.max === undefined ? {} : { max: options.max }),
    ...(behindPooler ? {} : { statement_timeout: statementTimeoutMs, ...settingAtFirst(keepalives, patience) }),
  })
  return { connections: connectionsOf(own, namedStatements, patience), own }
}

/** So that the server soon looks whether anybody is still there: who gave a silent connection up could not tell it. */
const keepalives = ['set tcp_keepalives_idle = 30', 'set tcp_keepalives_interval = 10', 'set tcp_keepalives_count = 3']

/** Once for each connection. Not as its `options`: those of the connection string would take their place. */
function settingAtFirst(statements: readonly string[], { connectTimeoutMs }: Patience): Pick<pg.PoolConfig, 'verify'> {
  if (statements.length === 0) return {}
  // Of one that falls silent now the pool would wait forever.
  const query = { text: statements.join('; '), query_timeout: connectTimeoutMs }
  return { verify: (client, done) => client.query(query, done) }
}

function openPool(
  { connectionString, max, behindPooler, synchronousCommit }: OwnPool & Pooled,
  patience: Patience,
): OpenedPool {
  if (synchronousCommit !== undefined && !commitLevels.includes(synchronousCommit)) {
    throw new TypeError('synchronousCommit is no setting of Postgres')
  }
  const hosts = parseHosts(connectionString)
  const config: pg.PoolConfig = {
    // Somewhat longer than ours: theirs ends what nobody waits for any more.
    connectionTimeoutMillis: patience.connectTimeoutMs + 100,
    // A server whose machine is gone says no word more: without this a call that waits for one waits forever.
    keepAlive: true,
    keepAliveInitialDelayMillis: patience.connectTimeoutMs,
    ...(max === undefined ? {} : { max }),
    ...(behindPooler ? {} : { statement_timeout: patience.statementTimeoutMs }),
    ...settingAtFirst(
      [
        ...(behindPooler ? [] : keepalives),
        ...(synchronousCommit === undefined ? [] : [`set synchronous_commit = ${synchronousCommit}`]),
      ],
      patience,
    ),
  }
  if (hosts.readWrite || hosts.connectionStrings.length > 1)
    return severalHostsPool(hosts, patience.connectTimeoutMs, config)
  const pool = new pg.Pool({ ...config, connectionString, Client: OwnClient })
  // A connection that breaks while idle has left the pool already; without a listener the event would end the process.
  pool.on('error', () => {})
  return pool
}

/** A connection whose other end is silent never ends by itself; it goes with the process. */
async function endWithin(pool: OpenedPool, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([pool.end(), late])
  clearTimeout(timer)
}
