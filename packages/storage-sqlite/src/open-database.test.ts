import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from './open-database'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'indwell-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('openDatabase', () => {
  const names = ['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout', 'cache_size', 'wal_autocheckpoint']
  const pragmasOf = (pragmas: Parameters<typeof openDatabase>[1]) => {
    const database = openDatabase(join(directory, 'a.db'), pragmas)
    const values = names.map((name) => database.pragma(name, { simple: true }))
    database.close()
    return values
  }

  it('sets a database up for many small writes that survive the process', () => {
    expect(pragmasOf({})).toEqual(['wal', 1, 1, 5000, -65_536, 16_000])
  })

  it('takes what the host asks for instead', () => {
    const asked = { synchronous: 'full', busyTimeoutMs: 10, cacheKib: 1024, walAutocheckpointPages: 1000 } as const
    expect(pragmasOf(asked)).toEqual(['wal', 2, 1, 10, -1024, 1000])
  })

  it('refuses pragmas that are no counts', () => {
    for (const busyTimeoutMs of [-1, 1.5, Number.NaN, 2 ** 31]) {
      expect(() => pragmasOf({ busyTimeoutMs })).toThrow(TypeError)
    }
    expect(() => pragmasOf({ synchronous: 'off; drop table user' as 'full' })).toThrow(TypeError)
  })

  it('says unreachable of a file that is no database, and of a directory that is not there', () => {
    writeFileSync(join(directory, 'text.db'), 'no database, but long enough to be taken for one'.repeat(100))
    for (const name of ['text.db', 'nowhere/a.db', '.']) {
      expect(() => openDatabase(join(directory, name), {})).toThrow(
        expect.objectContaining({ name: 'StorageUnavailableError', reason: 'unreachable' }),
      )
    }
  })
})
