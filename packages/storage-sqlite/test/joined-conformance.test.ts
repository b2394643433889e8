import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DirectoryStorage } from '@indwell/core'
import { storageBehaviors } from '@indwell/core/conformance'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest'
import { throughTransactions } from '../../../test/through-transactions'
import { sqliteStorage } from '../src/index'

interface Opened {
  readonly storage: DirectoryStorage
  close(): Promise<void>
}

// The event loop waits with SQLite, and with it whoever has the lock and is in this process as well.
const busyTimeoutMs = 0

function openOn(filename: string): Opened {
  const database = new Database(filename, { timeout: busyTimeoutMs })
  database.pragma('journal_mode = wal')
  database.pragma('synchronous = normal')
  const storage = sqliteStorage({ database })
  const db = new Kysely<Record<never, never>>({ dialect: new SqliteDialect({ database }) })
  const joining = throughTransactions(storage, (work) =>
    db.transaction().execute((transaction) => work(storage.within(transaction))),
  )
  return {
    storage: joining,
    async close() {
      await storage.close()
      await db.destroy()
    },
  }
}

/** Of crowds one is enough: that they are kept apart is no matter of transactions. */
const takesSeconds = /^sequences: 64 writers of eight|through (?:three|four) storages/

describe('sqlite storage keeps the storage contract within transactions', () => {
  let directory: string
  let shared: Opened
  let opened: Opened[] = []

  const open = async (filename: string) => {
    const another = openOn(join(directory, filename))
    opened.push(another)
    return another.storage
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'indwell-joined-'))
    shared = openOn(join(directory, 'shared.db'))
    await shared.storage.migrate()
  })
  afterEach(async () => {
    await Promise.all(opened.map((another) => another.close()))
    opened = []
  })
  afterAll(async () => {
    await shared.close()
    await rm(directory, { recursive: true })
  })

  for (const { name, check } of storageBehaviors.filter(({ name }) => !takesSeconds.test(name))) {
    it(name, () =>
      check({
        storage: shared.storage,
        instanceId: randomUUID(),
        reopen: () => open('shared.db'),
        createDatabase: async () => {
          const filename = `${randomUUID()}.db`
          return { open: () => open(filename) }
        },
      }),
    )
  }
})
