import { execFileSync, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, cp, mkdir, mkdtemp, open as openFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createDirectory, type Directory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildChildScript, type ChildScript, nextMessage } from '../../../test/child-processes'
import { expectWhole } from './replay'
import { allEvents, createWorld } from './world'

/** Other work of the machine must not decide. */
const patiently = { timeout: 20_000 }

const busy = { code: 'storage_unavailable', reason: 'busy' }
const full = { code: 'storage_unavailable', reason: 'full' }
const unreachable = { code: 'storage_unavailable', reason: 'unreachable' }
/** Nobody: whom file permissions bind, other than root. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

describe('sqlite storage between faults', () => {
  let script: ChildScript
  let place: string
  let filename: string
  const opened: Directory[] = []

  const open = async (file = filename) => {
    const storage = sqliteStorage({ filename: file, pragmas: { busyTimeoutMs: 50 } })
    const directory = await createDirectory({ storage })
    opened.push(directory)
    return { storage, directory, users: directory.asSystem('test').users }
  }
  const fill = async (file = filename) => {
    const { directory } = await createWorld({ storage: sqliteStorage({ filename: file }) })
    await directory.close()
  }
  /** What a process of nobody meets. */
  const asNobody = async (): Promise<unknown> => {
    const child = fork(script.file, [filename], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [],
      ...nobody,
    })
    const answer = await nextMessage(child, 'answer')
    child.disconnect()
    return answer
  }
  /** A process that holds the write lock until it is told to end. */
  const lockElsewhere = async () => {
    const driver = createRequire(import.meta.url).resolve('better-sqlite3')
    const text = `const db = require(${JSON.stringify(driver)})(${JSON.stringify(filename)}); db.exec('begin immediate')
      process.stdin.on('end', () => db.exec('rollback')).resume(); console.log('locked')`
    const child = spawn(process.execPath, ['-e', text], { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    return async () => {
      child.stdin.end()
      await once(child, 'exit')
    }
  }

  beforeAll(async () => {
    script = await buildChildScript(fileURLToPath(new URL('./fault-child.ts', import.meta.url)))
  })
  afterAll(() => script.remove())
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'indwell-faults-'))
    filename = join(place, 'directory.db')
  })
  afterEach(async () => {
    for (const directory of opened.splice(0)) await directory.close()
    await rm(place, { recursive: true, force: true })
  })

  it('says full where no page is left, keeps what was whole, and writes again when there is room', async () => {
    await fill()
    const database = new Database(filename)
    database.pragma('journal_mode = wal')
    const storage = sqliteStorage({ database })
    const directory = await createDirectory({ storage })
    const { users } = directory.asSystem('test')
    database.pragma(`max_page_count = ${Number(database.pragma('page_count', { simple: true })) + 4}`)

    const write = async () => {
      for (let count = 0; ; count++) await users.metadata('bob').set({ [`k${count}`]: 'x'.repeat(2000) })
    }
    await expect(write()).rejects.toMatchObject(full)
    const before = await allEvents(storage, 'default')
    await expect(
      users.metadata('bob').set({ large: 'x'.repeat(20_000) }, { idempotencyKey: 'full' }),
    ).rejects.toMatchObject(full)
    expect(await allEvents(storage, 'default')).toEqual(before)
    await expectWhole(storage, 'default')

    database.pragma('max_page_count = 1000000')
    await users.metadata('bob').set({ large: 'x'.repeat(20_000) }, { idempotencyKey: 'full' })
    await expectWhole(storage, 'default')
    await directory.close()
    database.close()
  })

  it('says full on a disk that is, and writes again when there is room', async ({ skip }) => {
    const disk = join(place, 'disk')
    await mkdir(disk)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk], { stdio: 'ignore' })
    } catch {
      skip('this machine lets nobody mount a file system of a size')
    }
    try {
      const file = join(disk, 'directory.db')
      await fill(file)
      const { storage, directory, users } = await open(file)
      const ballast = join(disk, 'ballast')
      const left = 2 * 1024 * 1024 - (await stat(file)).size
      await writeFile(ballast, Buffer.alloc(Math.max(0, left - 300_000))).catch(() => undefined)

      const write = async () => {
        for (let count = 0; ; count++) await users.metadata('bob').set({ [`k${count}`]: 'x'.repeat(20_000) })
      }
      await expect(write()).rejects.toMatchObject(full)
      await expect(users.metadata('bob').set({ large: 'x'.repeat(60_000) })).rejects.toMatchObject(full)
      await expectWhole(storage, 'default')

      await rm(ballast)
      await users.metadata('bob').set({ large: 'x'.repeat(60_000) })
      await expectWhole(storage, 'default')
      await directory.close()
    } finally {
      for (const directory of opened.splice(0)) await directory.close().catch(() => undefined)
      execFileSync('umount', [disk])
    }
  })

  it('says busy while another process writes longer than the timeout, and reads all the same', async () => {
    await fill()
    const { storage, users } = await open()
    const before = await allEvents(storage, 'default')
    const release = await lockElsewhere()
    await expect(users.lock('bob')).rejects.toMatchObject(busy)
    await expect(users.metadata('bob').set({ a: 1 }, { idempotencyKey: 'locked' })).rejects.toMatchObject(busy)
    expect(await users.get('bob')).toMatchObject({ state: 'active' })
    expect(await allEvents(storage, 'default')).toEqual(before)

    await release()
    await users.metadata('bob').set({ a: 1 }, { idempotencyKey: 'locked' })
    await users.lock('bob')
    await expectWhole(storage, 'default')
  })

  it('says busy where another process makes the file for longer than that', async () => {
    const release = await lockElsewhere()
    await expect(open()).rejects.toMatchObject(busy)
    await release()
    const { directory } = await open()
    expect(await directory.asSystem('test').orgs.getDefault()).toMatchObject({ name: 'Default' })
  })

  it('reads a file that may not be written, and says read_only to writes', async () => {
    await fill()
    await chmod(place, 0o777)
    await chmod(filename, 0o444)
    expect(await asNobody()).toEqual(['done', 'done', 'storage_unavailable read_only'])
    // SQLite gave the files beside it the rights of the file itself.
    for (const suffix of ['', '-wal', '-shm']) await chmod(filename + suffix, 0o666).catch(() => undefined)
    expect(await asNobody()).toEqual(['done', 'done', 'done'])
    const { storage } = await open()
    await expectWhole(storage, 'default')
  })

  it('is unreachable in a directory that may not be written: there is no place for its log', async () => {
    await fill()
    await chmod(place, 0o555)
    await chmod(filename, 0o666)
    const [first] = (await asNobody()) as string[]
    expect(first).toMatch(/^storage_unavailable (unreachable|read_only)$/)
    await chmod(place, 0o777)
    expect(await asNobody()).toEqual(['done', 'done', 'done'])
  })

  it('is unreachable without the right to the file, and for what is no file', async () => {
    await fill()
    await chmod(place, 0o777)
    await chmod(filename, 0o600)
    if (nobody.uid === undefined) await chmod(filename, 0)
    else await chown(filename, 0, 0)
    expect(await asNobody()).toEqual(['storage_unavailable unreachable'])
    await chmod(filename, 0o600)
    await expect(open(place)).rejects.toMatchObject(unreachable)
    await expect(open(join(place, 'none', 'directory.db'))).rejects.toMatchObject(unreachable)
  })

  it('is unreachable once its file is removed, and serves again when it is back', async () => {
    await fill()
    const { storage, directory, users } = await open()
    const before = await allEvents(storage, 'default')
    const aside = join(place, 'aside.db')
    await rename(filename, aside)
    await expect.poll(() => users.lock('bob').catch((error: unknown) => error), patiently).toMatchObject(unreachable)
    await expect(users.get('bob')).rejects.toMatchObject(unreachable)
    await rename(aside, filename)
    await expect.poll(() => users.get('bob').catch(() => undefined), patiently).toMatchObject({ userId: 'bob' })
    expect((await allEvents(storage, 'default')).length - before.length).toBeLessThanOrEqual(1)
    await users.metadata('bob').set({ back: true })
    await expectWhole(storage, 'default')
    await directory.close()
  })

  it('takes no other file for its own', async () => {
    await fill()
    const { users } = await open()
    const copy = join(place, 'copy.db')
    await cp(filename, copy)
    await rm(filename)
    await rename(copy, filename)
    await expect.poll(() => users.get('bob').catch((error: unknown) => error), patiently).toMatchObject(unreachable)
    for (const directory of opened.splice(0)) await directory.close()
    await rm(`${filename}-wal`, { force: true })
    await rm(`${filename}-shm`, { force: true })
    const again = await open()
    expect(await again.users.get('bob')).toMatchObject({ userId: 'bob' })
    await expectWhole(again.storage, 'default')
  })

  it('is unreachable where the file is no database, and serves again from a copy', async () => {
    await fill()
    const copy = join(place, 'copy.db')
    await cp(filename, copy)
    const file = await openFile(filename, 'r+')
    await file.write(Buffer.alloc(100, 'A'), 0, 100, 0)
    await file.close()
    await expect(open()).rejects.toMatchObject(unreachable)

    await cp(copy, filename)
    const { storage, users } = await open()
    await users.lock('bob')
    await expectWhole(storage, 'default')
  })

  it('says failed where pages are damaged, and shows nothing of them', async () => {
    await fill()
    const file = await openFile(filename, 'r+')
    const { size } = await file.stat()
    for (let offset = 4096; offset < size; offset += 4096) await file.write(Buffer.alloc(4096, 0xff), 0, 4096, offset)
    await file.close()
    await expect(open()).rejects.toMatchObject({ code: 'storage_unavailable' })
  })
})
