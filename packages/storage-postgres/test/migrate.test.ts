import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildChildScript, type ChildScript } from '../../../test/child-processes'
import { runToEnd } from '../../../test/interrupted-process'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { type PostgresStorage, type PostgresStorageOptions, postgresStorage } from '../src/index'
import { changeOf, commitOf, creationOf } from './commits'
import { schemaOf } from './postgres-schema'

let database: PostgresDatabase
let pool: pg.Pool
let opened: PostgresStorage[] = []
let hosts: pg.Client[] = []
beforeEach(async () => {
  database = await createPostgresDatabase()
  pool = new pg.Pool({ connectionString: database.url, max: 3 })
  // It says that it ended before its connections have, which dropping the database cuts.
  pool.on('error', () => {})
})
afterEach(async () => {
  // First, since others may be waiting for them.
  await Promise.all(hosts.map((host) => host.end()))
  hosts = []
  await Promise.all(opened.map((storage) => storage.close()))
  opened = []
  await pool.end()
  await database.drop()
})

function open(options: Partial<PostgresStorageOptions> = {}): PostgresStorage {
  const storage = postgresStorage({ connectionString: database.url, max: 3, ...options } as PostgresStorageOptions)
  opened.push(storage)
  return storage
}

/** A client of the host's, in a transaction. */
async function beginHost(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url })
  hosts.push(client)
  await client.connect()
  await client.query('begin')
  return client
}

const patience = { timeout: 20_000 }
const all = ['0001-directory']
const incompatible = { code: 'storage_unavailable', reason: 'incompatible' }

describe('migrations.check', () => {
  it('tells what there is to do and does nothing of it', async () => {
    const storage = open()
    expect(await storage.migrations.check()).toEqual({ applied: [], pending: all, unknown: [] })
    expect(await schemaOf(pool)).toEqual([])

    await storage.migrate()
    expect(await storage.migrations.check()).toEqual({ applied: all, pending: [], unknown: [] })
  })

  it('looks where the storage’s own tables are', async () => {
    await open({ prefix: 'other_' }).migrate()
    await open({ schema: 'tenants' }).migrate()
    expect(await open().migrations.check()).toMatchObject({ pending: all })
    expect(await open({ schema: 'tenants' }).migrations.check()).toMatchObject({ pending: [] })
  })
})

describe('migrations.printSql', () => {
  it.each([{}, { prefix: 'own_', schema: 'tenants' }, { partitions: 3 }])(
    'prints what makes the same schema as up, with %o',
    async (options) => {
      const schema = 'schema' in options ? options.schema : 'public'
      const byHand = open(options)
      await pool.query(await byHand.migrations.printSql())
      const printed = await schemaOf(pool, schema)
      expect(await byHand.migrations.check()).toEqual({ applied: all, pending: [], unknown: [] })
      await byHand.migrate()
      expect(await byHand.commit('i', [creationOf('ada')])).toMatchObject([{ outcome: 'applied' }])
      expect(await schemaOf(pool, schema)).toEqual(printed)

      const other = await createPostgresDatabase()
      const client = new pg.Client({ connectionString: other.url })
      await client.connect()
      await open({ ...options, connectionString: other.url }).migrate()
      expect(printed).toEqual(await schemaOf(client, schema))
      await client.end()
      await Promise.all(opened.splice(0).map((storage) => storage.close()))
      await other.drop()
    },
  )

  it('prints nothing where there is nothing to do', async () => {
    const storage = open()
    expect(await schemaOf(pool)).toEqual([])
    await storage.migrate()
    expect(await storage.migrations.printSql()).toBe('')
  })
})

describe('migrations.up within the host’s transaction', () => {
  it.each([{}, { schema: 'tenants', partitions: 2 }])(
    'leaves nothing when it is rolled back, with %o',
    async (options) => {
      const client = await beginHost()
      await open(options).migrations.up({ client })
      const { rows } = await client.query(
        `select count(*)::int as tables from pg_tables where tablename like 'indwell%'`,
      )
      expect(rows[0].tables).toBeGreaterThan(12)
      await client.query('rollback')

      expect(await schemaOf(pool)).toEqual([])
      expect((await pool.query(`select from pg_namespace where nspname = 'tenants'`)).rows).toEqual([])
      expect(await open(options).migrations.check()).toMatchObject({ applied: [] })
    },
  )

  it('is there with the host’s own tables once that commits, and not before', async () => {
    const client = await beginHost()
    const storage = open()
    await client.query('create table hosts_own (id int)')
    await storage.migrations.up({ client })
    expect(await storage.migrations.check()).toMatchObject({ applied: [] })
    await client.query('commit')

    expect(await storage.migrations.check()).toMatchObject({ pending: [] })
    expect(await storage.commit('i', [creationOf('ada')])).toMatchObject([{ outcome: 'applied' }])
    expect((await pool.query('select from hosts_own')).rows).toEqual([])
  })

  it.each(['commit', 'rollback'])('lets others wait for its %s', async (end) => {
    const client = await beginHost()
    await open().migrations.up({ client })
    let done = false
    const other = open()
    const migrating = other.migrate().then(() => {
      done = true
    })
    const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    await expect.poll(async () => (await pool.query(waits)).rows.length, patience).toBeGreaterThan(0)
    expect(done).toBe(false)

    await client.query(end)
    await migrating
    expect(await other.commit('i', [creationOf('ada')])).toMatchObject([{ outcome: 'applied' }])
  })

  it('finds what is done already', async () => {
    await open().migrate()
    const client = await beginHost()
    await open().migrations.up({ client })
    await client.query('commit')
  })
})

describe('a database of a newer version', () => {
  it('refuses an older library, and says what that does not know', async () => {
    const storage = open()
    await storage.migrate()
    await pool.query(`insert into indwell_migration values ('0002-later', '2030-01-01T00:00:00.000Z')`)
    const before = await schemaOf(pool)

    const refusal = { ...incompatible, message: expect.stringContaining('0002-later') }
    await expect(storage.migrate()).rejects.toMatchObject(refusal)
    const client = await beginHost()
    await expect(storage.migrations.up({ client })).rejects.toMatchObject(refusal)
    await client.query('rollback')
    expect(await storage.migrations.check()).toEqual({ applied: all, pending: [], unknown: ['0002-later'] })
    expect(await schemaOf(pool)).toEqual(before)
  })
})

describe('a migration that is interrupted', () => {
  let script: ChildScript
  beforeAll(async () => {
    script = await buildChildScript(fileURLToPath(new URL('./interrupted-child.ts', import.meta.url)))
  })
  afterAll(() => script.remove())

  it('by kill -9 leaves no step half done, wherever it was, and the next one does it all', async () => {
    let ends: string
    let kills = 0
    for (let nth = 0; ; nth += 14) {
      ends = await runToEnd(script, database.url, String(nth))
      if (ends === 'done') break
      kills++
      const tables = `select tablename from pg_tables where schemaname = 'public' and tablename !~ '^indwell_migration(_lock)?$'`
      const { applied } = await open().migrations.check()
      // Killed behind its commit, it has done it all.
      if (applied.length > 0) expect(applied).toEqual(all)
      // The server may still be undoing it.
      else await expect.poll(async () => (await pool.query(tables)).rows, patience).toEqual([])
    }
    expect(kills).toBeGreaterThan(4)

    const other = await createPostgresDatabase()
    const client = new pg.Client({ connectionString: other.url })
    await client.connect()
    const whole = postgresStorage({ connectionString: other.url })
    await whole.migrate()
    expect(await schemaOf(pool)).toEqual(await schemaOf(client))
    await client.end()
    await whole.close()
    await other.drop()
  })
})

describe('a role that may only read and write rows', () => {
  it('starts on a database that is up to date', async () => {
    await open().migrate()
    const role = `app_${Date.now()}`
    await pool.query(`create role ${role} login password 'app'`)
    await pool.query(`grant select, insert, update, delete on all tables in schema public to ${role}`)
    const url = new URL(database.url)
    Object.assign(url, { username: role, password: 'app' })

    const storage = open({ connectionString: url.href })
    await storage.migrate()

    expect(await storage.commit('i', [creationOf('ada')])).toMatchObject([{ outcome: 'applied' }])
    await Promise.all(opened.splice(0).map((storage) => storage.close()))
    await pool.query(`drop owned by ${role}`)
    await pool.query(`drop role ${role}`)
  })
})

describe('a server that does not tell its users which one it is', () => {
  it('is migrated and started on', async () => {
    const role = `tenant_${Date.now()}`
    await pool.query('revoke execute on function pg_control_system() from public')
    await pool.query(`create role ${role} login password 'tenant'`)
    await pool.query(`grant all on schema public to ${role}`)
    const url = new URL(database.url)
    Object.assign(url, { username: role, password: 'tenant' })

    const storage = open({ connectionString: url.href })
    await storage.migrate()
    await open({ connectionString: url.href }).migrate()

    expect(await storage.commit('i', [creationOf('ada')])).toMatchObject([{ outcome: 'applied' }])
    await Promise.all(opened.splice(0).map((storage) => storage.close()))
    await pool.query(`drop owned by ${role}`)
    await pool.query(`drop role ${role}`)
  })
})

describe('a database that was moved to another server by a dump', () => {
  const elsewhere = `create or replace function indwell_event_server() returns text language sql immutable as 'select ''1''::text'`

  it('goes on behind the positions that consumers hold, whatever its transactions were numbered', async () => {
    const storage = open()
    await storage.migrate()
    await storage.commit('i', [creationOf('ada')])
    await storage.commit('j', [creationOf('bob')])
    await pool.query(`update indwell_event set transaction_id = '9000000000'`)
    await pool.query(elsewhere)
    const read = (after?: string) => storage.readEvents('i', { limit: 9, ...(after === undefined ? {} : { after }) })
    // What would be without: neither what was there nor what is written then is ever shown.
    expect(await read()).toEqual([])

    await Promise.all([storage.migrate(), open().migrate()])

    const [first] = await expect
      .poll(() => read())
      .toHaveLength(1)
      .then(() => read())
    expect(first!.position).toMatch(/^9000000000-/)
    const [outcome] = await storage.commit('i', [commitOf(changeOf('ada'))])
    await expect.poll(() => read(first!.position), patience).toHaveLength(1)
    const [second] = await read(first!.position)
    expect(outcome).toMatchObject({ outcome: 'applied', positions: [second!.position] })
    expect(BigInt(second!.position.split('-')[0]!)).toBeGreaterThan(9_000_000_000n)

    // And once more, to a server that is ahead of all that.
    await pool.query(elsewhere)
    await storage.migrate()
    const [third] = await storage.commit('i', [commitOf(changeOf('ada'))])
    await expect
      .poll(() => read(second!.position), patience)
      .toMatchObject([{ position: Reflect.get(third!, 'positions')[0] }])
  })
})
