import type { DirectoryStorage } from '@indwell/core'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRefusedAsWithReads } from '../../../test/checked-commits'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { expectSameAsWithReads, logOf, openListened } from '../../../test/unread-commits'
import { postgresStorage } from '../src/index'
import { changeOf, commitOf } from './commits'

describe('entries that are set without reading them', () => {
  let database: PostgresDatabase
  let storages: DirectoryStorage[]

  beforeAll(async () => {
    database = await createPostgresDatabase()
    storages = Array.from({ length: 3 }, () => postgresStorage({ connectionString: database.url, max: 4 }))
    await storages[0]!.migrate()
  })
  afterAll(async () => {
    await Promise.all(storages.map((storage) => storage.close()))
    await database.drop()
  })

  it('come to what they come to with reads', async () => {
    await expectSameAsWithReads(storages[0]!, 15)
  })

  it('by callers, and at versions, are refused as they are with reads', async () => {
    await expectRefusedAsWithReads(storages[0]!, 30)
  })

  it('of one subject from many processes leave no gap, lose nothing, and stand in the feed in their order', async () => {
    const instanceId = crypto.randomUUID()
    const { system, directory } = await openListened(storages[0]!, instanceId)
    const { userId } = await system.users.createMachine({ userName: 'robot', name: 'Robot' })
    const opened = [system]
    for (const storage of storages.slice(1)) opened.push((await openListened(storage, instanceId)).system)

    await Promise.all(
      opened.map(async (acting, writer) => {
        for (let round = 0; round < 20; round++) {
          const metadata = acting.users.metadata(userId)
          // Every other is gathered with another one.
          const gathered = round % 2 === 0 ? [metadata.set({ [`more${writer}`]: round })] : []
          await Promise.all([metadata.set({ [`own${writer}`]: round, shared: `${writer} ${round}` }), ...gathered])
        }
      }),
    )

    const events = (await logOf(directory)).filter(({ aggregate }) => aggregate.id === userId)
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => String(index + 1)))
    const { items } = await system.users.metadata(userId).list()
    const newest = new Map(
      events.map(({ payload, sequence }) => {
        const { key, value } = payload as { key?: string; value?: unknown }
        return [key, { value, sequence }]
      }),
    )
    for (const { key, value, sequence } of items) expect({ value, sequence }).toEqual(newest.get(key))
    expect(items.map(({ key }) => key).sort()).toEqual(['more0', 'more1', 'more2', 'own0', 'own1', 'own2', 'shared'])
  })

  it.each([
    ['one entry of each subject', ['ada', 'bob']],
    ['several of one', ['ada', 'bob', 'ada']],
    ['all of one', ['ada', 'ada']],
    ['one alone', ['ada']],
  ])('are declined on a subject that others wrote to meanwhile, and on no other: %s', async (_, subjects) => {
    const instanceId = crypto.randomUUID()
    const storage = storages[0]!
    const ids = [...new Set(subjects)]
    await storage.commit(
      instanceId,
      ids.map((id) => commitOf(changeOf(id, { expect: 'new' }))),
    )
    const client = new pg.Client(database.url)
    await client.connect()
    try {
      const key = `hashtextextended('ada', hashtextextended('user', hashtextextended($1, '"indwell_aggregate"'::regclass::oid::int8)))`
      await client.query('begin')
      await client.query(`select pg_advisory_xact_lock(${key})`, [instanceId])
      const ofAda = `instance_id = $1 and type = 'user' and id = 'ada'`
      await client.query(`update indwell_aggregate set sequence = sequence + 1 where ${ofAda}`, [instanceId])
      const writing = storage.commitUnread!(
        instanceId,
        subjects.map((id, place) => setOf(id, `key${place}`)),
      )
      const waits = `select from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`
      await expect.poll(async () => (await client.query(waits)).rowCount).toBe(1)
      await client.query('commit')
      const outcomes = (await writing).map(({ outcome }) => outcome)
      expect(outcomes).toEqual(subjects.map((id) => (id === 'ada' ? 'declined' : 'applied')))
      const { rows } = await client.query('select aggregate_id, sequence from indwell_event where instance_id = $1', [
        instanceId,
      ])
      const applied = subjects.filter((id) => id === 'bob')
      expect(rows).toHaveLength(ids.length + applied.length)
      for (const id of applied) expect(rows).toContainEqual({ aggregate_id: id, sequence: '2' })
      const entries = await client.query('select subject_id from indwell_entry where instance_id = $1', [instanceId])
      expect(entries.rows.map(({ subject_id }) => subject_id)).toEqual(applied)
    } finally {
      await client.end()
    }
  })

  it('are found by an index, also where another process declared it meanwhile', async () => {
    const instanceId = crypto.randomUUID()
    const { system } = await openListened(storages[0]!, instanceId)
    const { userId } = await system.users.createMachine({ userName: 'robot', name: 'Robot' })
    const metadata = system.users.metadata(userId)
    await metadata.set({ plan: 'none' })

    const { directory, system: other } = await openListened(storages[1]!, instanceId, {
      metadataIndexes: [{ subjectType: 'user', namespace: 'app', path: ['plan'] }],
    })
    await directory.metadataIndexes.reindex()
    const foundBy = async (acting: typeof system, value: string) => {
      const filter = { op: 'metadata', namespace: 'app', path: ['plan'], test: { op: 'equals', value } } as const
      return (await acting.users.list({ filter })).items.map((user) => user.userId)
    }
    // The first time its process knows of no index.
    for (const plan of ['pro', 'team']) {
      await metadata.set({ plan })
      for (const acting of [system, other]) {
        expect(await foundBy(acting, plan)).toEqual([userId])
        expect(await foundBy(acting, 'none')).toEqual([])
      }
      expect(await directory.metadataIndexes.reindex({ all: true })).toEqual({ corrected: 0 })
    }
  })

  it('leave nothing to correct in an index that is declared, filled and taken away while they are set', async () => {
    const instanceId = crypto.randomUUID()
    const { system } = await openListened(storages[0]!, instanceId)
    const index = { subjectType: 'user', namespace: 'app', path: ['plan'] } as const
    const users = await Promise.all(
      Array.from({ length: 4 }, (_, number) =>
        system.users.createMachine({ userName: `robot${number}`, name: 'Robot' }),
      ),
    )
    let done = false
    let set = 0
    const writing = users.map(async ({ userId }, number) => {
      // In a directory of its own each: they meet in the database alone.
      const acting = (await openListened(storages[number % 2]!, instanceId)).system
      while (!done) await acting.users.metadata(userId).set({ plan: `plan ${set++}` })
    })
    try {
      for (let round = 0; round < 5; round++) {
        const { directory } = await openListened(storages[2]!, instanceId, { metadataIndexes: [index] })
        const written = set
        await directory.metadataIndexes.reindex({ batchSize: 1 })
        while (set < written + 8) await new Promise((resolve) => setTimeout(resolve, 1))
        expect(await directory.metadataIndexes.reindex({ all: true })).toEqual({ corrected: 0 })
        await directory.metadataIndexes.remove(index)
      }
    } finally {
      done = true
      await Promise.all(writing)
    }
  })

  it('go with an org that is removed at the same time, or come too late', async () => {
    const instanceId = crypto.randomUUID()
    const { system, directory } = await openListened(storages[0]!, instanceId)
    const other = (await openListened(storages[1]!, instanceId)).system
    for (let round = 0; round < 8; round++) {
      const { orgId } = await system.orgs.create({ name: `org ${round}` })
      const { userId } = await system.users.createMachine({ userName: `robot${round}`, name: 'Robot', orgId })
      const writing = (async () => {
        for (let value = 0; ; value++) await other.users.metadata(userId).set({ value })
      })().catch((error: unknown) => error)
      await system.orgs.delete(orgId)
      expect(await writing).toMatchObject({ code: 'not_found' })
      const log = await logOf(directory)
      const removal = log.findIndex(({ type, aggregate }) => type === 'org.removed' && aggregate.id === orgId)
      expect(removal).toBeGreaterThan(log.findLastIndex(({ aggregate }) => aggregate.id === userId))
    }
  })
})

function setOf(id: string, key: string) {
  const entry = { subjectType: 'user', subjectId: id, namespace: 'app', key } as const
  return commitOf(changeOf(id), {
    putEntries: [{ key: entry, value: { json: '1' }, stamp: { aggregate: 0, event: 0 } }],
  })
}
