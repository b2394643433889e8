import { randomUUID } from 'node:crypto'
import { createDirectory, type Directory, type DirectoryStorage } from '@indwell/core'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase, postgresUrl } from '../../../test/postgres'
import { type PgBouncer, pgBouncerVersion, startPgBouncer } from '../../../test/start-pgbouncer'
import { closing, createPostgres, itKeepsStorageContract } from '../../../test/storage-contract'
import { type PostgresStorageOptions, postgresStorage } from '../src/index'

/** Other work of the machine must not decide. */
const patiently = { timeout: 20_000 }

const version = pgBouncerVersion()
const [major = 0, minor = 0] = (version ?? '').split('.').map(Number)
/** From 1.21 on it can keep named statements apart. */
const keepsStatements = major > 1 || minor >= 21

it.runIf(version === undefined)('postgres storage behind PgBouncer is not tried', ({ skip }) => {
  skip('PgBouncer is not installed: apt-get install pgbouncer')
})

describe.skipIf(version === undefined)('postgres storage behind PgBouncer in transaction mode', () => {
  let bouncer: PgBouncer
  let opened: DirectoryStorage[] = []
  let created: PostgresDatabase[] = []

  const open = (url: string, options: Partial<PostgresStorageOptions> = {}) => {
    const connectionString = bouncer.through(url)
    const another = postgresStorage({ connectionString, max: 6, behindPooler: true, ...options })
    opened.push(another)
    return another
  }

  beforeAll(async () => {
    bouncer = await startPgBouncer(postgresUrl(), [
      'default_pool_size = 5',
      'max_client_conn = 400',
      'server_idle_timeout = 2',
      ...(keepsStatements ? ['max_prepared_statements = 200'] : []),
    ])
  })
  afterEach(async () => {
    await Promise.all(opened.map((another) => another.close()))
    await Promise.all(created.map((another) => another.drop()))
    opened = []
    created = []
  })
  afterAll(() => bouncer.stop())

  const shared = itKeepsStorageContract({
    open: (url) => closing(postgresStorage({ connectionString: bouncer.through(url), max: 6, behindPooler: true })),
    create: createPostgres,
  })

  it('shares its connections: many clients, few of the server', async () => {
    const storages = Array.from({ length: 8 }, () => open(shared.location))
    const instanceId = randomUUID()
    const directories: Directory[] = []
    for (const one of storages) directories.push(await createDirectory({ storage: one, instanceId, migrate: false }))
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
    const admin = new pg.Client({ connectionString: shared.location })
    await admin.connect()
    const text = `select count(*)::int from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
    const { rows } = await admin.query(text)
    await admin.end()
    expect(rows[0].count).toBeLessThanOrEqual(5)
  })

  it('goes on when the server ends the connections behind it: reads are made good, a write says that nobody knows', async () => {
    const own = await createPostgresDatabase()
    created.push(own)
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
    const direct = open(shared.location, { behindPooler: false })
    await expect(direct.load('i', [{ read: 'aggregate', key: { type: 'user', id: 'a' } }])).rejects.toMatchObject({
      code: 'storage_unavailable',
    })
  })

  it.runIf(keepsStatements)('may name its statements where the pooler keeps them', async () => {
    const naming = open(shared.location, { namedStatements: true })
    const directory = await createDirectory({ storage: naming, instanceId: randomUUID(), migrate: false })
    await Promise.all(Array.from({ length: 60 }, () => directory.asSystem('test').orgs.getDefault()))
    await directory.asSystem('test').users.createMachine({ userName: 'a', name: 'A', orgId: directory.defaultOrgId })
  })

  it.runIf(version !== undefined && !keepsStatements)(
    'fails with named statements where the pooler does not keep them, having written nothing',
    async () => {
      const own = await createPostgresDatabase()
      created.push(own)
      await open(own.url).migrate()
      const naming = open(own.url, { namedStatements: true, max: 20 })
      const reads = Array.from({ length: 60 }, () =>
        naming.load('i', [{ read: 'aggregate', key: { type: 'user', id: 'a' } }]),
      )
      const failed = (await Promise.allSettled(reads)).filter(({ status }) => status === 'rejected')
      expect(failed.length).toBeGreaterThan(0)
      for (const { reason } of failed as PromiseRejectedResult[]) expect(reason).toMatchObject({ reason: 'failed' })
    },
  )
})
