import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StoredEvent } from '@indwell/core'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSharedUsers } from '../../../test/assert-written-by-many'
import { buildChildScript, type ChildScript, type StorageChild, startChildren } from '../../../test/child-processes'
import { assertGoesOn, linesOf, readReleasedData, writeReleasedData } from '../../../test/released-data'
import { change, hotUser } from '../../../test/storage-child'
import { type BackupProgress, type SqliteStorage, sqliteStorage } from '../src/index'

let directory: string
let opened: SqliteStorage[] = []
const pathOf = (name: string) => join(directory, name)
const open = (name: string) => {
  const storage = sqliteStorage({ filename: pathOf(name) })
  opened.push(storage)
  return storage
}
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'indwell-backup-'))
})
afterEach(async () => {
  await Promise.all(opened.map((storage) => storage.close()))
  opened = []
  rmSync(directory, { recursive: true })
})

/** So much that a copy takes many turns. */
async function fill(storage: SqliteStorage): Promise<void> {
  await storage.migrate()
  await createSharedUsers(storage, 'i')
  const value = { json: JSON.stringify('x'.repeat(2000)) }
  const putEntries = Array.from({ length: 6000 }, (_, number) => ({
    key: { subjectType: 'user', subjectId: hotUser, namespace: 'app', key: String(number) } as const,
    value,
    stamp: { aggregate: 0, event: 0 },
  }))
  await storage.commit('i', [{ ...change(hotUser, 'live'), putEntries }])
}

const feedOf = (storage: SqliteStorage) => storage.readEvents('i', { limit: 100_000 })

function assertSound(name: string): void {
  const database = new Database(pathOf(name), { readonly: true })
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
  database.close()
}

/** That the copy is a moment in the life of the original, and another database from there on. */
async function assertGoesOnAlone(copy: SqliteStorage, original: SqliteStorage): Promise<void> {
  const [copied, whole] = [await feedOf(copy), await feedOf(original)]
  expect(copied).toEqual(whole.slice(0, copied.length))
  const rows = await copy.load('i', [{ read: 'aggregate', key: { type: 'user', id: hotUser } }])
  const ofHot = copied.filter(({ aggregate }) => aggregate.id === hotUser)
  expect(rows).toMatchObject([{ sequence: ofHot.at(-1)!.sequence }])

  const [outcome] = await copy.commit('i', [change(hotUser, 'live')])
  expect(outcome).toMatchObject({ outcome: 'applied', sequences: [String(Number(ofHot.at(-1)!.sequence) + 1)] })
  const after = await copy.readEvents('i', { after: copied.at(-1)!.position, limit: 9 })
  expect(after.map(({ position }: StoredEvent) => position)).toEqual(Reflect.get(outcome!, 'positions'))
  expect(await feedOf(original)).toEqual(whole)
}

describe('backupTo while others write', () => {
  let script: ChildScript
  let children: readonly StorageChild[] = []
  beforeAll(async () => {
    script = await buildChildScript(fileURLToPath(new URL('./child.ts', import.meta.url)))
  })
  afterEach(() => Promise.all(children.map((child) => child.kill())))
  afterAll(() => script.remove())

  it.each([false, true])('copies one moment and lets both go on from there, with compact: %s', async (compact) => {
    const storage = open('original.db')
    await fill(storage)
    children = await startChildren(script, pathOf('original.db'), 2)
    let writing = true
    let written = 0
    const here = (async () => {
      while (writing) {
        await storage.commit('i', [change(hotUser, 'live')])
        written++
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const others = children.map((child, writer) => child.run({ task: 'write', instanceId: 'i', writer, rounds: 60 }))

    const steps: BackupProgress[] = []
    const before = written
    await storage.backupTo(pathOf('copy.db'), { compact, onProgress: (step) => steps.push(step) })
    const during = written - before
    writing = false
    await Promise.all([here, ...others])

    if (!compact) {
      // The process went on between the turns, and what was written did not send the copy back to its start.
      expect(steps.length).toBeGreaterThan(5)
      expect(during).toBeGreaterThan(5)
      const left = steps.map(({ remainingPages }) => remainingPages)
      expect(left).toEqual(left.toSorted((a, b) => b - a))
      expect(new Set(steps.map(({ totalPages }) => totalPages)).size).toBe(1)
    }
    expect(readdirSync(directory).filter((name) => name.includes('partial'))).toEqual([])
    assertSound('copy.db')
    await assertGoesOnAlone(open('copy.db'), storage)
  })
})

describe('backupTo', () => {
  it.each([false, true])('restores every record, entry and event, with compact: %s', async (compact) => {
    const storage = open('original.db')
    await storage.migrate()
    await writeReleasedData(storage)
    await storage.backupTo(pathOf('copy.db'), { compact })
    const expected = linesOf(await readReleasedData(storage))
    await storage.close()
    // As an operator does it: the file takes the place of the one that was lost.
    for (const suffix of ['', '-wal', '-shm']) rmSync(pathOf(`original.db${suffix}`), { force: true })
    const restored = sqliteStorage({ filename: pathOf('copy.db') })
    opened.push(restored)

    expect(linesOf(await readReleasedData(restored))).toBe(expected)
    await assertGoesOn(restored)
  })

  it.each([false, true])('copies a database in memory, with compact: %s', async (compact) => {
    const storage = sqliteStorage({ filename: ':memory:' })
    opened.push(storage)
    await fill(storage)
    await storage.backupTo(pathOf('copy.db'), { compact })
    assertSound('copy.db')
    await assertGoesOnAlone(open('copy.db'), storage)
  })

  it('copies the file of the host’s own connection', async () => {
    const database = new Database(pathOf('original.db'))
    const storage = sqliteStorage({ database })
    await fill(storage)
    await storage.backupTo(pathOf('copy.db'))
    await assertGoesOnAlone(open('copy.db'), storage)
    database.close()
  })

  it('leaves out free pages with compact', async () => {
    const storage = open('original.db')
    await fill(storage)
    const subject = { subjectType: 'user', subjectId: hotUser } as const
    await storage.commit('i', [{ ...change(hotUser, 'live'), removeEntries: [{ of: subject }] }])
    await storage.backupTo(pathOf('copy.db'))
    await storage.backupTo(pathOf('compact.db'), { compact: true })
    expect(statSync(pathOf('compact.db')).size).toBeLessThan(statSync(pathOf('copy.db')).size / 5)
  })

  it('refuses a path that is taken or in no directory, and touches nothing there', async () => {
    const storage = open('original.db')
    await fill(storage)
    await storage.backupTo(pathOf('copy.db'))
    const { size, mtimeMs } = statSync(pathOf('copy.db'))
    for (const path of [pathOf('copy.db'), pathOf('original.db'), directory]) {
      await expect(storage.backupTo(path)).rejects.toMatchObject({ code: 'invalid_input', path: 'path' })
    }
    await expect(storage.backupTo(pathOf('none/copy.db'))).rejects.toMatchObject({ code: 'invalid_input' })
    expect(statSync(pathOf('copy.db'))).toMatchObject({ size, mtimeMs })
    expect(existsSync(pathOf('none'))).toBe(false)
  })

  it('leaves no file when it does not come to its end', async () => {
    const storage = open('original.db')
    await fill(storage)
    const stop = new Error('enough')
    const stopped = storage.backupTo(pathOf('copy.db'), {
      onProgress() {
        throw stop
      },
    })
    await expect(stopped).rejects.toMatchObject({ code: 'storage_unavailable', cause: stop })
    expect(readdirSync(directory).filter((name) => !name.startsWith('original.db'))).toEqual([])
  })

  it('is refused by a storage that is closed', async () => {
    const storage = open('original.db')
    await storage.close()
    await expect(storage.backupTo(pathOf('copy.db'))).rejects.toMatchObject({ reason: 'closed' })
  })
})
