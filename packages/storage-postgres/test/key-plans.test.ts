import { createDirectory, type Read } from '@indwell/core'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { postgresStorage } from '../src/index'
import type { PostgresQuery } from '../src/postgres-pool'
import { recordingPool } from './recording-pool'

describe('a look by a key, while there are no statistics', () => {
  let database: PostgresDatabase
  let pool: pg.Pool
  const ran: PostgresQuery[] = []

  beforeAll(async () => {
    database = await createPostgresDatabase()
    pool = new pg.Pool({ connectionString: database.url, max: 2 })
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  const lookups: readonly Read[] = [
    { read: 'record', kind: 'user', key: { userId: 'a' } },
    { read: 'record', kind: 'org', key: { orgId: 'a' } },
    { read: 'record', kind: 'member', key: { level: 'org', orgId: 'a', userId: 'a' } },
    { read: 'record', kind: 'client', key: { clientId: 'a' } },
    { read: 'record', kind: 'accessToken', key: { userId: 'a', tokenId: 'a' } },
    { read: 'principal', userId: 'a', orgId: 'a' },
    { read: 'aggregate', key: { type: 'user', id: 'a' } },
    { read: 'entry', key: { subjectType: 'user', subjectId: 'a', namespace: 'app', key: 'a' } },
  ]
  const together = [lookups.slice(0, 4), lookups.slice(4)]

  it('goes by the key itself, and by no index that has a column more between', async () => {
    const storage = postgresStorage({ pool: recordingPool(pool, (query) => ran.push(query)) })
    await storage.migrate()
    const alone = lookups.flatMap((read) => [[read], Array.from({ length: 8 }, () => read)])
    for (const reads of [...alone, ...together]) {
      ran.length = 0
      await storage.load('default', reads)
      const [{ text, values } = { text: '', values: [] }] = ran
      const { rows } = await pool.query(`explain (format json) ${text}`, values)
      const plan = JSON.stringify(rows)
      expect(plan).not.toContain('Seq Scan')
      const indexes = plan.match(/(?<="Index Name":")[^"]+/g) ?? []
      expect(indexes.length).toBeGreaterThan(0)
      expect(indexes.filter((name) => !/_(?:key|pk)$/.test(name))).toEqual([])
    }
  })

  it('is by all of its columns where a statement sets entries or makes something, also for a caller', async () => {
    const storage = postgresStorage({ pool: recordingPool(pool, (query) => ran.push(query)) })
    const directory = await createDirectory({ storage, instanceId: 'written' })
    const system = directory.asSystem('test')
    const { userId } = await system.users.createMachine({ userName: 'ada', name: 'Ada' })
    await system.members.add({ userId, roles: ['IAM_OWNER'] })
    const callers = [directory.as({ userId }), directory.as({ userId, orgId: directory.defaultOrgId })]
    const { sequence } = await system.users.metadata(userId).set({ a: 0 })
    for (const caller of callers) await caller.users.createHuman({ userName: crypto.randomUUID() })
    ran.length = 0

    await system.users.metadata(userId).apply({ set: { a: 1 } }, { ifVersion: sequence })
    await system.users.metadata(userId).set({ a: 2, b: 2 })
    await Promise.all([1, 2].map((value) => system.users.metadata(userId).set({ [`c${value}`]: value })))
    for (const caller of callers) {
      await caller.users.metadata(userId).set({ d: crypto.randomUUID() })
      await caller.users.createHuman({ userName: crypto.randomUUID(), metadata: { app: { a: 1 } } })
      await caller.orgs.create({ name: crypto.randomUUID() })
    }

    expect(ran).toHaveLength(9)
    const { rows } = await pool.query(
      `select relname, indnkeyatts from pg_index join pg_class on pg_class.oid = indexrelid where indisprimary`,
    )
    const width = new Map<unknown, number>(rows.map(({ relname, indnkeyatts }) => [relname, indnkeyatts]))
    for (const { text, values } of ran) {
      const { rows } = await pool.query(`explain (format json) ${text}`, values)
      const plan = JSON.stringify(rows)
      expect(plan).not.toContain('Seq Scan')
      const scans = [...plan.matchAll(/"Index Name":"([^"]+)"[^{}]*?"Index Cond":"((?:[^"\\]|\\.)*)"/g)]
      expect(scans.length).toBeGreaterThan(0)
      expect(scans.map(([, name, condition = '']) => [name, condition.split(' AND ').length])).toEqual(
        scans.map(([, name]) => [name, width.get(name)]),
      )
    }
  })
})
