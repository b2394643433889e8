import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DirectoryStorage } from '@indwell/core'
import { storageBehaviors } from '@indwell/core/conformance'
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest'
import { sqliteStorage } from '../src/index'

describe('sqlite storage keeps the storage contract', () => {
  let directory: string
  let storage: DirectoryStorage
  let opened: DirectoryStorage[] = []

  const open = async (filename: string) => {
    const another = sqliteStorage({ filename: join(directory, filename) })
    opened.push(another)
    return another
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'indwell-conformance-'))
    storage = sqliteStorage({ filename: join(directory, 'shared.db') })
    await storage.migrate()
  })

  afterEach(async () => {
    await Promise.all(opened.map((another) => another.close()))
    opened = []
  })

  afterAll(async () => {
    await storage.close()
    await rm(directory, { recursive: true })
  })

  for (const { name, check } of storageBehaviors) {
    it(name, () =>
      check({
        storage,
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
