import type { DirectoryStorage } from '@indwell/core'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { type PostgresStorageOptions, postgresStorage } from '../src/index'
import { changeOf, commitOf, creationOf } from './commits'
import { countingPool } from './counting-pool'

const ada = { read: 'aggregate', key: { type: 'user', id: 'ada' } } as const
const first = { aggregate: 0, event: 0 }
const claim = { type: 'email', value: 'a@b.example', ownerType: 'user', ownerId: 'ada' } as const
const entry = (key: string) => ({ subjectType: 'user', subjectId: 'ada', namespace: 'app', key }) as const

describe('postgresStorage', () => {
  let database: PostgresDatabase
  let pool: pg.Pool
  let opened: DirectoryStorage[] = []
  let instances = 0

  const open = (options: PostgresStorageOptions) => {
    const storage = postgresStorage(options)
    opened.push(storage)
    return storage
  }
  const newInstance = () => `instance-${++instances}`

  beforeAll(async () => {
    database = await createPostgresDatabase()
    pool = new pg.Pool({ connectionString: database.url })
    pool.on('error', () => {})
    await postgresStorage({ pool }).migrate()
  })
  afterEach(async () => {
    await Promise.all(opened.map((storage) => storage.close()))
    opened = []
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  it('leaves its options alone', async () => {
    const options = Object.freeze({
      connectionString: database.url,
      max: 2,
      prefix: 'indwell_',
      statementTimeoutMs: 5000,
    })
    const storage = open(options)
    expect(await storage.load(newInstance(), [ada])).toEqual([undefined])
  })

  it('refuses a prefix or a schema that is no plain identifier', () => {
    expect(() => postgresStorage({ pool, prefix: 'x"; drop' })).toThrow(TypeError)
    expect(() => postgresStorage({ pool, schema: 'a.b' })).toThrow(TypeError)
  })

  it('leaves the pool of a host open', async () => {
    const storage = postgresStorage({ pool })
    await Promise.all([storage.close(), storage.close()])
    await expect(storage.load('i', [ada])).rejects.toMatchObject({ reason: 'closed' })
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  it('answers what was under way when it was closed', async () => {
    const storage = postgresStorage({ connectionString: database.url })
    const loading = storage.load(newInstance(), [ada])
    await storage.close()
    expect(await loading).toEqual([undefined])
  })

  it('keeps storages of other prefixes and schemas in one database apart, also on one pool', async () => {
    const plain = open({ pool })
    const others = [
      open({ pool, prefix: 'other_' }),
      open({ pool, schema: 'tenants' }),
      open({ pool, schema: 'tenants', prefix: '' }),
    ]
    for (const other of others) await other.migrate()
    const instance = newInstance()

    for (const storage of [plain, ...others]) {
      expect(await storage.commit(instance, [creationOf('ada')])).toMatchObject([
        { outcome: 'applied', sequences: ['1'] },
      ])
    }
    await plain.commit(instance, [commitOf(changeOf('ada'))])

    const sequences = await Promise.all([plain, ...others].map((storage) => storage.load(instance, [ada])))
    expect(sequences.flat()).toMatchObject([{ sequence: '2' }, { sequence: '1' }, { sequence: '1' }, { sequence: '1' }])
  })

  it('reads what has no key but its instance beside what has one, in either order', async () => {
    const storage = open({ pool })
    const instance = newInstance()
    await storage.commit(instance, [creationOf('ada')])
    const policy = { read: 'record', kind: 'instance', key: {} } as const
    expect(await storage.load(instance, [policy, ada, ada])).toMatchObject([
      undefined,
      { sequence: '1' },
      { id: 'ada' },
    ])
    expect(await storage.load(instance, [ada, policy])).toMatchObject([{ sequence: '1' }, undefined])
  })

  it('works without named statements', async () => {
    const storage = open({ connectionString: database.url, max: 1, namedStatements: false })
    const instance = newInstance()
    await storage.commit(instance, [creationOf('ada')])
    for (let count = 0; count < 7; count++) await storage.commit(instance, [commitOf(changeOf('ada'))])
    expect(await storage.load(instance, [ada])).toMatchObject([{ sequence: '8' }])
  })

  it('reads past type parsers that the host registered', async () => {
    const parsers = [20, 16, 17, 25].map((oid) => [oid, pg.types.getTypeParser(oid)] as const)
    for (const [oid] of parsers) pg.types.setTypeParser(oid, () => 'host')
    try {
      const storage = open({ pool })
      const instance = newInstance()
      const bytes = new Uint8Array([0, 1, 255])
      await storage.commit(instance, [
        creationOf('ada', { putEntries: [{ key: entry('a'), value: { bytes }, stamp: first }] }),
      ])
      const [aggregate, read] = await storage.load(instance, [ada, { read: 'entry', key: entry('a') }])
      expect(aggregate).toMatchObject({ sequence: '1', live: true })
      expect(read).toMatchObject({ value: { bytes } })
    } finally {
      for (const [oid, parser] of parsers) pg.types.setTypeParser(oid, parser)
    }
  })

  describe('sends one statement', () => {
    const counted = () => {
      const counting = countingPool(pool)
      return { texts: counting.texts, storage: open({ pool: counting.pool }) }
    }

    it('for a commit of many parts', async () => {
      const { texts, storage } = counted()
      const commit = creationOf('ada', {
        takeClaims: [claim],
        putEntries: [{ key: entry('a'), value: { json: '1' }, stamp: first }],
        removeEntries: [{ of: { subjectType: 'user', subjectId: 'ada' } }],
      })
      expect(await storage.commit(newInstance(), [commit])).toMatchObject([{ outcome: 'applied' }])
      expect(texts).toHaveLength(1)
    })

    it('for 64 commits on one aggregate', async () => {
      const { texts, storage } = counted()
      const instance = newInstance()
      await storage.commit(instance, [creationOf('ada')])
      texts.length = 0

      const commits = Array.from({ length: 64 }, (_, index) =>
        commitOf(changeOf('ada'), {
          putEntries: [{ key: entry(`k${index % 8}`), value: { json: String(index) }, stamp: first }],
        }),
      )
      const outcomes = await storage.commit(instance, commits)
      expect(outcomes.map((outcome) => outcome.outcome === 'applied' && outcome.sequences[0])).toEqual(
        commits.map((_, index) => String(index + 2)),
      )
      expect(texts).toHaveLength(1)
    })

    it('for reads of all kinds', async () => {
      const { texts, storage } = counted()
      await storage.load(newInstance(), [
        { read: 'principal', userId: 'ada' },
        { read: 'record', kind: 'user', key: { userId: 'ada' } },
        ada,
        { read: 'entries', subject: { subjectType: 'user', subjectId: 'ada' }, namespace: 'app' },
      ])
      expect(texts).toHaveLength(1)
    })
  })

  it('lets the server settle on a plan for commits and loads', async () => {
    const single = new pg.Pool({ connectionString: database.url, max: 1 })
    const storage = open({ pool: single })
    const instance = newInstance()
    await storage.commit(instance, [creationOf('ada')])
    for (let count = 0; count < 12; count++) {
      await storage.commit(instance, [
        commitOf(changeOf('ada'), { putEntries: [{ key: entry('a'), value: { json: '1' }, stamp: first }] }),
      ])
      await storage.load(instance, [{ read: 'entry', key: entry('a') }, ada])
    }
    const { rows } = await single.query(
      `select generic_plans::int from pg_prepared_statements where generic_plans + custom_plans = 12`,
    )
    expect(rows).toEqual([{ generic_plans: 7 }, { generic_plans: 7 }])
    await single.end()
  })

  it('calls a database that nobody answers for unreachable', async () => {
    const storage = open({ connectionString: 'postgres://nobody@127.0.0.1:1/none' })
    await expect(storage.load('i', [ada])).rejects.toMatchObject({ reason: 'unreachable' })
    await expect(storage.commit('i', [creationOf('ada')])).rejects.toMatchObject({ reason: 'unreachable' })
    await expect(storage.migrate()).rejects.toMatchObject({ reason: 'unreachable' })
  })

  it('says read_only where the database is', async () => {
    const url = new URL(database.url)
    url.searchParams.set('options', '-c default_transaction_read_only=on')
    const storage = open({ connectionString: url.href })
    await expect(storage.commit('i', [creationOf('ada')])).rejects.toMatchObject({ reason: 'read_only' })
  })

  describe('while another transaction holds the row', () => {
    const blocked = async <T>(instance: string, work: (blocker: pg.PoolClient) => Promise<T>): Promise<T> => {
      await postgresStorage({ pool }).commit(instance, [creationOf('ada')])
      const blocker = await pool.connect()
      try {
        await blocker.query('begin')
        await blocker.query('select 1 from indwell_aggregate where instance_id = $1 for update', [instance])
        return await work(blocker)
      } finally {
        await blocker.query('rollback')
        blocker.release()
      }
    }
    const waiting = async (name: string): Promise<number> => {
      for (;;) {
        const { rows } = await pool.query(
          `select pid from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'`,
          [name],
        )
        if (rows.length > 0) return rows[0].pid
      }
    }
    const named = (name: string) => {
      const url = new URL(database.url)
      url.searchParams.set('application_name', name)
      return url.href
    }

    it('gives up as busy after the statement timeout, having written nothing', async () => {
      const instance = newInstance()
      const storage = open({ connectionString: database.url, statementTimeoutMs: 50 })
      await blocked(instance, () =>
        expect(storage.commit(instance, [commitOf(changeOf('ada'))])).rejects.toMatchObject({ reason: 'busy' }),
      )
      expect(await storage.load(instance, [ada])).toMatchObject([{ sequence: '1' }])
    })

    it('does not know the outcome when the connection goes, and goes on with another', async () => {
      const instance = newInstance()
      const storage = open({ connectionString: named('lost'), max: 1 })
      await blocked(instance, async () => {
        const outcome = expect(storage.commit(instance, [commitOf(changeOf('ada'))])).rejects.toMatchObject({
          code: 'outcome_unknown',
        })
        await pool.query('select pg_terminate_backend($1)', [await waiting('lost')])
        await outcome
      })
      expect(await storage.commit(instance, [commitOf(changeOf('ada'))])).toMatchObject([{ sequences: ['2'] }])
    })

    it('survives the end of a connection that nobody uses', async () => {
      const storage = open({ connectionString: named('idle'), max: 1 })
      await storage.load('i', [ada])
      await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'idle'`)
      const asked = async () => storage.load('i', [ada])
      await expect.poll(() => asked().catch(() => 'not yet')).toEqual([undefined])
    })

    it('decides an entry that it expects on what the others left', async () => {
      const instance = newInstance()
      const storage = open({ connectionString: named('expecting') })
      const outcome = await blocked(instance, async (blocker) => {
        const committing = storage.commit(instance, [
          commitOf(changeOf('ada'), { expectEntries: [{ key: entry('a'), sequence: undefined, aggregate: 0 }] }),
        ])
        await waiting('expecting')
        await blocker.query('update indwell_aggregate set sequence = 2 where instance_id = $1', [instance])
        await blocker.query(
          `insert into indwell_entry values ($1, 'user', 'ada', 'app', 'a', '1', null, 'acme', 2, 0, 0)`,
          [instance],
        )
        await blocker.query('commit')
        return committing
      })
      expect(outcome).toEqual([{ outcome: 'stale', aggregate: ada.key }])
    })

    it('removes what the others put meanwhile', async () => {
      const instance = newInstance()
      const storage = open({ connectionString: named('removing') })
      await blocked(instance, async (blocker) => {
        const committing = storage.commit(instance, [
          commitOf(changeOf('ada'), { removeEntries: [{ of: { subjectType: 'user', subjectId: 'ada' } }] }),
        ])
        await waiting('removing')
        await blocker.query('update indwell_aggregate set sequence = 2 where instance_id = $1', [instance])
        await blocker.query(
          `insert into indwell_entry values ($1, 'user', 'ada', 'app', 'a', '1', null, 'acme', 2, 0, 0)`,
          [instance],
        )
        await blocker.query('commit')
        expect(await committing).toMatchObject([{ outcome: 'applied', sequences: ['3'] }])
      })
      expect(await storage.load(instance, [{ read: 'entry', key: entry('a') }])).toEqual([undefined])
    })
  })
})
