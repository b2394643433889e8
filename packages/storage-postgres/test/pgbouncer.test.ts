import { randomUUID } from 'node:crypto'
import { createDirectory, type Directory, type DirectoryStorage } from '@indwell/core'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase, postgresUrl } from '../../../test/postgres'
import { type PgBouncer, pgBouncerVersion, startPgBouncer } from '../../../test/start-pgbouncer'
import { besideTheWay, closing, createPostgres, itKeepsStorageContract } from '../../../test/storage-contract'
import { type PostgresStorageOptions, postgresStorage } from '../src/index'

/** Other work of the machine must not decide. */
const patiently = { timeout: 20_000 }

const version = pgBouncerVersion()
const [major = 0, minor = 0] = (version ?? '').split('.').map(Number)
/** From 1.21 on it can keep named statements apart, as many as it is told to, and none where it is told 0. */
const knowsStatements = major > 1 || minor >= 21
const keeping = (count: number) => (knowsStatements ? [`max_prepared_statements = ${count}`] : [])

it.runIf(version === undefined)('postgres storage behind PgBouncer is not tried', ({ skip }) => {
  skip('PgBouncer is not installed: apt-get install pgbouncer')
})

it.runIf(version !== undefined && !knowsStatements)('named statements through PgBouncer are not tried', ({ skip }) => {
  skip(`PgBouncer ${version} keeps none: INDWELL_PGBOUNCER names another one, 1.21 or newer`)
})

/** Of the dozens of statements that there are. */
const few = 2

const ways = [
  { title: 'without names of statements', namedStatements: false, kept: 0, isPossible: version !== undefined },
  { title: 'with named statements', namedStatements: true, kept: 200, isPossible: knowsStatements },
  { title: 'with more named statements than it keeps', namedStatements: true, kept: few, isPossible: knowsStatements },
].filter(({ isPossible }) => isPossible)

describe.each(ways)('postgres storage behind PgBouncer in transaction mode $title', ({ namedStatements, kept }) => {
  let bouncer: PgBouncer
  let opened: DirectoryStorage[] = []
  let created: PostgresDatabase[] = []

  const open = (url: string, options: Partial<PostgresStorageOptions> = {}) => {
    const connectionString = bouncer.through(url)
    const another = postgresStorage({ connectionString, max: 6, behindPooler: true, namedStatements, ...options })
    opened.push(another)
    return another
  }

  beforeAll(async () => {
    bouncer = await startPgBouncer(postgresUrl(), [
      'default_pool_size = 5',
      'max_client_conn = 400',
      'server_idle_timeout = 2',
      ...keeping(kept),
    ])
  })
  afterEach(async () => {
    await Promise.all(opened.map((another) => another.close()))
    await Promise.all(created.map((another) => another.drop()))
    opened = []
    created = []
  })
  afterAll(() => bouncer.stop())

  // All of it again where statements go and come would show nothing that the few below do not.
  if (kept !== few) {
    const open = (url: string) =>
      closing(postgresStorage({ connectionString: bouncer.through(url), max: 6, behindPooler: true, namedStatements }))
    // Whoever names a PgBouncer wants to know of all of it.
    const without = process.env.INDWELL_PGBOUNCER === undefined ? besideTheWay : undefined
    itKeepsStorageContract({ open, create: createPostgres }, without)
  }

  const createOwn = async () => {
    const own = await createPostgresDatabase()
    created.push(own)
    return own
  }

  it('shares its connections: many clients, few of the server', async () => {
    const own = await createOwn()
    const storages = Array.from({ length: 8 }, () => open(own.url))
    const instanceId = randomUUID()
    const directories: Directory[] = []
    for (const one of storages)
      directories.push(await createDirectory({ storage: one, instanceId, migrate: one === storages[0] }))
    await Promise.all(
      directories.flatMap((directory, index) =>
        Array.from({ length: 10 }, (_, count) =>
          directory
            .asSystem('test')
            .orgs.metadata(directories[0]!.defaultOrgId)
            .set({ [`k${index}-${count}`]: count }),
        ),
      ),
    )
    const { orgs } = directories[0]!.asSystem('test')
    expect(Object.keys(await orgs.metadata(directories[0]!.defaultOrgId).values())).toHaveLength(80)
    const admin = new pg.Client({ connectionString: own.url })
    await admin.connect()
    const text = `select count(*)::int from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
    const { rows } = await admin.query(text)
    await admin.end()
    expect(rows[0].count).toBeLessThanOrEqual(5)
  })

  it('goes on when the server ends the connections behind it: reads are made good, a write says that nobody knows', async () => {
    const own = await createOwn()
    const directory = await createDirectory({ storage: open(own.url) })
    const system = directory.asSystem('test')
    await system.users.createMachine({ userId: 'bob', orgId: directory.defaultOrgId, userName: 'bob', name: 'Bob' })
    const admin = new pg.Client({ connectionString: own.url })
    await admin.connect()
    try {
      const end = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
      await admin.query(end)
      expect(await system.users.get('bob')).toMatchObject({ userId: 'bob' })

      await admin.query('begin')
      await admin.query(`select 1 from indwell_aggregate where id = 'bob' for update`)
      const writing = system.users.metadata('bob').set({ a: 1 })
      const failing = expect(writing).rejects.toMatchObject({ code: 'outcome_unknown' })
      const waits = `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      await expect.poll(async () => (await admin.query(waits)).rowCount, patiently).toBe(1)
      await admin.query(`select pg_terminate_backend(pid) from (${waits}) as waiting`)
      await failing
      await admin.query('rollback')
      await system.users.metadata('bob').set({ a: 1 })
      expect(await system.users.metadata('bob').values()).toEqual({ a: 1 })
    } finally {
      await admin.end()
    }
  })

  it('is refused by the pooler with settings of a connection of its own', async () => {
    const direct = open(postgresUrl(), { behindPooler: false })
    await expect(direct.load('i', [{ read: 'aggregate', key: { type: 'user', id: 'a' } }])).rejects.toMatchObject({
      code: 'storage_unavailable',
    })
  })

  it.runIf(kept === 0)('fails with named statements, which it does not keep, having written nothing', async () => {
    const own = await createOwn()
    await open(own.url).migrate()
    const naming = open(own.url, { namedStatements: true, max: 20 })
    const reads = Array.from({ length: 60 }, () =>
      naming.load('i', [{ read: 'aggregate', key: { type: 'user', id: 'a' } }]),
    )
    const failed = (await Promise.allSettled(reads)).filter(({ status }) => status === 'rejected')
    expect(failed.length).toBeGreaterThan(0)
    for (const { reason } of failed as PromiseRejectedResult[]) expect(reason).toMatchObject({ reason: 'failed' })
  })

  it.runIf(kept > 0)('has statements prepared once for many clients', async () => {
    const own = await createOwn()
    const first = await createDirectory({ storage: open(own.url) })
    const directories = [first]
    for (let count = 1; count < 5; count++)
      directories.push(await createDirectory({ storage: open(own.url), migrate: false }))
    await Promise.all(
      directories.map(async (directory) => {
        const { users } = directory.asSystem('test')
        const { userId } = await users.createMachine({ userName: crypto.randomUUID(), name: 'A' })
        for (let count = 0; count < 20; count++) await users.metadata(userId).set({ count })
        expect(await users.metadata(userId).values()).toEqual({ count: 19 })
      }),
    )
    const admin = new pg.Client({ connectionString: bouncer.through(own.url) })
    await admin.connect()
    const { rows } = await admin.query(
      'select count(*)::int, max(generic_plans + custom_plans)::int as runs from pg_prepared_statements',
    )
    await admin.end()
    expect(rows[0].count).toBeGreaterThan(0)
    expect(rows[0].count).toBeLessThanOrEqual(kept)
    expect(rows[0].runs).toBeGreaterThan(kept > 2 ? 1 : 0)
  })
})
