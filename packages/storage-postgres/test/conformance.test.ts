import { randomUUID } from 'node:crypto'
import type { DirectoryStorage } from '@indwell/core'
import { storageBehaviors } from '@indwell/core/conformance'
import { spreadTables, tableNames } from '@indwell/storage-kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { judgeStatements, type Recording, recordStatements } from '../../../test/recorded-statements'
import { postgresStorage } from '../src/index'

describe.each([
  { tables: 'whole tables', spread: {} },
  { tables: 'tables in partitions', spread: { partitions: 3 } },
])('postgres storage keeps the storage contract on $tables', ({ spread }) => {
  let database: PostgresDatabase
  let storage: DirectoryStorage
  let recording: Recording
  let opened: DirectoryStorage[] = []
  let created: PostgresDatabase[] = []

  const open = async (url: string) => {
    const another = postgresStorage({ connectionString: url, max: 4, ...spread })
    opened.push(another)
    return another
  }

  beforeAll(async () => {
    recording = recordStatements('postgres')
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
    recording.stop()
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
  it('names the instance in every statement that was run for all of this', async () => {
    const all = [...spreadTables(tableNames({}))]

    // The one that is there to read all of them, for the host alone.
    const ofAllInstances = recording.statements.filter(({ sql }) =>
      /with page as \(\s+select instance\.instance_id/.test(sql),
    )
    const statements = recording.statements.filter((statement) => !ofAllInstances.includes(statement))
    const judged = await judgeStatements(statements, (name) => all.includes(name), {
      plain: 'partitions' in spread,
    })
    expect(new Set(ofAllInstances.map(({ sql }) => sql)).size).toBe(1)

    expect(judged.problems).toEqual([])
    expect(judged.unnoticed).toEqual([])
    expect([...judged.tables].sort()).toEqual(all.sort())
    expect(judged.count).toBeGreaterThan(100)
  })
})
