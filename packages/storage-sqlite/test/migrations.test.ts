import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest'
import { assertWrittenByMany, createSharedUsers } from '../../../test/assert-written-by-many'
import { buildChildScript, type ChildScript, type StorageChild, startChildren } from '../../../test/child-processes'
import { sqliteStorage } from '../src/index'

describe('migrations of a sqlite file', () => {
  let script: ChildScript
  let directory: string
  let filename: string
  let children: readonly StorageChild[] = []

  beforeAll(async () => {
    script = await buildChildScript(fileURLToPath(new URL('./child.ts', import.meta.url)))
  })
  afterAll(() => script.remove())

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'indwell-migrations-'))
    filename = join(directory, 'directory.db')
  })
  afterEach(async () => {
    await Promise.all(children.map((child) => child.kill()))
    await rm(directory, { recursive: true })
  })

  it('applies once when ten processes migrate an empty file at once', async () => {
    children = await startChildren(script, filename, 10)

    const answers = await Promise.all(children.map((child) => child.run({ task: 'migrate' })))

    assert.deepEqual(answers, Array(10).fill(true))
    const storage = sqliteStorage({ filename })
    await createSharedUsers(storage, 'i')
    const written = await Promise.all(
      children.map((child, writer) => child.run({ task: 'write', instanceId: 'i', writer, rounds: 2 })),
    )
    await assertWrittenByMany(storage, 'i', written, 2)
    await storage.close()
  })
})
