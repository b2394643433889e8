import { randomUUID } from 'node:crypto'
import type { DirectoryStorage } from '@indwell/core'
import { storageBehaviors } from '@indwell/core/conformance'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest'

import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { throughTransactions } from '../../../test/through-transactions'
import { postgresStorage } from '../src/index'

interface Opened {
  readonly storage: DirectoryStorage
  close(): Promise<void>
}

/** Their statements go through a driver that makes objects of rows, which those of clients do not. */
function openOn(url: string): Opened {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  pool.on('error', () => {})
  const storage = postgresStorage({ pool })
  const db = new Kysely<Record<never, never>>({ dialect: new PostgresDialect({ pool }) })
  const joining = throughTransactions(storage, (work) =>
    db
      .transaction()
      .setIsolationLevel('read committed')
      .execute((transaction) => work(storage.within(transaction))),
  )
  return {
    storage: joining,
    async close() {
      await storage.close()
      await db.destroy()
    },
  }
}

/**
 * Of crowds one is enough: that they are kept apart is no matter of transactions. The log is asked by the feed's behaviors,
 * its filters are the same statements as outside; indexes are declared and filled outside of transactions only.
 */
const takesSeconds = /^sequences: 64 writers of eight|through (?:three|four) storages|^event search:|^metadata indexes:/

describe('postgres storage keeps the storage contract within transactions', () => {
  let database: PostgresDatabase
  let shared: Opened
  let opened: Opened[] = []
  let created: PostgresDatabase[] = []

  const open = async (url: string) => {
    const another = openOn(url)
    opened.push(another)
    return another.storage
  }

  beforeAll(async () => {
    database = await createPostgresDatabase()
    shared = openOn(database.url)
    await shared.storage.migrate()
  })
  afterEach(async () => {
    await Promise.all(opened.map((another) => another.close()))
    await Promise.all(created.map((another) => another.drop()))
    opened = []
    created = []
  })
  afterAll(async () => {
    await shared.close()
    await database.drop()
  })

  for (const { name, check } of storageBehaviors.filter(({ name }) => !takesSeconds.test(name))) {
    it(name, () =>
      check({
        storage: shared.storage,
        instanceId: randomUUID(),
        reopen: () => open(database.url),
        createDatabase: async () => {
          const another = await createPostgresDatabase()
          created.push(another)
          return { open: () => open(another.url) }
        },
      }),
    )
  }
})
