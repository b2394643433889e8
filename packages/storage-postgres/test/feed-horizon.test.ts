import type { DirectoryStorage, EventQuery } from '@indwell/core'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { postgresStorage } from '../src/index'
import { changeOf, commitOf, creationOf } from './commits'

describe('searches of the log', () => {
  let database: PostgresDatabase
  let pool: pg.Pool
  let storage: DirectoryStorage
  const whole: readonly Omit<EventQuery, 'limit'>[] = [
    {},
    { aggregateTypes: ['user'] },
    { aggregateId: 'ada' },
    { aggregateTypes: ['user'], aggregateId: 'ada' },
    { types: ['user.touched'] },
    { actorId: '' },
    { owner: 'acme' },
    { since: 0 },
    { until: 2 ** 52 },
    { afterSequence: '0' },
    { beforeSequence: '9', descending: true },
  ]
  const counts = (instanceId: string) =>
    Promise.all(whole.map(async (query) => (await storage.readEvents(instanceId, { ...query, limit: 9 })).length))

  beforeAll(async () => {
    database = await createPostgresDatabase()
    pool = new pg.Pool({ connectionString: database.url, max: 2 })
    storage = postgresStorage({ pool })
    await storage.migrate()
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  it('end before the oldest transaction that runs, whatever narrows them; those of an aggregate or position do not', async () => {
    const writer = new pg.Client({ connectionString: database.url })
    await writer.connect()
    await writer.query('begin')
    await writer.query('select pg_current_xact_id()')

    await storage.commit('i', [creationOf('ada')])
    await storage.commit('i', [commitOf(changeOf('ada'))])

    expect(await counts('i')).toEqual(whole.map(() => 0))
    const aggregate = { type: 'user', id: 'ada' } as const
    const written = await storage.readEvents('i', { aggregate, types: ['user.touched'], limit: 9 })
    expect(written).toHaveLength(2)
    expect(await storage.readEvents('i', { at: written[1]!.position, limit: 9 })).toEqual([written[1]])
    await writer.query('rollback')
    await writer.end()
    await expect.poll(() => counts('i')).toEqual(whole.map(() => 2))
  })

  it('leave no named statement on the connections, the feed one', async () => {
    await Promise.all([counts('i'), counts('i')])

    const { rows } = await pool.query(
      `select distinct statement from pg_prepared_statements where statement like '%from "indwell_event"%'`,
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const { statement } of rows) expect(statement).not.toMatch(/any\(|actor_id =|created_at [<>]|sequence </)
  })
})
