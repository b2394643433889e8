import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest'
import { assertWrittenByMany, createSharedUsers } from '../../../test/assert-written-by-many'
import { buildChildScript, type ChildScript, type StorageChild, startChildren } from '../../../test/child-processes'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { postgresStorage } from '../src/index'

describe('migrations of a postgres database', () => {
  let script: ChildScript
  let database: PostgresDatabase
  let children: readonly StorageChild[] = []

  beforeAll(async () => {
    script = await buildChildScript(fileURLToPath(new URL('./child.ts', import.meta.url)))
  })
  afterAll(() => script.remove())

  beforeEach(async () => {
    database = await createPostgresDatabase()
  })
  afterEach(async () => {
    await Promise.all(children.map((child) => child.kill()))
    await database.drop()
  })

  it('applies once when ten processes migrate an empty database at once', async () => {
    children = await startChildren(script, database.url, 10)

    const answers = await Promise.all(children.map((child) => child.run({ task: 'migrate' })))

    assert.deepEqual(answers, Array(10).fill(true))
    const storage = postgresStorage({ connectionString: database.url })
    await createSharedUsers(storage, 'i')
    const written = await Promise.all(
      children.map((child, writer) => child.run({ task: 'write', instanceId: 'i', writer, rounds: 2 })),
    )
    await assertWrittenByMany(storage, 'i', written, 2)
    await storage.close()
  })
})
