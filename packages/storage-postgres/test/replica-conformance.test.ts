import { randomUUID } from 'node:crypto'
import type { DirectoryStorage } from '@indwell/core'
import { storageBehaviors } from '@indwell/core/conformance'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresPair, startPostgresPair } from '../../../test/postgres-pair'
import { postgresStorage } from '../src/index'

describe('a storage that reads from a replica behind bookmarks keeps the storage contract', () => {
  let pair: PostgresPair
  let storage: DirectoryStorage
  let opened: DirectoryStorage[] = []

  const open = async (name: string) => {
    const inDatabase = (url: string) => `${url.slice(0, url.lastIndexOf('/'))}/${name}`
    const another = readingFromReplica(inDatabase(pair.primaryUrl()), inDatabase(pair.standbyUrl()))
    opened.push(another)
    return another
  }

  beforeAll(async () => {
    pair = await startPostgresPair()
    storage = readingFromReplica(pair.primaryUrl(), pair.standbyUrl())
    await storage.migrate()
  })

  afterEach(async () => {
    await Promise.all(opened.map((another) => another.close()))
    opened = []
  })

  afterAll(async () => {
    const scans = `select sum(seq_scan + idx_scan)::int as number from pg_stat_user_tables where relname = 'indwell_event'`
    const [standby] = await pair.ask(pair.standbyUrl(), scans)
    await storage.close()
    await pair.stop()
    // Every read of the log was the replica's.
    expect(standby?.number).toBeGreaterThan(100)
  })

  for (const { name, check } of storageBehaviors) {
    it(name, () =>
      check({
        storage,
        instanceId: randomUUID(),
        reopen: () => open('postgres'),
        createDatabase: async () => {
          const database = `test_${randomUUID().replaceAll('-', '')}`
          await pair.ask(pair.primaryUrl(), `create database ${database}`)
          return { open: () => open(database) }
        },
      }),
    )
  }
})

/** Asks for a bookmark before each read, and reads what stands for that. */
function readingFromReplica(connectionString: string, replica: string): DirectoryStorage {
  const storage = postgresStorage({
    connectionString,
    max: 4,
    replicas: { connectionString: replica, max: 4, waitMs: 60_000 },
  })
  const reads = async (instanceId: string) => storage.readReplica!(await storage.bookmark!(instanceId))
  return {
    ...storage,
    load: async (instanceId, asked) => (await reads(instanceId)).load(instanceId, asked),
    search: async (instanceId, search) => (await reads(instanceId)).search(instanceId, search),
    readEvents: async (instanceId, query) => (await reads(instanceId)).readEvents(instanceId, query),
  }
}
