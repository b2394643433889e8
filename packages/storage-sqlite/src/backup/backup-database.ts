import { randomUUID } from 'node:crypto'
import { access, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InvalidInputError } from '@indwell/core'
import Database from 'better-sqlite3'
import type { SqliteDatabase } from '../sqlite-database'

export interface BackupProgress {
  /** Of the database, in pages of mostly 4 KiB. */
  readonly totalPages: number
  /** Still to be copied. */
  readonly remainingPages: number
}

export interface BackupOptions {
  /** Called now and then while pages are copied; what it throws ends the backup, which leaves no file then. */
  readonly onProgress?: (progress: BackupProgress) => void
  /**
   * Writes the database anew rather than copying its pages (`VACUUM INTO`): without free pages, and without progress. It
   * is one call of SQLite's, for whose time this process does nothing else. Default `false`.
   */
  readonly compact?: boolean
}

/**
 * Copies the database as it is at one moment, while it is written.
 *
 * A connection of its own reads in one transaction. SQLite would start over with every write of another process if it did
 * not, and never come to an end where there are many. In memory there is one connection, whose writes go into the copy.
 *
 * @throws InvalidInputError when there is a file of that path, or no directory for it.
 */
export async function backupDatabase(database: SqliteDatabase, path: string, options: BackupOptions): Promise<void> {
  if (await isThere(path)) throw new InvalidInputError('path', 'is there already')
  if (!(await isThere(dirname(path)))) throw new InvalidInputError('path', 'is in no directory')
  // Beside it, so that no half of a copy ever stands under the name that was asked for.
  const partial = `${path}.${randomUUID()}.partial`
  try {
    if (database.memory) await copy(database, partial, options)
    else await copySnapshot(database.name, partial, options)
    await rename(partial, path)
  } catch (error) {
    await Promise.all(['', '-journal', '-wal', '-shm'].map((suffix) => rm(partial + suffix, { force: true })))
    throw error
  }
}

async function copySnapshot(filename: string, partial: string, options: BackupOptions): Promise<void> {
  const reader = new Database(filename, { readonly: true })
  try {
    if (!options.compact) {
      reader.prepare('begin').run()
      reader.prepare('select count(*) from sqlite_master').get()
    }
    await copy(reader, partial, options)
  } finally {
    reader.close()
  }
}

async function copy(database: SqliteDatabase, partial: string, { compact, onProgress }: BackupOptions): Promise<void> {
  if (compact) {
    database.prepare('vacuum into ?').run(partial)
    return
  }
  await database.backup(partial, {
    progress({ totalPages, remainingPages }) {
      onProgress?.({ totalPages, remainingPages })
      return pagesPerTurn
    },
  })
}

/** A few milliseconds of work; between turns the process does what else it has to do. */
const pagesPerTurn = 200

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
