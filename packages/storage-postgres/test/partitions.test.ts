import type { Commit, DirectoryStorage } from '@indwell/core'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { type PostgresStorageOptions, postgresStorage } from '../src/index'
import type { PostgresQuery } from '../src/postgres-pool'
import { changeOf, commitOf, creationOf } from './commits'
import { recordingPool } from './recording-pool'

const stamp = { aggregate: 0, event: 0 }
const keyOf = (key: string) => ({ subjectType: 'user', subjectId: 'ada', namespace: 'app', key }) as const
const putOf = (key: string) => ({ key: keyOf(key), value: { json: '1' }, stamp })
const member = { level: 'org', orgId: 'acme', userId: 'ada', roles: [], expiresAt: null } as const
const stamped = { sequence: '1', createdAt: 1, changedAt: 1 }
const name = { type: 'name', value: 'ada' }

/** What makes, changes and removes something in every table that removals go by. */
const life: readonly Commit[] = [
  creationOf('ada', {
    putEntries: ['a', 'b'].map(putOf),
    put: [{ kind: 'member', record: { ...member, ...stamped }, created: true, stamp }],
    takeClaims: [{ ...name, ownerType: 'user', ownerId: 'ada' }],
  }),
  commitOf(changeOf('ada'), {
    expectEntries: [{ key: keyOf('a'), sequence: '1', aggregate: 0 }],
    removeEntries: [{ key: keyOf('a') }],
    releaseClaims: [name],
    remove: [{ kind: 'member', key: { level: 'org', orgId: 'acme', userId: 'ada' } }],
  }),
  commitOf(changeOf('ada'), {
    removeEntries: [{ of: { subjectType: 'user', subjectId: 'ada' } }],
    remove: [{ kind: 'member', ofUser: 'ada' }],
  }),
]

describe('tables in partitions', () => {
  const partitions = 5
  const instances = Array.from({ length: 12 }, (_, number) => `instance-${number}`)
  let database: PostgresDatabase
  let pool: pg.Pool
  let opened: DirectoryStorage[] = []

  const open = (options: Partial<PostgresStorageOptions>) => {
    const storage = postgresStorage({ connectionString: database.url, max: 3, ...options } as PostgresStorageOptions)
    opened.push(storage)
    return storage
  }

  beforeAll(async () => {
    database = await createPostgresDatabase()
    pool = new pg.Pool({ connectionString: database.url, max: 2 })
    await open({ partitions }).migrate()
  })
  afterEach(async () => {
    await Promise.all(opened.map((storage) => storage.close()))
    opened = []
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  it('are looked up by their own indexes, which an explanation names for the fields of the table', async () => {
    const search = {
      kind: 'user',
      filter: { op: 'equals', field: 'userId', value: 'ada' },
      offset: 0,
      limit: 1,
      count: false,
    } as const
    const { lookups } = await open({ partitions }).explainSearch!('instance-1', search)

    expect(lookups).toEqual([
      { index: expect.stringMatching(/^indwell_user_p\d/), of: 'record', fields: expect.arrayContaining(['userId']) },
    ])
  })

  it('holds every table that has an instance, and each instance in one partition of each', async () => {
    const { rows: whole } = await pool.query(
      `select relname from pg_class join pg_attribute on attrelid = pg_class.oid and attname = 'instance_id'
        where relkind = 'r' and not relispartition`,
    )
    expect(whole).toEqual([])

    const storage = open({ partitions })
    for (const instance of instances) await storage.commit(instance, [life[0]!])
    const { rows } = await pool.query(
      `select instance_id, array_agg(distinct substring(tableoid::regclass::text from '\\d+$')) as partitions from (
          select tableoid, instance_id from indwell_event union all select tableoid, instance_id from indwell_entry
          union all select tableoid, instance_id from indwell_claim union all select tableoid, instance_id from indwell_member
        ) as stored group by instance_id`,
    )
    expect(rows).toHaveLength(instances.length)
    for (const { partitions } of rows) expect(partitions).toHaveLength(1)
    expect(new Set(rows.map(({ partitions }) => partitions[0])).size).toBeGreaterThan(1)
  })

  // In every partition rows are counted from the start, so those of other instances stand in the same places.
  it.each([{ routed: true }, { routed: false }])(
    'removes what is the instance’s and nothing else, with %o',
    async (options) => {
      const storage = open({ partitions, ...options })
      const [removed, ...others] = instances.map((instance) => `${instance} ${options.routed}`)
      for (const instance of [removed!, ...others]) await storage.commit(instance, [life[0]!])
      const stored = (instance: string) =>
        storage.load(instance, [
          { read: 'entries', subject: { subjectType: 'user', subjectId: 'ada' }, namespace: 'app' },
          { read: 'memberships', userId: 'ada' },
          { read: 'claim', claim: name },
        ])

      for (const commit of life.slice(1)) await storage.commit(removed!, [commit])

      expect(await stored(removed!)).toEqual([[], [], undefined])
      for (const instance of others) {
        expect(await stored(instance)).toMatchObject([[{ key: 'a' }, { key: 'b' }], [{ userId: 'ada' }], name])
      }
    },
  )

  it('lets a statement of one instance touch one partition of each table', async () => {
    const ran: PostgresQuery[] = []
    const storage = open({ pool: recordingPool(pool, (query) => ran.push(query)), partitions })
    for (const commit of life) await storage.commit('one', [commit])
    for (const keys of [['c'], ['d', 'e']]) {
      const events = keys.map((_, event) => ({ type: `user.touched.${event}`, payload: {} }))
      const putEntries = keys.map((key, event) => ({ ...putOf(key), stamp: { aggregate: 0, event } }))
      const [unread] = await storage.commitUnread!('one', [commitOf(changeOf('ada', { events }), { putEntries })])
      expect(unread).toMatchObject({ outcome: 'applied', put: keys.map((_, place) => place) })
    }
    for (const other of ['nobody', 'ada']) {
      const sets = [
        commitOf(changeOf('ada'), { putEntries: [putOf(`f${other}`)] }),
        commitOf(changeOf(other), { putEntries: [putOf('g')] }),
      ]
      expect(await storage.commitUnread!('one', sets)).toMatchObject([{ outcome: 'applied' }, {}])
    }
    await storage.load('one', [
      { read: 'principal', userId: 'ada' },
      { read: 'entries', subject: { subjectType: 'user', subjectId: 'ada' }, namespace: 'app' },
      { read: 'loginDomains', userId: 'ada' },
    ])
    await storage.search('one', { kind: 'user', offset: 0, limit: 10, count: true })
    await storage.search('one', {
      kind: 'member',
      offset: 2000,
      limit: 10,
      count: true,
      sort: [{ field: 'user.userName', descending: false }],
    })
    await storage.readEvents('one', { limit: 10 })
    await storage.commit('one', [commitOf(changeOf('ada', { removes: true }), { removeHeldBy: { orgId: 'acme' } })])

    const statements = ran.filter(({ values }) => values.length > 0)
    expect(statements.length).toBeGreaterThan(8)
    for (const { text, values } of statements) {
      const { rows } = await pool.query(`explain (format json) ${text}`, values)
      const touched = relationsOf(rows[0]['QUERY PLAN'][0].Plan)
      const numbers = touched.flatMap((relation) => /_p(\d+)$/.exec(relation)?.[1] ?? [])
      expect(new Set(numbers).size, `${text}\n${touched}`).toBeLessThanOrEqual(1)
    }
  })

  it('is taken as it is by a storage that does not ask for partitions', async () => {
    const storage = open({})
    await storage.migrate()
    for (const commit of life) {
      expect(await storage.commit('plain', [commit])).toMatchObject([{ outcome: 'applied' }])
    }
  })

  it('of another number, or none, refuses who asks for some', async () => {
    const storage = open({ partitions: 7 })
    const refusal = { code: 'storage_unavailable', reason: 'incompatible' }
    await expect(storage.migrate()).rejects.toMatchObject({
      ...refusal,
      message: 'storage incompatible: the tables are in 5 partitions, not in 7',
    })
    await expect(storage.migrations.check()).rejects.toMatchObject(refusal)

    await open({ prefix: 'whole_' }).migrate()
    await expect(open({ prefix: 'whole_', partitions: 7 }).migrate()).rejects.toMatchObject({
      ...refusal,
      message: 'storage incompatible: the tables are in no partitions, not in 7',
    })
  })

  it.each([0, 1, 1.5, -1, 257, Number.NaN])('are not made %d in number', (partitions) => {
    expect(() => open({ partitions })).toThrow(TypeError)
  })
})

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly Plans?: readonly PlanNode[]
}

/** What is read or removed; what is inserted finds its partition by itself. */
function relationsOf(node: PlanNode): readonly string[] {
  return [node['Relation Name'] ?? [], (node.Plans ?? []).flatMap(relationsOf)].flat(2)
}
