import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Commit } from '@indwell/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type SqliteStorage, sqliteStorage } from '../sqlite-storage'

let directory: string
let filename: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'indwell-'))
  filename = join(directory, 'a.db')
})
afterEach(() => rmSync(directory, { recursive: true }))

const openFiles = '/proc/self/fd'
/** How often this process has the log open: SQLite has it once. */
function openLogs(): number {
  const links = readdirSync(openFiles).map((file) => {
    try {
      return readlinkSync(join(openFiles, file))
    } catch {
      return ''
    }
  })
  return links.filter((link) => link.startsWith(`${filename}-wal`)).length
}

function creationOf(id: string): Commit {
  const events = [{ type: 'org.added', payload: {} }]
  return {
    at: 1,
    actor: { type: 'system', id: '', reason: 'test' },
    aggregates: [{ key: { type: 'org', id }, expect: 'new', owner: id, events, revise: true }],
  }
}

/** Within this one SQLite itself knows of the locks. */
function writeInAnotherProcess(): string {
  const program = `
    const database = new (require(process.argv[1]))(process.argv[2], { timeout: 0 })
    try {
      database.exec('begin immediate; rollback')
      console.log('written')
    } catch ({ code }) {
      console.log(code)
    }`
  const driver = createRequire(import.meta.url).resolve('better-sqlite3')
  return execFileSync(process.execPath, ['-e', program, driver, filename], { encoding: 'utf8' }).trim()
}

let number = 0
const write = async (storage: SqliteStorage, count: number) => {
  const commits = Array.from({ length: count }, () => creationOf(`org${++number}`))
  for (const { outcome } of await storage.commit('', commits)) expect(outcome).toBe('applied')
}

describe.skipIf(!existsSync(openFiles))('a file that is written to', () => {
  it('has its log brought to the disk behind commits, and let go of with the storage', async () => {
    const storage = sqliteStorage({ filename })
    await storage.migrate()
    await write(storage, 200)
    expect(openLogs()).toBe(1)

    await write(storage, 200)
    expect(openLogs()).toBe(2)

    await write(storage, 2000)
    await storage.close()
    await vi.waitFor(() => expect(openLogs()).toBe(0))
  })

  it('has nothing left to bring there where each commit waits for the disk', async () => {
    const storage = sqliteStorage({ filename, pragmas: { synchronous: 'full' } })
    await storage.migrate()
    await write(storage, 1000)
    expect(openLogs()).toBe(1)
    await storage.close()
  })

  it('keeps the locks of other storages of a process while one lets go of its log', async () => {
    const [one, other] = [sqliteStorage({ filename }), sqliteStorage({ filename, pragmas: { busyTimeoutMs: 0 } })]
    await one.migrate()
    await write(one, 1000)
    await other.transaction(async (held) => {
      await held.commit('', [creationOf('held')])
      await one.close()
      await vi.waitFor(() => expect(openLogs()).toBe(1))
      expect(writeInAnotherProcess()).toBe('SQLITE_BUSY')
    })
    expect(writeInAnotherProcess()).toBe('written')
    await other.close()
  })
})
