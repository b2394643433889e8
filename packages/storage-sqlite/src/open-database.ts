import Database from 'better-sqlite3'
import type { SqliteDatabase } from './sqlite-database'
import { isBusy, translateError } from './translate-error'

/** How a database that the storage opens itself is set up. It always runs in WAL mode, with foreign keys on. */
export interface SqlitePragmas {
  /**
   * `normal`, the default: no commit is lost when the process dies, the newest may be when the power fails.
   * `full`: each commit waits for the disk.
   */
  readonly synchronous?: 'normal' | 'full'
  /** Milliseconds to wait for another connection's write; the event loop waits with it. Default 5000. */
  readonly busyTimeoutMs?: number
  /** Page cache in KiB. Default 65536. */
  readonly cacheKib?: number
  /** Pages of 4 KiB in the write-ahead log before they are moved into the database. Default 16000; SQLite's own is 1000. */
  readonly walAutocheckpointPages?: number
}

/**
 * @param source - A path, `:memory:`, or the content of a database in memory.
 * @throws StorageUnavailableError when the file cannot be opened, or the content is no database.
 * @throws TypeError when a pragma is no count.
 */
export function openDatabase(source: string | Buffer, pragmas: SqlitePragmas): SqliteDatabase {
  const { synchronous = 'normal', busyTimeoutMs = 5000, cacheKib = 65_536, walAutocheckpointPages = 16_000 } = pragmas
  if (synchronous !== 'normal' && synchronous !== 'full') throw new TypeError('synchronous is neither normal nor full')
  for (const count of [busyTimeoutMs, cacheKib, walAutocheckpointPages]) {
    if (!Number.isInteger(count) || count < 0 || count > 2 ** 31 - 1) throw new TypeError('a pragma is no 32-bit count')
  }

  let database: SqliteDatabase | undefined
  try {
    database = new Database(source, { timeout: busyTimeoutMs })
    enterWalMode(database, busyTimeoutMs)
    database.pragma(`synchronous = ${synchronous}`)
    database.pragma('foreign_keys = on')
    // Negative: KiB rather than pages.
    database.pragma(`cache_size = -${cacheKib}`)
    database.pragma(`wal_autocheckpoint = ${walAutocheckpointPages}`)
    return database
  } catch (error) {
    database?.close()
    throw translateError(error, 'opening')
  }
}

/** A copy, which says that it is written without a write-ahead log: there is no place for one in memory. */
export function databaseInMemory(content: Uint8Array): Buffer {
  const copy = Buffer.from(content)
  // The write and read versions of the header, https://sqlite.org/fileformat.html#file_format_version_numbers: 2 is WAL.
  if (copy.length >= 100) copy.fill(1, 18, 20)
  return copy
}

// SQLite does not honor the busy timeout when two connections turn one file to WAL at the same moment.
function enterWalMode(database: SqliteDatabase, timeoutMs: number): void {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    try {
      database.pragma('journal_mode = wal')
      return
    } catch (error) {
      if (!isBusy(error) || Date.now() >= deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}
