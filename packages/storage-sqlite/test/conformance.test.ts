import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DirectoryStorage } from '@indwell/core'
import { storageBehaviors } from '@indwell/core/conformance'
import { spreadTables, tableNames } from '@indwell/storage-kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { judgeStatements, type Recording, recordStatements } from '../../../test/recorded-statements'
import { sqliteStorage } from '../src/index'

describe('sqlite storage keeps the storage contract', () => {
  let directory: string
  let storage: DirectoryStorage
  let recording: Recording
  let opened: DirectoryStorage[] = []

  const open = async (filename: string) => {
    const another = sqliteStorage({ filename: join(directory, filename) })
    opened.push(another)
    return another
  }

  beforeAll(async () => {
    recording = recordStatements('sqlite')
    directory = await mkdtemp(join(tmpdir(), 'indwell-conformance-'))
    storage = sqliteStorage({ filename: join(directory, 'shared.db') })
    await storage.migrate()
  })

  afterEach(async () => {
    await Promise.all(opened.map((another) => another.close()))
    opened = []
  })

  afterAll(async () => {
    recording.stop()
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
  it('names the instance in every statement that was run for all of this', async () => {
    const all = [...spreadTables(tableNames({}))]

    // The one that is there to read all of them, for the host alone.
    const ofAllInstances = recording.statements.filter(({ sql }) => /where "e"\."position" > \? order by/.test(sql))
    const statements = recording.statements.filter((statement) => !ofAllInstances.includes(statement))
    const judged = await judgeStatements(statements, (name) => all.includes(name), { plain: true })
    expect(new Set(ofAllInstances.map(({ sql }) => sql)).size).toBe(1)

    expect(judged.problems).toEqual([])
    expect(judged.unnoticed).toEqual([])
    expect([...judged.tables].sort()).toEqual(all.sort())
    expect(judged.count).toBeGreaterThan(100)
  })
})
