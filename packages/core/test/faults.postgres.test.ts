import { randomUUID } from 'node:crypto'
import {
  type ActingDirectory,
  type Commit,
  createDirectory,
  type Directory,
  type DirectoryOptions,
  type DirectoryStorage,
} from '@indwell/core'
import { type PostgresConnection, type PostgresStorageOptions, postgresStorage } from '@indwell/storage-postgres'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { startPostgres } from '../../../test/start-postgres'
import { type ProxyFault, startTcpProxy, type TcpProxy } from '../../../test/tcp-proxy'
import { expectWhole } from './replay'
import { allEvents, createWorld } from './world'

/** Other work of the machine must not decide. */
const patiently = { timeout: 20_000 }

/** In the text of every commit, of the statement that locks first, of every load. */
const commitText = 'into "indwell_event" ('
const loadText = 'as "found0"'
const commitTold = 'commit\0'

const unreachable = { code: 'storage_unavailable', reason: 'unreachable' }
const busy = { code: 'storage_unavailable', reason: 'busy' }
const unknown = { code: 'outcome_unknown' }

const touch = (expected: 'new' | 'live', ...ids: readonly string[]): Commit => ({
  at: 0,
  actor: { type: 'system', id: '', reason: 'test' },
  aggregates: ids.map((id) => ({
    key: { type: 'user', id },
    expect: expected,
    owner: 'acme',
    events: [{ type: 'touched', payload: {} }],
    revise: false,
  })),
})

describe('postgres storage between faults', () => {
  let database: PostgresDatabase
  let admin: pg.Pool
  let direct: DirectoryStorage
  let proxy: TcpProxy
  let opened: Directory[] = []

  /** A directory through the proxy on one connection, whose statements are sent in full each time. */
  const open = async (options: Partial<PostgresStorageOptions> = {}) => {
    const connectionString = proxy.through(database.url)
    const storage = postgresStorage({ connectionString, max: 1, namedStatements: false, ...options })
    const directory = await createDirectory({ storage, migrate: false })
    opened.push(directory)
    return directory
  }
  const system = (directory: Directory): ActingDirectory => directory.asSystem('test')
  const named = (name: string) => {
    const url = new URL(proxy.through(database.url))
    url.searchParams.set('application_name', name)
    return url.href
  }
  const backends = async (name: string): Promise<readonly { pid: number; waits: boolean }[]> => {
    const text = `select pid, wait_event_type = 'Lock' as waits from pg_stat_activity where application_name = $1`
    return (await admin.query(text, [name])).rows
  }
  const untilWaiting = async (name: string): Promise<number> => {
    for (;;) {
      const waiting = (await backends(name)).find(({ waits }) => waits)
      if (waiting !== undefined) return waiting.pid
    }
  }
  const countEvents = async () => (await allEvents(direct, 'default')).length
  /** Waits for what the server still does for connections that are gone. */
  const settled = () => expect.poll(async () => (await admin.query(busyBackends)).rows[0].count, patiently).toBe('0')
  const busyBackends = `select count(*) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`

  /** Runs `work` while another transaction holds Bob's aggregate. */
  const blocked = async <T>(work: () => Promise<T>): Promise<T> => {
    const blocker = await admin.connect()
    try {
      await blocker.query('begin')
      await blocker.query(`select 1 from indwell_aggregate where id = 'bob' for update`)
      return await work()
    } finally {
      await blocker.query('rollback')
      blocker.release()
    }
  }

  beforeAll(async () => {
    database = await createPostgresDatabase()
    admin = new pg.Pool({ connectionString: database.url })
    admin.on('error', () => {})
    direct = postgresStorage({ connectionString: database.url, max: 2 })
    await createWorld({ storage: direct })
  })
  beforeEach(async () => {
    proxy = await startTcpProxy(database.url)
  })
  afterEach(async () => {
    await settled()
    await expectWhole(direct, 'default')
    // Whatever happened, the directory works once the fault is gone.
    for (const directory of opened) {
      await expect
        .poll(() => set(directory).catch((error: Error) => error), patiently)
        .toMatchObject({ changed: ['after'] })
      await directory.close()
    }
    opened = []
    await proxy.close()
  })
  afterAll(async () => {
    await direct.close()
    await admin.end()
    await database.drop()
  })

  let values = 0
  const set = (directory: Directory) => system(directory).users.metadata('bob').set({ after: ++values })

  describe('a connection that ends', () => {
    const reads: readonly ProxyFault['kind'][] = ['cut before', 'cut behind', 'cut within']

    for (const kind of reads) {
      it(`${kind} of a read is made good by another`, async () => {
        const directory = await open()
        const met = proxy.once({ kind, text: loadText })
        expect(await system(directory).users.get('bob')).toMatchObject({ userId: 'bob' })
        await met
      })

      it(`${kind} of a search and of a page of the log is made good by another`, async () => {
        const directory = await open()
        const searched = proxy.once({ kind, text: 'indwell_user' })
        expect((await system(directory).users.list()).items.length).toBeGreaterThan(0)
        await searched
        const read = proxy.once({ kind, text: 'indwell_event' })
        expect((await system(directory).events({ limit: 1 })).length).toBe(1)
        await read
      })
    }

    it('cut before a commit leaves its outcome unknown: nobody here knows that it was not sent', async () => {
      const directory = await open()
      const before = await countEvents()
      const met = proxy.once({ kind: 'cut before', text: commitText })
      await expect(set(directory)).rejects.toMatchObject(unknown)
      await met
      expect(await countEvents()).toBe(before)
    })

    for (const kind of ['cut behind', 'cut within'] as const) {
      it(`${kind} of a commit leaves its outcome unknown, and it is whole`, async () => {
        const directory = await open()
        const before = await countEvents()
        const met = proxy.once({ kind, text: commitText })
        await expect(set(directory)).rejects.toMatchObject(unknown)
        await met
        expect(await countEvents()).toBe(before + 1)
      })

      it(`${kind} of a commit under an idempotency key is asked for again, and written once`, async () => {
        const directory = await open()
        const { users } = system(directory)
        const before = await countEvents()
        const met = proxy.once({ kind, text: commitText })
        const key = { idempotencyKey: `the answer was ${kind}` }
        const create = () => users.createHuman({ orgId: 'acme', email: `${kind.replace(' ', '-')}@x.example` }, key)
        const first = await create()
        await met
        expect(await create()).toEqual(first)
        expect(await countEvents()).toBe(before + 2)
      })
    }

    it('says that the outcome is unknown when the server is not to be had again, and repeats the answer when it is', async () => {
      const directory = await open({ connectTimeoutMs: 200 })
      const before = await countEvents()
      const { users } = system(directory)
      const lock = () => users.lock('bob', { idempotencyKey: 'lock' })
      const met = proxy.once({ kind: 'cut behind', text: commitText }).then(() => proxy.silence(true))
      await expect(lock()).rejects.toMatchObject(unknown)
      await met
      proxy.silence(false)
      proxy.cutAll()

      expect(await countEvents()).toBe(before + 1)
      const answer = await lock()
      expect(await lock()).toEqual(answer)
      await expect(users.lock('bob')).rejects.toMatchObject({ code: 'invalid_state' })
      expect(await countEvents()).toBe(before + 1)
      await users.unlock('bob')
    })

    it('before the end of a commit of several statements did nothing, so it is made good by another', async () => {
      const directory = await open()
      const { orgs } = system(directory)
      for (const text of ['begin isolation', ' select count(lock) from waited', commitText]) {
        const { orgId } = await orgs.create({ name: `Cut at ${text.replace(/\W/g, ' ')}` })
        const before = await countEvents()
        const met = proxy.once({ kind: 'cut behind', text })
        await orgs.delete(orgId)
        await met
        expect(await countEvents()).toBe(before + 1)
      }
    })

    it('while a commit of several statements ends leaves its outcome unknown', async () => {
      const directory = await open()
      const { orgs } = system(directory)
      for (const kind of ['cut before', 'cut behind'] as const) {
        const { orgId } = await orgs.create({ name: `Ends ${kind}` })
        const before = await countEvents()
        const met = proxy.once({ kind, text: commitTold })
        await expect(orgs.delete(orgId)).rejects.toMatchObject(unknown)
        await met
        await settled()
        expect(await countEvents()).toBe(before + (kind === 'cut before' ? 0 : 1))
      }
    })

    it('by the hand of the server does the same', async () => {
      const directory = await open({ connectionString: named('ended') } as Partial<PostgresStorageOptions>)
      await blocked(async () => {
        const outcome = expect(set(directory)).rejects.toMatchObject(unknown)
        await admin.query('select pg_terminate_backend($1)', [await untilWaiting('ended')])
        await outcome
      })
      await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ended'`)
      expect(await system(directory).users.get('bob')).toMatchObject({ userId: 'bob' })
    })

    it('is replaced: no place in the pool is lost', async () => {
      const directory = await open({ max: 2 })
      for (let count = 0; count < 10; count++) {
        const met = proxy.once({ kind: 'cut behind', text: loadText })
        await system(directory).users.get('bob')
        await met
      }
      await Promise.all(Array.from({ length: 20 }, () => set(directory)))
      expect(proxy.connections()).toBeLessThanOrEqual(2)
    })
  })

  describe('a connection that falls silent', () => {
    const impatient = { statementTimeoutMs: 200, connectTimeoutMs: 300 }

    it('ends a read as unreachable, five seconds behind the statement timeout', async () => {
      const directory = await open(impatient)
      const met = proxy.once({ kind: 'stall behind', text: loadText })
      await expect(system(directory).users.get('bob')).rejects.toMatchObject(unreachable)
      await met
    })

    it('leaves the outcome of a write unknown', async () => {
      const directory = await open(impatient)
      const before = await countEvents()
      const met = proxy.once({ kind: 'stall before', text: commitText })
      await expect(set(directory)).rejects.toMatchObject(unknown)
      await met
      expect(await countEvents()).toBe(before)
    })

    it('behind a write under a key is asked what became of it', async () => {
      const directory = await open(impatient)
      const before = await countEvents()
      const met = proxy.once({ kind: 'stall behind', text: commitText })
      const write = () => system(directory).users.metadata('bob').set({ silent: 1 }, { idempotencyKey: 'silent' })
      const answer = await write()
      await met
      expect(await write()).toEqual(answer)
      expect(await countEvents()).toBe(before + 1)
    })

    it('before there is one is unreachable', async () => {
      const directory = await open(impatient)
      proxy.cutAll()
      proxy.silence(true)
      await expect(system(directory).users.get('bob')).rejects.toMatchObject(unreachable)
      await expect(set(directory)).rejects.toMatchObject(unreachable)
      proxy.silence(false)
    })

    it('ends a transaction of the directory wherever it is, and a commit with a hook', async () => {
      const text = {
        begin: 'begin isolation',
        load: loadText,
        write: commitText,
        host: 'select 4711',
        commit: `\u000b${commitTold}`,
      }
      type Where = keyof typeof text
      const ends = async (where: Where, hooks: Partial<DirectoryOptions> = {}) => {
        const line = await startTcpProxy(database.url)
        const connectionString = line.through(database.url)
        const storage = postgresStorage({ connectionString, max: 1, namedStatements: false, ...impatient })
        const directory = await createDirectory({
          storage,
          // Of its own: what the server has not noticed to be over goes on holding its locks.
          instanceId: randomUUID(),
          migrate: false,
          ...(hooks as object),
        })
        const { userId } = await directory.asSystem('test').users.createMachine({ userName: randomUUID(), name: 'A' })
        const met = line.once({ kind: 'stall behind', text: text[where] })
        const ended = hooks.hooks
          ? directory.asSystem('test').users.metadata(userId).set({ hooked: where })
          : directory.transaction(async ({ connection, ...joined }) => {
              await joined.asSystem('test').users.metadata(userId).set({ within: where })
              await (connection as PostgresConnection).query('select 4711')
            })
        const error = await ended.then(
          () => undefined,
          (thrown: { readonly code?: string; readonly reason?: string }) => thrown,
        )
        await met
        await directory.close()
        await line.close()
        return error?.code === 'storage_unavailable' ? error.reason : error?.code
      }
      const hooks = { inTransaction: () => {} }
      const wheres: readonly Where[] = ['begin', 'load', 'write', 'host', 'commit']
      const [begin, load, write, host, commit, ...hooked] = await Promise.all([
        ...wheres.map((where) => ends(where)),
        ...(['begin', 'write', 'commit'] as const).map((where) => ends(where, { hooks })),
      ])
      expect({ begin, load, write, commit }).toEqual({
        begin: 'unreachable',
        load: 'unreachable',
        write: 'unreachable',
        commit: 'outcome_unknown',
      })
      // As the driver says it.
      expect(host).toBeUndefined()
      expect(hooked).toEqual(['unreachable', 'unreachable', 'outcome_unknown'])
    })

    it('does not keep the storage from being closed', async () => {
      const storage = postgresStorage({ connectionString: proxy.through(database.url), ...impatient })
      const met = proxy.once({ kind: 'stall before', text: loadText })
      const loading = storage.load('default', [{ read: 'aggregate', key: { type: 'user', id: 'bob' } }])
      const failing = expect(loading).rejects.toMatchObject(unreachable)
      await met
      await storage.close()
      await failing
    })
  })

  describe('a pool without a free connection', () => {
    it('is busy once the wait is over, and serves again when one is free', async () => {
      const connectionString = named('exhausted')
      const directory = await open({ connectionString, connectTimeoutMs: 100 } as Partial<PostgresStorageOptions>)
      const before = await countEvents()
      const waiting = await blocked(async () => {
        const write = set(directory)
        await untilWaiting('exhausted')
        await expect(system(directory).users.get('bob')).rejects.toMatchObject(busy)
        await expect(system(directory).users.lock('ada')).rejects.toMatchObject(busy)
        return { write }
      })
      await waiting.write
      expect(await countEvents()).toBe(before + 1)
    })

    it('of the host, who set no limit, is waited for no longer', async () => {
      const pool = new pg.Pool({ connectionString: database.url, max: 1 })
      const directory = await open({ pool, connectTimeoutMs: 50 } as Partial<PostgresStorageOptions>)
      const held = await pool.connect()
      await expect(system(directory).users.get('bob')).rejects.toMatchObject({ code: 'storage_unavailable' })
      held.release()
      // What came too late went back.
      for (let count = 0; count < 3; count++) await system(directory).users.get('bob')
      await new Promise((turn) => setImmediate(turn))
      expect([pool.totalCount, pool.idleCount, pool.waitingCount]).toEqual([1, 1, 0])
      await set(directory)
      await directory.close()
      opened = []
      await pool.end()
    })
  })

  describe('a server that refuses', () => {
    it('ends a statement at its timeout: busy, nothing written', async () => {
      const directory = await open({ statementTimeoutMs: 50 })
      const before = await countEvents()
      await blocked(() => expect(set(directory)).rejects.toMatchObject(busy))
      expect(await countEvents()).toBe(before)
    })

    it('ends a wait for a lock at its timeout: busy, nothing written', async () => {
      const url = new URL(proxy.through(database.url))
      url.searchParams.set('options', '-c lock_timeout=50')
      const directory = await open({ connectionString: url.href } as Partial<PostgresStorageOptions>)
      const before = await countEvents()
      await blocked(() => expect(set(directory)).rejects.toMatchObject(busy))
      expect(await countEvents()).toBe(before)
    })

    it('for a serialization failure is asked again', async () => {
      const url = new URL(proxy.through(database.url))
      url.searchParams.set('options', '-c default_transaction_isolation=serializable')
      const options = { connectionString: url.href, max: 4 } as Partial<PostgresStorageOptions>
      const directories = [await open(options), await open(options)]
      const before = await countEvents()
      await Promise.all(
        Array.from({ length: 24 }, (_, index) =>
          system(directories[index % 2]!)
            .users.metadata('bob')
            .set({ [`k${index % 3}`]: index }),
        ),
      )
      expect(await countEvents()).toBe(before + 24)
    })

    it('for a deadlock is asked again', async () => {
      const storage = postgresStorage({ connectionString: named('locked') })
      const other = await admin.connect()
      try {
        await storage.commit('deadlock', [touch('new', 'a', 'b')])
        await other.query(`set deadlock_timeout = '1h'`)
        await other.query('begin')
        const take = `select 1 from indwell_aggregate where instance_id = 'deadlock' and id = $1 for update`
        await other.query(take, ['b'])
        const committing = storage.commit('deadlock', [touch('live', 'a', 'b')])
        await untilWaiting('locked')
        // Now each waits for the other, and the storage's side is the one that notices.
        await other.query(take, ['a'])
        await other.query('rollback')
        expect(await committing).toMatchObject([{ outcome: 'applied', sequences: ['2', '2'] }])
      } finally {
        other.release()
        await storage.close()
      }
    })

    it('for lack of connections is busy, and its connections are not leaked', async () => {
      const role = `few_${Date.now()}`
      await admin.query(`create role ${role} login password 'x' connection limit 1`)
      await admin.query(`grant all on all tables in schema public to ${role}`)
      await admin.query(`grant all on all sequences in schema public to ${role}`)
      const url = new URL(named('few'))
      url.username = role
      url.password = 'x'
      const directory = await open({ connectionString: url.href, max: 2 } as Partial<PostgresStorageOptions>)
      const waiting = await blocked(async () => {
        const write = set(directory)
        await untilWaiting('few')
        await expect(system(directory).users.get('bob')).rejects.toMatchObject(busy)
        return { write }
      })
      await waiting.write
      await set(directory)
      await directory.close()
      opened = []
      await expect
        .poll(async () => (await admin.query(`select 1 from pg_stat_activity where usename = $1`, [role])).rowCount)
        .toBe(0)
      await admin.query(`drop owned by ${role}`)
      await admin.query(`drop role ${role}`)
    })
  })
})

describe('a server that is started again', () => {
  it('is unreachable in between, serves again, and holds what it answered', async () => {
    const server = await startPostgres()
    const directory = await createDirectory({ storage: postgresStorage({ connectionString: server.url, max: 4 }) })
    try {
      const { users } = directory.asSystem('test')
      const orgId = directory.defaultOrgId
      const { userId } = await users.createHuman({ orgId, userName: 'ada' })
      await Promise.all([users.get(userId), users.get(userId), users.list()])

      const written: string[] = []
      const failures: unknown[] = []
      let stopped = false
      const writing = (async () => {
        for (let count = 0; !stopped; count++) {
          try {
            await users.metadata(userId).set({ [`k${count}`]: count }, { idempotencyKey: `k${count}` })
            written.push(`k${count}`)
          } catch (error) {
            failures.push(error)
          }
        }
      })()
      await server.restart(async () => {
        await expect(users.get(userId)).rejects.toMatchObject(unreachable)
        await expect(users.lock(userId)).rejects.toMatchObject(unreachable)
      })
      await expect.poll(() => users.get(userId).catch(() => undefined), patiently).toMatchObject({ state: 'active' })
      stopped = true
      await writing

      for (const failure of failures) {
        expect(failure).toSatisfy((error: { code: string }) => [unreachable.code, unknown.code].includes(error.code))
      }
      const values = await users.metadata(userId).values()
      expect(Object.keys(values)).toEqual(expect.arrayContaining(written))
      await users.lock(userId)
    } finally {
      await directory.close()
      await server.stop()
    }
  })
})
