import { fileURLToPath } from 'node:url'
import type { DirectoryStorage } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { SettingError } from './settings'

/**
 * Opens the storage a `DATABASE_URL` names: `:memory:`, `file:PATH`, `postgres://…` or `postgresql://…`.
 *
 * @throws {SettingError} for any other form. The URL is not repeated: it may hold a password.
 * @throws StorageUnavailableError when an SQLite file cannot be opened.
 */
export function storageFromUrl(url: string): DirectoryStorage {
  if (url === ':memory:') return sqliteStorage({ filename: ':memory:' })
  if (url.startsWith('file:')) return sqliteStorage({ filename: pathOf(url) })
  if (/^postgres(ql)?:\/\//.test(url)) return postgresStorage({ connectionString: url })
  throw new SettingError('DATABASE_URL', 'must be :memory:, file:PATH or postgres://…')
}

/** Of `file:///whole/path`, which is a URL, and of `file:any/path`, which is a prefix before a path. */
function pathOf(url: string): string {
  if (url.startsWith('file://')) {
    try {
      return fileURLToPath(url)
    } catch (error) {
      throw new SettingError('DATABASE_URL', `is no file URL: ${error instanceof Error ? error.message : error}`)
    }
  }
  const path = url.slice('file:'.length)
  if (path === '') throw new SettingError('DATABASE_URL', 'names no file')
  return path
}
