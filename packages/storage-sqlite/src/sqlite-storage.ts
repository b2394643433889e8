import {
  type DirectoryStorage,
  isDirectoryError,
  type Page,
  type Search,
  type SearchResult,
  StorageUnavailableError,
  type TransactionJoiner,
} from '@indwell/core'
import {
  type EntryQuestion,
  entryMatches,
  foldCase,
  foldFunction,
  type Migrations,
  metadataFunction,
  queryBuilder,
  tableNames,
} from '@indwell/storage-kysely'
import { type BackupOptions, backupDatabase } from './backup/backup-database'
import { aloneWhereReferenced } from './commit/alone-where-referenced'
import { applyCommits } from './commit/apply-commits'
import { applyUnread } from './commit/apply-unread'
import { logSync } from './commit/log-sync'
import type { Connection } from './connection'
import { consumerKeeper } from './consumers/consumer-keeper'
import { readAllEvents } from './feed/read-all-events'
import { readEvents, requirePosition } from './feed/read-events'
import { filePresence } from './file-presence'
import { rewriteEvents } from './history/rewrite-events'
import { fileState } from './load/file-state'
import { loadPrincipal } from './load/load-principal'
import { loadReads } from './load/load-reads'
import { recalledPrincipals } from './load/recalled-principals'
import { metadataIndexer } from './metadata-indexes/metadata-indexer'
import { checkMigrations, migrateDatabase, printMigrations } from './migrate/migrate-database'
import { callOnDemand, onDemand } from './on-demand'
import { databaseInMemory, openDatabase, type SqlitePragmas } from './open-database'
import { explainSearch } from './search/explain-search'
import { searchPage } from './search/search-page'
import type { SqliteDatabase } from './sqlite-database'
import { statementCache } from './statement-cache'
import type { SqliteTransaction } from './transaction/sqlite-transaction'
import { sqliteTransactions } from './transaction/sqlite-transactions'
import { translateError } from './translate-error'

export type SqliteStorageOptions = {
  /** Before every table, index and migration table. Default `indwell_`. */
  readonly prefix?: string
} & (
  | {
      /** A path, or `:memory:`. */
      readonly filename: string
      readonly pragmas?: SqlitePragmas
    }
  | {
      /** The bytes of a database file, as of a fixture: a database in memory begins with them. They stay as they are. */
      readonly content: Uint8Array
      readonly pragmas?: SqlitePragmas
    }
  | {
      /**
       * An opened better-sqlite3 database: the host configures and closes it. A transaction it has open takes along all
       * that is called while it is, unless `within` joined it: then calls outside of that wait for its end.
       */
      readonly database: SqliteDatabase
    }
)

export interface SqliteStorage
  extends Omit<DirectoryStorage<SqliteTransaction, SqliteDatabase>, 'within' | 'transaction'>,
    TransactionJoiner<SqliteTransaction, SqliteDatabase> {
  readonly migrations: SqliteMigrations
  /**
   * Copies the whole database into a new file, as it is at one moment, while this and other processes go on writing. The
   * file appears under its name once it is whole; it is a database to be opened as any other.
   *
   * Until the copy is done the write-ahead log keeps what is written, and grows.
   *
   * @throws InvalidInputError when there is a file of that path, or no directory for it.
   * @throws StorageUnavailableError `full` when the disk is.
   */
  backupTo(path: string, options?: BackupOptions): Promise<void>
  /** As `close`: what `await using` does at the end of its block. */
  [Symbol.asyncDispose](): Promise<void>
}

export interface SqliteMigrations extends Migrations {
  /**
   * Does what there is to do: `migrate` by another name.
   *
   * @throws StorageUnavailableError `incompatible` when a newer version of the library was here before.
   */
  up(): Promise<void>
}

/**
 * A directory's storage in one SQLite file.
 *
 * Every call does its work before it returns its promise, save where a transaction of several turns has the connection:
 * then it waits for its end, as long as the busy timeout says, and rejects as `busy` behind that. `migrate` does not wait.
 * Three functions are registered on the connection: `indwell_fold`, which folds case beyond ASCII, `indwell_metadata`,
 * which looks into metadata, and `indwell_connection`, which tells connections apart.
 *
 * @throws StorageUnavailableError when the file cannot be opened.
 * @throws TypeError when the prefix is no plain identifier, or a pragma no count.
 */
export function sqliteStorage(options: SqliteStorageOptions): SqliteStorage {
  const names = tableNames(options.prefix === undefined ? {} : { prefix: options.prefix })
  const ours = !('database' in options)
  const database = ours ? openDatabase(sourceOf(options), options.pragmas ?? {}) : options.database
  const requirePresence = 'filename' in options ? filePresence(options.filename) : () => {}
  database.function(foldFunction, { deterministic: true }, (value) =>
    typeof value === 'string' ? foldCase(value) : value,
  )
  const questionOf = lastOf((asked: string) => JSON.parse(asked) as EntryQuestion)
  database.function(metadataFunction, { deterministic: true }, (json, asked) =>
    typeof json === 'string' && entryMatches(json, questionOf(String(asked))) ? 1 : 0,
  )

  const connection: Connection = {
    database,
    names,
    statements: statementCache(database),
    builder: queryBuilder('sqlite'),
  }
  // On one of the host's, what is read may be rolled back.
  const file = ours ? fileState(connection) : undefined
  const readPrincipal = callOnDemand(() => loadPrincipal(connection))
  const principal = file === undefined ? readPrincipal : recalledPrincipals(file, readPrincipal)
  const load = loadReads(connection, principal, file)
  // With `full` each commit waits for the disk, and leaves nothing to bring there.
  const log = logSync('filename' in options && options.pragmas?.synchronous !== 'full' ? options.filename : ':memory:')
  const apply = log.behind(aloneWhereReferenced(applyCommits(connection)))
  const applyAsUnread = callOnDemand(() => log.behind(applyUnread(connection, principal, file)))
  const find = callOnDemand(() => searchPage(connection))
  const explain = callOnDemand(() => explainSearch(connection))
  const read = readEvents(connection)
  const readAll = readAllEvents(connection)
  const indexer = onDemand(() => metadataIndexer(connection))
  const rewrite = rewriteEvents(connection)
  // What is read in a transaction of several turns may be rolled back: it is not to be remembered.
  const loadJoined = callOnDemand(() => loadReads(connection, readPrincipal, undefined))
  const transactions = sqliteTransactions(database, answer, {
    load: loadJoined,
    commit: apply,
    search: find,
    readEvents: read,
    rewriteEvents: rewrite,
  })
  const consumers = onDemand(() => consumerKeeper(connection))
  let closed = false

  function answer<T>(work: () => T): T {
    if (closed || !database.open) throw new StorageUnavailableError('closed')
    try {
      requirePresence()
      return work()
    } catch (error) {
      throw translateError(error, 'working')
    }
  }

  function answerOrReject<T>(work: () => T): T | Promise<T> {
    try {
      return transactions.after(work)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** For work of several turns. */
  async function answerLater<T>(work: () => Promise<T>): Promise<T> {
    return await answer(work).catch((error: unknown) => {
      if (isDirectoryError(error)) throw error
      throw closed || !database.open
        ? new StorageUnavailableError('closed', { cause: error })
        : translateError(error, 'working')
    })
  }

  const migrate = () => answerLater(() => migrateDatabase(database, names))
  const close = async () => {
    if (closed) return
    log.close()
    if (ours) closeDatabase(database)
    closed = true
  }

  return {
    isLocal: true,
    system: 'sqlite',
    load: (instanceId, reads) => answerOrReject(() => load(instanceId, reads)),
    commit: (instanceId, commits) => answerOrReject(() => apply(instanceId, commits)),
    commitUnread: (instanceId, commits) => answerOrReject(() => applyAsUnread(instanceId, commits)),
    checksUnread: true,
    search: async <S extends Search>(instanceId: string, search: S) =>
      transactions.after(() => find(instanceId, search)) as Promise<Page<SearchResult<S>>>,
    explainSearch: async (instanceId, search) => transactions.after(() => explain(instanceId, search)),
    async readEvents(instanceId, query) {
      requirePosition(query)
      return transactions.after(() => read(instanceId, query))
    },
    async readAllEvents({ after = '0', limit }) {
      requirePosition({ after })
      return transactions.after(() => readAll(after, limit))
    },
    listConsumers: async (instanceId, name) => transactions.after(() => consumers().list(instanceId, name)),
    putConsumer: async (instanceId, consumer) => transactions.after(() => consumers().put(instanceId, consumer)),
    listMetadataIndexes: async (instanceId) => transactions.after(() => indexer().listMetadataIndexes(instanceId)),
    addMetadataIndexes: async (instanceId, indexes) =>
      transactions.after(() => indexer().addMetadataIndexes(instanceId, indexes)),
    rewriteEvents: async (instanceId, aggregate, change) =>
      transactions.after(() => rewrite(instanceId, aggregate, change)),
    removeMetadataIndexes: async (instanceId, indexes) =>
      transactions.after(() => indexer().removeMetadataIndexes(instanceId, indexes)),
    fillMetadataIndex: async (instanceId, index, entries) =>
      transactions.after(() => indexer().fillMetadataIndex(instanceId, index, entries)),
    within: transactions.within,
    transaction: transactions.transaction,
    migrate,
    migrations: {
      check: () => answerLater(() => checkMigrations(database, names)),
      printSql: () => answerLater(() => printMigrations(database, names)),
      up: migrate,
    },
    backupTo: (path, options = {}) => answerLater(() => backupDatabase(database, path, options)),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function sourceOf(options: Exclude<SqliteStorageOptions, { readonly database: SqliteDatabase }>): string | Buffer {
  return 'content' in options ? databaseInMemory(options.content) : options.filename
}

function closeDatabase(database: SqliteDatabase): void {
  try {
    database.close()
  } catch (error) {
    throw translateError(error, 'working')
  }
}

/** Remembers the answer to the argument it was called with last: a scan asks the same of every row. */
function lastOf<T>(answer: (argument: string) => T): (argument: string) => T {
  let last: { readonly argument: string; readonly value: T } | undefined
  return (argument) => {
    if (last?.argument !== argument) last = { argument, value: answer(argument) }
    return last.value
  }
}
