import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Commit, DirectoryStorage } from '@indwell/core'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type SqliteStorage, sqliteStorage } from './sqlite-storage'

let directory: string
let filename: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'indwell-'))
  filename = join(directory, 'a.db')
})
afterEach(() => rmSync(directory, { recursive: true }))

const acme = { type: 'org', id: 'acme' } as const
const creation: Commit = {
  at: 1,
  actor: { type: 'system', id: '', reason: 'test' },
  aggregates: [{ key: acme, expect: 'new', owner: 'acme', events: [{ type: 'org.added', payload: {} }], revise: true }],
}
const other = { ...creation.aggregates[0]!, key: { type: 'org', id: 'other' } } as const
const isThere = async (storage: DirectoryStorage) =>
  (await storage.load('', [{ read: 'aggregate', key: acme }]))[0] !== undefined

const everyCall = (storage: DirectoryStorage): (() => Promise<unknown>)[] => [
  async () => storage.load('', [{ read: 'aggregate', key: acme }]),
  async () => storage.commit('', [creation]),
  () => storage.search('', { kind: 'org', offset: 0, limit: 1, count: true }),
  () => storage.readEvents('', { limit: 1 }),
  () => storage.rewriteEvents('', acme, { replace: [] }),
  () => storage.migrate(),
]

describe('sqliteStorage with a file of its own', () => {
  it('leaves its options alone', () => {
    const options = Object.freeze({ filename, prefix: 'a_', pragmas: Object.freeze({ busyTimeoutMs: 1 }) })
    expect(() => sqliteStorage(options)).not.toThrow()
  })

  it('answers closed after close, which may be called twice', async () => {
    const storage = sqliteStorage({ filename })
    await storage.migrate()

    await storage.close()
    await storage.close()

    for (const call of everyCall(storage)) await expect(call()).rejects.toMatchObject({ reason: 'closed' })
  })

  it('answers failed, with the driver’s error as cause, where nothing was migrated', async () => {
    const storage = sqliteStorage({ filename })
    await expect(storage.commit('', [creation])).rejects.toMatchObject({
      name: 'StorageUnavailableError',
      reason: 'failed',
      cause: expect.objectContaining({ code: 'SQLITE_ERROR' }),
    })
    await storage.close()
  })

  it('refuses a prefix that is no identifier', () => {
    expect(() => sqliteStorage({ filename: ':memory:', prefix: 'a"; drop' })).toThrow(TypeError)
  })

  it('keeps two directories apart in one file by their prefixes', async () => {
    const [one, other, none] = ['one_', 'other_', ''].map((prefix) => sqliteStorage({ filename, prefix })) as [
      SqliteStorage,
      SqliteStorage,
      SqliteStorage,
    ]
    await Promise.all([one.migrate(), other.migrate(), none.migrate()])

    await one.commit('', [creation])

    expect([await isThere(one), await isThere(other), await isThere(none)]).toEqual([true, false, false])
    for (const storage of [one, other, none]) await storage.close()
  })

  it('answers busy, and writes nothing, while another connection writes', async () => {
    const storage = sqliteStorage({ filename, pragmas: { busyTimeoutMs: 1 } })
    await storage.migrate()
    const other = new Database(filename)
    other.exec('begin immediate')

    await expect(storage.commit('', [creation])).rejects.toMatchObject({
      name: 'StorageUnavailableError',
      reason: 'busy',
    })
    expect(await isThere(storage)).toBe(false)

    other.exec('rollback')
    expect(await storage.commit('', [creation])).toMatchObject([{ outcome: 'applied' }])
    other.close()
    await storage.close()
  })
})

describe('sqliteStorage in memory with the content of a file', () => {
  it('begins with what the file held, and leaves the file and the bytes alone', async () => {
    const written = sqliteStorage({ filename })
    await written.migrate()
    await written.commit('', [creation])
    await written.backupTo(`${filename}.copy`)
    const content = readFileSync(`${filename}.copy`)
    const before = Buffer.from(content)

    for (let round = 0; round < 2; round++) {
      const storage = sqliteStorage({ content })
      expect(await storage.commit('', [creation])).toMatchObject([{ outcome: 'occupied' }])
      expect(await storage.commit('', [{ ...creation, aggregates: [other] }])).toMatchObject([{ outcome: 'applied' }])
      await storage.close()
    }

    expect(content.equals(before)).toBe(true)
    expect(readFileSync(`${filename}.copy`).equals(before)).toBe(true)
    await written.close()
  })

  it.each([
    ['no database', Buffer.from('no database, but as long as the header of one would be'.padEnd(4096, '.'))],
    ['too short', Buffer.from('SQLite format 3')],
  ])('says unreachable of what is %s', (_, content) => {
    expect(() => sqliteStorage({ content })).toThrow(expect.objectContaining({ reason: 'unreachable' }))
  })

  it('is empty where the content is', async () => {
    const storage = sqliteStorage({ content: new Uint8Array() })
    await storage.migrate()
    expect(await storage.commit('', [creation])).toMatchObject([{ outcome: 'applied' }])
    await storage.close()
  })
})

describe('sqliteStorage on the host’s database', () => {
  let database: Database.Database
  let storage: DirectoryStorage
  beforeEach(async () => {
    database = new Database(filename)
    storage = sqliteStorage({ database })
    await storage.migrate()
  })
  afterEach(() => {
    database.close()
  })

  it('leaves the database open and its pragmas as they were', async () => {
    expect(database.pragma('journal_mode', { simple: true })).toBe('delete')
    expect(database.pragma('busy_timeout', { simple: true })).toBe(5000)

    await storage.close()

    expect(database.open).toBe(true)
    await expect(storage.load('', [])).rejects.toMatchObject({ reason: 'closed' })
  })

  it('answers closed once the host has closed it', async () => {
    database.close()
    for (const call of everyCall(storage)) await expect(call()).rejects.toMatchObject({ reason: 'closed' })
    await storage.close()
  })

  it('answers read_only where the host opened it so, and still reads', async () => {
    await storage.commit('', [creation])
    const readOnly = new Database(filename, { readonly: true })
    const reader = sqliteStorage({ database: readOnly })

    await expect(reader.commit('', [{ ...creation, aggregates: [other] }])).rejects.toMatchObject({
      name: 'StorageUnavailableError',
      reason: 'read_only',
    })
    expect(await isThere(reader)).toBe(true)
    readOnly.close()
  })

  it('joins a transaction that the host has open', async () => {
    let written: unknown
    database.transaction(() => {
      written = storage.commit('', [creation])
    })()
    expect(await written).toMatchObject([{ outcome: 'applied' }])
    expect(await isThere(storage)).toBe(true)
  })

  it('goes with the host’s transaction when it is rolled back', async () => {
    database.exec('begin')
    expect(await storage.commit('', [creation])).toMatchObject([{ outcome: 'applied' }])
    expect(await isThere(storage)).toBe(true)
    database.exec('rollback')

    expect(await isThere(storage)).toBe(false)
  })

  it('leaves the host’s own writes alone when a batch fails inside its transaction', async () => {
    database.exec('create table host (n); begin; insert into host values (1)')
    database.exec('drop table indwell_claim')
    const claim = { type: 'org-name', value: 'acme', ownerType: 'org', ownerId: 'acme' } as const
    const claiming: Commit = { ...creation, aggregates: [other], takeClaims: [claim] }

    await expect(storage.commit('', [creation, claiming])).rejects.toMatchObject({ reason: 'failed' })
    expect(await isThere(storage)).toBe(false)

    database.exec('commit')
    expect(database.prepare('select n from host').pluck().all()).toEqual([1])
  })

  it('does not migrate inside the host’s transaction', async () => {
    database.exec('begin')
    await expect(storage.migrate()).rejects.toMatchObject({ name: 'StorageUnavailableError', reason: 'busy' })
    database.exec('rollback')
  })

  it('migrates two prefixes on one connection at once', async () => {
    const [one, other] = [sqliteStorage({ database, prefix: 'one_' }), sqliteStorage({ database, prefix: 'other_' })]
    await Promise.all([one.migrate(), other.migrate(), one.migrate()])
    await one.commit('', [creation])
    expect([await isThere(one), await isThere(other)]).toEqual([true, false])
  })

  it('reads and writes where the host’s default for integers is BigInt', async () => {
    const host = new Database(':memory:').defaultSafeIntegers(true)
    const storage = sqliteStorage({ database: host })
    await storage.migrate()
    expect(await storage.commit('', [creation])).toEqual([
      { outcome: 'applied', at: 1, sequences: ['1'], positions: ['1'] },
    ])
    expect(await storage.search('', { kind: 'org', offset: 0, limit: 1, count: true })).toEqual({ items: [], total: 0 })
  })

  it('compiles each statement once', async () => {
    const prepared: string[] = []
    const prepare = database.prepare.bind(database)
    database.prepare = ((sql: string) => {
      prepared.push(sql)
      return prepare(sql)
    }) as typeof database.prepare
    const storage = sqliteStorage({ database })
    const change = (n: number): Commit => ({
      ...creation,
      aggregates: [{ ...creation.aggregates[0]!, expect: n === 0 ? 'new' : 'live' }],
      putEntries: [
        {
          key: { subjectType: 'org', subjectId: 'acme', namespace: 'app', key: `k${n}` },
          value: { json: '1' },
          stamp: { aggregate: 0, event: 0 },
        },
      ],
    })
    for (let n = 0; n < 5; n++) {
      await storage.commit('', [change(n)])
      await isThere(storage)
      await storage.readEvents('', { limit: n + 1 })
      const filter = { op: 'text', field: 'name', method: 'contains', value: `a${n}`, ignoreCase: true } as const
      await storage.search('', { kind: 'org', filter, offset: n, limit: 1, count: true })
    }
    expect(prepared.length).toBeGreaterThan(5)
    expect(new Set(prepared).size).toBe(prepared.length)
  })
})
