import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DirectoryStorage } from '@indwell/core'
import { storageBehaviors } from '@indwell/core/conformance'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { forwardingStorage } from '../src/database/forwarding-storage'
import type { DatabaseCopy } from '../src/database/test-database'
import { faultyStorage } from '../src/faults/faulty-storage'
import { lateSearches } from '../src/faults/late-searches'
import { storageFaults } from '../src/faults/storage-faults'

/** As a test directory has it, with all faults off. */
function wrapped(storage: DirectoryStorage, instanceOf: DatabaseCopy['instanceOf']): DirectoryStorage {
  const copy: DatabaseCopy = {
    storage,
    instanceOf,
    save: () => Promise.reject(new Error('nothing asks for that')),
    close: () => storage.close(),
  }
  const current = () => copy
  const outer = faultyStorage(forwardingStorage(storage, current), storageFaults(), lateSearches(current))
  return { ...outer, close: () => outer.close().then(() => storage.close()) }
}

describe.each(['sqlite', 'postgres'] as const)('the storage of a test directory, faults off, on %s', (kind) => {
  let files: string
  let shared: PostgresDatabase | undefined
  let storage: DirectoryStorage
  let opened: DirectoryStorage[] = []
  let created: PostgresDatabase[] = []

  const keep = (another: DirectoryStorage) => {
    opened.push(another)
    return another
  }
  const open = (where: string) =>
    kind === 'sqlite'
      ? wrapped(sqliteStorage({ filename: join(files, where) }), (instanceId) => instanceId)
      : wrapped(postgresStorage({ connectionString: where, max: 4 }), (instanceId) => `of ${instanceId}`)

  beforeAll(async () => {
    files = await mkdtemp(join(tmpdir(), 'indwell-testing-'))
    if (kind === 'postgres') shared = await createPostgresDatabase()
    storage = open(shared?.url ?? 'shared.db')
    await storage.migrate()
  })
  afterEach(async () => {
    await Promise.all(opened.map((another) => another.close()))
    await Promise.all(created.map((another) => another.drop()))
    opened = []
    created = []
  })
  afterAll(async () => {
    await storage.close()
    await shared?.drop()
    await rm(files, { recursive: true })
  })

  for (const { name, check } of storageBehaviors) {
    it(name, () =>
      check({
        storage,
        instanceId: randomUUID(),
        reopen: async () => keep(open(shared?.url ?? 'shared.db')),
        async createDatabase() {
          if (kind === 'sqlite') {
            const filename = `${randomUUID()}.db`
            return { open: async () => keep(open(filename)) }
          }
          const another = await createPostgresDatabase()
          created.push(another)
          return { open: async () => keep(open(another.url)) }
        },
      }),
    )
  }

  it('has every call that the storage has', async () => {
    const bare =
      kind === 'sqlite' ? sqliteStorage({ filename: ':memory:' }) : postgresStorage({ connectionString: shared!.url })
    // A test directory is one instance: what is beside it in the database is another test's.
    const { migrations: _, backupTo: __, readAllEvents: ___, ...port } = bare as typeof bare & { backupTo?: unknown }

    expect(
      Object.keys(storage)
        .filter((name) => name !== 'idle')
        .sort(),
    ).toEqual(Object.keys(port).sort())
    await bare.close()
  })
})
