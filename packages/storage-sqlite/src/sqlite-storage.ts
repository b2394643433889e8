import {
  type DirectoryStorage,
  type Page,
  type Search,
  type SearchResult,
  StorageUnavailableError,
} from '@indwell/core'
import {
  type EntryQuestion,
  entryMatches,
  foldCase,
  foldFunction,
  metadataFunction,
  queryBuilder,
  tableNames,
} from '@indwell/storage-kysely'
import { applyCommits } from './commit/apply-commits'
import type { Connection } from './connection'
import { readEvents } from './feed/read-events'
import { filePresence } from './file-presence'
import { loadReads } from './load/load-reads'
import { migrateDatabase } from './migrate/migrate-database'
import { openDatabase, type SqlitePragmas } from './open-database'
import { searchPage } from './search/search-page'
import type { SqliteDatabase } from './sqlite-database'
import { statementCache } from './statement-cache'
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
      /** An opened better-sqlite3 database: the host configures and closes it. A transaction it has open is joined. */
      readonly database: SqliteDatabase
    }
)

/**
 * A directory's storage in one SQLite file.
 *
 * Every call does its work before it returns its promise, so a call inside the host's better-sqlite3 transaction is part
 * of it. Only `migrate` spans several turns, and is refused as `busy` there. Two functions are registered on the
 * connection: `indwell_fold`, which folds case beyond ASCII, and `indwell_metadata`, which looks into metadata.
 *
 * @throws StorageUnavailableError when the file cannot be opened.
 * @throws TypeError when the prefix is no plain identifier, or a pragma no count.
 */
export function sqliteStorage(options: SqliteStorageOptions): DirectoryStorage {
  const names = tableNames(options.prefix === undefined ? {} : { prefix: options.prefix })
  const database = 'database' in options ? options.database : openDatabase(options.filename, options.pragmas ?? {})
  const ours = !('database' in options)
  const requirePresence = 'database' in options ? () => {} : filePresence(options.filename)
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
  const load = loadReads(connection)
  const apply = applyCommits(connection)
  const find = searchPage(connection)
  const read = readEvents(connection)
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

  return {
    load: async (instanceId, reads) => answer(() => load(instanceId, reads)),
    commit: async (instanceId, commits) => answer(() => apply(instanceId, commits)),
    search: async <S extends Search>(instanceId: string, search: S) =>
      answer(() => find(instanceId, search)) as Page<SearchResult<S>>,
    readEvents: async (instanceId, query) => answer(() => read(instanceId, query)),
    async migrate() {
      await answer(() => migrateDatabase(database, names)).catch((error: unknown) => {
        throw closed || !database.open
          ? new StorageUnavailableError('closed', { cause: error })
          : translateError(error, 'working')
      })
    },
    async close() {
      if (closed) return
      if (ours) closeDatabase(database)
      closed = true
    },
  }
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
