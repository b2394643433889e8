import { randomUUID } from 'node:crypto'
import type { DirectoryStorage } from '@indwell/core'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { type PostgresPair, startPostgresPair } from '../../../test/postgres-pair'
import { besideTheWay, closing, itKeepsStorageContract } from '../../../test/storage-contract'
import { postgresStorage } from '../src/index'

describe('a storage that reads from a replica behind bookmarks keeps the storage contract', () => {
  let pair: PostgresPair

  beforeAll(async () => {
    pair = await startPostgresPair()
  })
  afterAll(async () => {
    const scans = `select sum(seq_scan + idx_scan)::int as number from pg_stat_user_tables where relname = 'indwell_event'`
    const [standby] = await pair.ask(inDatabase(pair.standbyUrl(), first), scans)
    await pair.stop()
    // Every read of the log was the replica's.
    expect(standby?.number).toBeGreaterThan(100)
  })

  let first = ''
  const inDatabase = (url: string, name: string) => `${url.slice(0, url.lastIndexOf('/'))}/${name}`
  const open = (name: string) =>
    closing(readingFromReplica(inDatabase(pair.primaryUrl(), name), inDatabase(pair.standbyUrl(), name)))
  const create = async () => {
    const name = `test_${randomUUID().replaceAll('-', '')}`
    await pair.ask(pair.primaryUrl(), `create database ${name}`)
    first ||= name
    return { location: name, drop: async () => {} }
  }
  itKeepsStorageContract({ open, create }, besideTheWay)
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
