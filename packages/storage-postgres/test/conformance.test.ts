import { randomUUID } from 'node:crypto'
import type { DirectoryStorage } from '@indwell/core'
import { storageBehaviors } from '@indwell/core/conformance'
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { postgresStorage } from '../src/index'

describe.each([
  { tables: 'whole tables', spread: {} },
  { tables: 'tables in partitions', spread: { partitions: 3 } },
])('postgres storage keeps the storage contract on $tables', ({ spread }) => {
  let database: PostgresDatabase
  let storage: DirectoryStorage
  let opened: DirectoryStorage[] = []
  let created: PostgresDatabase[] = []

  const open = async (url: string) => {
    const another = postgresStorage({ connectionString: url, max: 4, ...spread })
    opened.push(another)
    return another
  }

  beforeAll(async () => {
    database = await createPostgresDatabase()
    storage = postgresStorage({ connectionString: database.url, ...spread })
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
    await database.drop()
  })

  for (const { name, check } of storageBehaviors) {
    it(name, () =>
      check({
        storage,
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
