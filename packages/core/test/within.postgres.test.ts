import { createDirectory } from '@indwell/core'
import { type PostgresStorage, postgresStorage } from '@indwell/storage-postgres'
import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMigratedDatabase, type PostgresDatabase } from '../../../test/postgres'
import { copiesOnPostgres } from './filled-databases'
import { describeForeignKeys } from './foreign-keys'
import { describeWithin, type Host } from './within'
import { allEvents, createWorld, createWorldDatabase, type World } from './world'

const createPartitionedDatabase = copiesOnPostgres(
  'partitioned_world',
  async (storage) => void (await createWorld({ storage })),
  { partitions: 3 },
)

/** A database of its own, with the people in it. */
async function openDatabase(spread: { readonly partitions?: number } = {}) {
  const database = await (spread.partitions === undefined ? createWorldDatabase() : createPartitionedDatabase())
  const pool = new pg.Pool({ connectionString: database.url })
  pool.on('error', () => {})
  const storage = postgresStorage({ pool, ...spread })
  return {
    pool,
    storage,
    isFilled: true,
    run: async (text: string) => (await pool.query(text)).rows as Record<string, unknown>[],
    async close() {
      await storage.close()
      await pool.end()
      await database.drop()
    },
  }
}

const openHost = async (spread: { readonly partitions?: number } = {}): Promise<Host> => {
  const { pool, ...opened } = await openDatabase(spread)
  return {
    ...opened,
    async begin() {
      const client = await pool.connect()
      await client.query('begin')
      const end = async (text: string) => {
        await client.query(text)
        client.release()
      }
      return {
        handle: client,
        run: async (text) => (await client.query(text)).rows,
        commit: () => end('commit'),
        rollback: () => end('rollback'),
      }
    },
  }
}

describeWithin('a transaction of pg', () => openHost())
describeForeignKeys('Postgres', () => openHost())
describeForeignKeys('tables in partitions', () => openHost({ partitions: 3 }))

describeWithin('a transaction of Kysely on Postgres', async () => {
  const { pool, ...opened } = await openDatabase()
  const db = new Kysely<Record<never, never>>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin()],
  })
  return {
    ...opened,
    async begin() {
      const handle = await db.startTransaction().execute()
      return {
        handle,
        run: async (text) => (await sql.raw<Record<string, unknown>>(text).execute(handle)).rows,
        commit: () => handle.commit().execute(),
        rollback: () => handle.rollback().execute(),
      }
    },
  }
})

describe('transactions on Postgres', () => {
  const conflict = { code: 'transaction_failed', reason: 'conflict' }
  const aborted = { code: 'transaction_failed', reason: 'aborted' }
  const foreign = { code: 'transaction_failed', reason: 'foreign' }
  const notOpen = { code: 'transaction_failed', reason: 'not_open' }

  let database: PostgresDatabase
  let pool: pg.Pool
  let storage: PostgresStorage
  let world: World
  let clients: pg.Client[] = []
  beforeEach(async () => {
    database = await createWorldDatabase()
    pool = new pg.Pool({ connectionString: database.url })
    pool.on('error', () => {})
    storage = postgresStorage({ pool })
    world = await createWorld({ storage, isFilled: true })
  })
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.end()))
    clients = []
    await storage.close()
    await pool.end()
    await database.drop()
  })

  const begin = async (text = 'begin', url = database.url) => {
    const client = new pg.Client({ connectionString: url })
    clients.push(client)
    await client.connect()
    await client.query(text)
    return { client, users: world.directory.within(client).asSystem('host').users }
  }
  const bobs = async () => (await allEvents(storage, 'default')).filter(({ aggregate }) => aggregate.id === 'bob')

  it('are not seen from outside before they commit', async () => {
    const { client, users } = await begin()
    await users.lock('bob')
    expect((await users.get('bob')).state).toBe('locked')
    expect((await world.system.users.get('bob')).state).toBe('active')
    await client.query('commit')
    expect((await world.system.users.get('bob')).state).toBe('locked')
  })

  it('refuse a client outside of them, a pool, and a client of another database', async () => {
    const { users } = await begin('select 1')
    await expect(users.get('bob')).rejects.toMatchObject(notOpen)
    await expect(users.lock('bob')).rejects.toMatchObject(notOpen)
    expect((await world.system.users.get('bob')).state).toBe('active')
    await expect(world.directory.within(pool).asSystem('host').users.lock('bob')).rejects.toMatchObject(notOpen)

    const other = await createMigratedDatabase()
    const without = await begin('begin', other.url)
    await expect(without.users.lock('bob')).rejects.toMatchObject(foreign)
    await expect(without.client.query('select 1')).resolves.toBeDefined()

    // An instance of the same name, in tables of the same names.
    const theirs = await createDirectory({ storage: postgresStorage({ connectionString: other.url }) })
    const strange = await begin('begin', other.url)
    await expect(strange.users.list()).rejects.toMatchObject(foreign)
    await expect(strange.users.lock('bob')).rejects.toMatchObject(foreign)
    await Promise.all(clients.splice(0).map((client) => client.end()))
    await theirs.close()
    await other.drop()
  })

  it('refuse one whose search path leads elsewhere', async () => {
    const { users } = await begin('begin; set local search_path to pg_catalog')
    await expect(users.lock('bob')).rejects.toMatchObject(foreign)
  })

  it('say aborted where a statement of the host failed before', async () => {
    const { client, users } = await begin()
    await users.lock('bob')
    await expect(client.query('select 1 / 0')).rejects.toThrow()
    await expect(users.lock('ada')).rejects.toMatchObject(aborted)
    await expect(users.get('ada')).rejects.toMatchObject(aborted)
    await client.query('rollback')

    const swallowed = world.directory.transaction(async (transaction) => {
      await transaction.asSystem('host').users.lock('bob')
      const { query } = transaction.connection as pg.Client
      await expect(query('select 1 / 0')).rejects.toThrow()
    })
    await expect(swallowed).rejects.toMatchObject(aborted)
    expect((await world.system.users.get('bob')).state).toBe('active')
  })

  it('read where they may only read, and say read_only where they write', async () => {
    const { client, users } = await begin('begin read only')
    expect((await users.get('bob')).state).toBe('active')
    await expect(users.lock('bob')).rejects.toMatchObject({ code: 'storage_unavailable', reason: 'read_only' })
    expect((await users.get('bob')).state).toBe('active')
    await client.query('commit')
  })

  it.each(['repeatable read', 'serializable'])('that are %s say conflict where others wrote since', async (level) => {
    const { client, users } = await begin(`begin isolation level ${level}`)
    expect((await users.get('bob')).state).toBe('active')
    await world.system.users.lock('bob')
    await world.system.users.createHuman({ userId: 'carl', orgId: 'acme', userName: 'carl' })
    expect((await users.get('bob')).state).toBe('active')
    await expect(users.lock('bob')).rejects.toMatchObject(conflict)
    await expect(users.createHuman({ userId: 'dora', orgId: 'acme', userName: 'carl' })).rejects.toMatchObject(conflict)
    await expect(users.createHuman({ userId: 'carl', orgId: 'acme', userName: 'dora' })).rejects.toMatchObject(conflict)
    await users.lock('ada')
    await client.query('commit')
    expect((await world.system.users.get('ada')).state).toBe('locked')
  })

  it('that are read committed decide again where others were faster', async () => {
    const { client, users } = await begin()
    const clash = await begin()
    await clash.users.createHuman({ userId: 'carl', orgId: 'acme', userName: 'carl' })
    const late = users.createHuman({ userId: 'dora', orgId: 'acme', userName: 'carl' })
    await waitForLock()
    await clash.client.query('commit')
    await expect(late).rejects.toMatchObject({ code: 'already_exists' })

    const first = await begin()
    await first.users.metadata('bob').set({ one: 1 })
    const second = users.metadata('bob').set({ two: 2 })
    await waitForLock()
    await first.client.query('commit')
    await second
    await client.query('commit')
    expect(await world.system.users.metadata('bob').values()).toEqual({ one: 1, two: 2 })
  })

  async function waitForLock(): Promise<void> {
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
    await expect.poll(async () => (await pool.query(waiting)).rowCount, { timeout: 20_000 }).toBeGreaterThan(0)
  }

  it('that wait for each other end with a conflict of one, which may be begun again', async () => {
    const [one, other] = [await begin(), await begin()]
    await one.users.lock('bob')
    await other.users.lock('ada')
    const outcomes = await Promise.allSettled(
      [
        one.users.lock('ada').then(() => one.client.query('commit')),
        waitForLock()
          .then(() => other.users.lock('bob'))
          .then(() => other.client.query('commit')),
      ].map((work, place) =>
        work.catch(async (error) => {
          await [one, other][place]!.client.query('rollback')
          throw error
        }),
      ),
    )
    const rejected = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(rejected.length).toBeGreaterThanOrEqual(1)
    for (const { reason } of rejected.slice(0, 1)) expect(reason).toMatchObject(conflict)
    await world.system.users.lock('robot')
  })

  it('keep what they wrote from others only as long as they last', async () => {
    const { client, users } = await begin()
    await users.metadata('bob').set({ one: 1 })
    const other = world.system.users.metadata('bob').set({ two: 2 })
    await waitForLock()
    await world.system.users.metadata('ada').set({ free: true })
    await client.query('commit')
    await other
    expect(await world.system.users.metadata('bob').values()).toEqual({ one: 1, two: 2 })
  })

  it('that are open for long lose no event of the feed, and keep the order of every subject', async () => {
    const { client, users } = await begin()
    // A number of its own, long before it writes with us.
    await client.query('select pg_current_xact_id()')
    const seen = await allEvents(storage, 'default')
    const shown: string[] = seen.map(({ position }) => position)
    const follow = async () => {
      const after = shown.at(-1)
      const events = await storage.readEvents('default', { limit: 1000, ...(after === undefined ? {} : { after }) })
      shown.push(...events.map(({ position }) => position))
    }
    for (let n = 0; n < 5; n++) {
      await world.system.users.metadata('bob').set({ outside: n })
      await follow()
      await users.metadata('robot').set({ inside: n })
      await follow()
    }
    await users.metadata('bob').set({ inside: 5 })
    await follow()
    const joined = world.directory.within(client)
    await joined.asSystem('host').users.lock('bob')
    await client.query('commit')
    await world.system.users.metadata('bob').set({ outside: 6 })
    const written = await storage.readEvents('default', { aggregate: { type: 'user', id: 'bob' }, limit: 1000 })
    await expect.poll(async () => (await bobs()).length, { timeout: 20_000 }).toBe(written.length)
    await follow()

    const all = await allEvents(storage, 'default')
    expect(shown).toEqual(all.map(({ position }) => position))
    const sequences = (await bobs()).map(({ sequence }) => sequence)
    expect(sequences).toEqual(sequences.map((_, place) => String(place + 1)))
    expect(await joined.announce()).toBe(1)
  })

  it('lose no event while twenty of them and others write to the same subjects', async () => {
    const shown: string[] = []
    let isDone = false
    const follower = (async () => {
      for (let last = false; !last; ) {
        last = isDone
        const after = shown.at(-1)
        const events = await storage.readEvents('default', { limit: 50, ...(after === undefined ? {} : { after }) })
        shown.push(...events.map(({ position }) => position))
        if (events.length === 50) last = false
      }
    })()
    await Promise.all([
      ...Array.from({ length: 4 }, async (_, writer) => {
        for (let n = 0; n < 5; n++) {
          const { client, users } = await begin()
          await client.query('select pg_current_xact_id()')
          await users.metadata('bob').set({ [`in${writer}`]: n })
          await client.query(n % 2 === 0 ? 'commit' : 'rollback')
        }
      }),
      ...Array.from({ length: 4 }, async (_, writer) => {
        for (let n = 0; n < 20; n++) await world.system.users.metadata('bob').set({ [`out${writer}`]: n })
      }),
    ])
    isDone = true
    await follower
    const written = await storage.readEvents('default', { aggregate: { type: 'user', id: 'bob' }, limit: 1000 })
    await expect.poll(async () => (await bobs()).length, { timeout: 20_000 }).toBe(written.length)
    const last = await storage.readEvents('default', { limit: 1000, ...(shown.length > 0 && { after: shown.at(-1)! }) })
    shown.push(...last.map(({ position }) => position))
    const sequences = (await bobs()).map(({ sequence }) => sequence)
    expect(sequences).toEqual(sequences.map((_, place) => String(place + 1)))
    expect(shown).toEqual((await allEvents(storage, 'default')).map(({ position }) => position))
  })

  it('say referenced where a foreign key that is checked at the end is broken', async () => {
    const table = 'indwell_user'
    await pool.query(`create table host_${table} (instance_id text, user_id text, foreign key (instance_id, user_id)
      references ${table} (instance_id, user_id) deferrable initially deferred)`)
    await pool.query(`insert into host_${table} values ('default', 'bob')`)
    const referenced = { code: 'invalid_state', reason: 'referenced' }

    await expect(world.system.users.delete('bob')).rejects.toMatchObject(referenced)
    await expect(
      world.directory.transaction((transaction) => transaction.asSystem('host').users.delete('bob')),
    ).rejects.toMatchObject(referenced)
    await world.directory.transaction(async (transaction) => {
      await transaction.asSystem('host').users.delete('bob')
      await (transaction.connection as pg.Client).query(`delete from host_${table} where user_id = $1`, ['bob'])
    })
    expect(await world.system.users.getOrUndefined('bob')).toBeUndefined()
  })
})
