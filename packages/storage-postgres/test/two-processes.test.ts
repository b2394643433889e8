import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import type { DirectoryStorage } from '@indwell/core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest'
import {
  assertWholeFeed,
  assertWrittenByMany,
  createSharedUsers,
  followFeed,
} from '../../../test/assert-written-by-many'
import { buildChildScript, type ChildScript, type StorageChild, startChildren } from '../../../test/child-processes'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { hotUser } from '../../../test/storage-child'
import { postgresStorage } from '../src/index'

describe('several processes on one postgres database', () => {
  let script: ChildScript
  let database: PostgresDatabase
  let storage: DirectoryStorage
  let children: readonly StorageChild[] = []

  beforeAll(async () => {
    script = await buildChildScript(fileURLToPath(new URL('./child.ts', import.meta.url)))
  })
  afterAll(() => script.remove())

  beforeEach(async () => {
    database = await createPostgresDatabase()
    storage = postgresStorage({ connectionString: database.url })
    await storage.migrate()
    await createSharedUsers(storage, 'i')
  })
  afterEach(async () => {
    await Promise.all(children.map((child) => child.kill()))
    await storage.close()
    await database.drop()
  })

  it('leaves no gap, loses no claim and no event when four processes write', async () => {
    children = await startChildren(script, database.url, 4)
    const rounds = 40
    const eventCount = 8 + rounds * 4 * 8 + rounds

    const [feed, ...answers] = await Promise.all([
      followFeed(storage, 'i', eventCount),
      ...children.map((child, writer) => child.run({ task: 'write', instanceId: 'i', writer, rounds })),
    ])

    await assertWrittenByMany(storage, 'i', answers, rounds)
    assertWholeFeed(feed, eventCount)
  })

  it('keeps what a process was answered before it was killed', async () => {
    children = await startChildren(script, database.url, 2)
    const answered = await Promise.all(children.map((child) => child.killAfter(25, 'i')))

    const events = await storage.readEvents('i', { aggregate: { type: 'user', id: hotUser }, limit: 10_000 })
    const stored = events.map(({ sequence }) => sequence)
    assert.deepEqual(
      stored,
      stored.map((_, index) => String(index + 1)),
    )
    const lost = answered.flat().filter((sequence) => !stored.includes(sequence))
    assert.deepEqual(lost, [])
  })
})
