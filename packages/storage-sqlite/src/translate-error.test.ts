import { OutcomeUnknownError, StorageUnavailableError } from '@indwell/core'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { translateError } from './translate-error'

const sqliteError = (code: string) => new Database.SqliteError('no text is read', code)

describe('translateError', () => {
  it.each([
    ['SQLITE_BUSY', 'busy'],
    ['SQLITE_BUSY_SNAPSHOT', 'busy'],
    ['SQLITE_LOCKED_SHAREDCACHE', 'busy'],
    ['SQLITE_READONLY', 'read_only'],
    ['SQLITE_READONLY_DIRECTORY', 'read_only'],
    ['SQLITE_FULL', 'full'],
    ['SQLITE_CANTOPEN', 'unreachable'],
    ['SQLITE_NOTADB', 'unreachable'],
    ['SQLITE_CORRUPT', 'failed'],
    ['SQLITE_ERROR', 'failed'],
    ['SQLITE_IOERR_WRITE', 'failed'],
  ])('names %s %s and keeps it as the cause', (code, reason) => {
    const cause = sqliteError(code)
    expect(translateError(cause, 'working')).toMatchObject({ name: 'StorageUnavailableError', reason, cause })
  })

  it('does not know the outcome when the disk fails under the commit', () => {
    expect(translateError(sqliteError('SQLITE_IOERR_FSYNC'), 'committing')).toBeInstanceOf(OutcomeUnknownError)
    expect(translateError(sqliteError('SQLITE_BUSY'), 'committing')).toMatchObject({ reason: 'busy' })
  })

  it('leaves its own errors as they are', () => {
    const error = new StorageUnavailableError('closed')
    expect(translateError(error, 'working')).toBe(error)
  })

  it('says unreachable of whatever fails while opening', () => {
    expect(translateError(new TypeError('no such directory'), 'opening')).toMatchObject({ reason: 'unreachable' })
  })
})
