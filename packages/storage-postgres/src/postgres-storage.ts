import type { DirectoryStorage } from '@indwell/core'
import { migrateToLatest, type TableNames, type TableNaming, tableNames } from '@indwell/storage-kysely'
import { Kysely, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { committer } from './commit/apply-commits'
import { type Connections, connectionsOf, type Patience } from './connections'
import { eventReader } from './feed/read-events'
import { loader } from './load/load-reads'
import { MigrationDialect } from './migration-dialect'
import type { PostgresPool } from './postgres-pool'
import { searcher } from './search/search-page'
import { translateError } from './translate-error'

export type PostgresStorageOptions = (OwnPool | HostPool) &
  TableNaming & {
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
  }

interface OwnPool {
  /** As `postgres://user:password@host:5432/database`. */
  readonly connectionString: string
  /** Connections at most. Default 10. */
  readonly max?: number
}

type Pooled = { readonly behindPooler?: boolean }

interface HostPool {
  /** A `pg.Pool` of the host. It stays open, and its error events stay the host's business. */
  readonly pool: PostgresPool
}

const defaultPatience: Patience = { connectTimeoutMs: 10_000, statementTimeoutMs: 30_000 }

/** How long `close()` waits for connections to end. */
const endTimeoutMs = 5000

/**
 * A directory's storage on Postgres 14 or newer.
 *
 * @throws TypeError when the prefix or the schema is no plain identifier, or a timeout no count of milliseconds.
 */
export function postgresStorage(options: PostgresStorageOptions): DirectoryStorage {
  const names = tableNames(options)
  const { behindPooler = false, namedStatements = !behindPooler } = options
  const patience = patienceOf(options)
  const own = 'pool' in options ? undefined : openPool(options, patience)
  const pool: PostgresPool = 'pool' in options ? options.pool : own!
  const connections = connectionsOf(pool, namedStatements, patience)
  let closing: Promise<void> | undefined

  return {
    load: loader(connections, names),
    commit: committer(connections, names),
    search: searcher(connections, names),
    readEvents: eventReader(connections, names),
    migrate: () => migrate(connections, names, behindPooler),
    close() {
      closing ??= connections.close().then(() => own && endWithin(own, endTimeoutMs))
      return closing
    },
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

function openPool({ connectionString, max, behindPooler }: OwnPool & Pooled, patience: Patience): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    // Somewhat longer than ours: theirs ends what nobody waits for any more.
    connectionTimeoutMillis: patience.connectTimeoutMs + 100,
    keepAlive: true,
    ...(max === undefined ? {} : { max }),
    ...(behindPooler ? {} : { statement_timeout: patience.statementTimeoutMs }),
  })
  // A connection that breaks while idle has left the pool already; without a listener the event would end the process.
  pool.on('error', () => {})
  return pool
}

/** A connection whose other end is silent never ends by itself; it goes with the process. */
async function endWithin(pool: pg.Pool, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([pool.end(), late])
  clearTimeout(timer)
}

async function migrate(connections: Connections, names: TableNames, behindPooler: boolean): Promise<void> {
  const db = new Kysely<unknown>({
    dialect: new MigrationDialect({
      pool: {
        async connect() {
          const { client, end } = await connections.lease()
          // Waiting for others that migrate, or for an index of a large table, takes as long as it takes.
          if (!behindPooler) await client.query({ text: 'set statement_timeout = 0', values: [] })
          return {
            query: (text: string, values: readonly unknown[]) => client.query({ text, values: [...values] }),
            release: () => end(true),
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
