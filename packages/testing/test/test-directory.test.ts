import { spreadTables, tableNames } from '@indwell/storage-kysely'
import { ManagementClient } from 'auth0'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { createTestDirectory, type TestDirectory } from '../src/index'
import { closing, testDirectory } from './test-directories'

let database: PostgresDatabase
let pool: pg.Pool
beforeAll(async () => {
  database = await createPostgresDatabase()
  pool = new pg.Pool({ connectionString: database.url })
  pool.on('error', () => {})
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

const rowsLeft = async () => {
  const counts = await Promise.all(
    spreadTables(tableNames({})).map((table) => pool.query(`select count(*)::int as n from ${table}`)),
  )
  return counts.reduce((sum, { rows }) => sum + rows[0].n, 0)
}

const emails = async (t: TestDirectory) => {
  const { data } = await new ManagementClient(t.auth0).users.list()
  return data.map(({ email }) => email)
}
const addUser = (t: TestDirectory, email: string) =>
  new ManagementClient(t.auth0).users.create({ connection: 'c', email, app_metadata: { plan: 'pro' } })

/** Everything there is, but for where Postgres puts an event among those of others. */
const everything = async (t: TestDirectory) => {
  const system = t.directory.asSystem('test')
  const users = await system.users.list({ limit: 1000 })
  const snapshots = await system.users.findSnapshots(
    users.items.map(({ userId }) => userId),
    ['app', 'user'],
  )
  const events = await system.events({ limit: 1000 })
  return { snapshots, events: events.map(({ position: _, ...event }) => event) }
}

describe.each([
  { where: 'in memory', options: () => ({}) },
  { where: 'on Postgres', options: () => ({ postgres: database.url }) },
  { where: 'on the pool of the host', options: () => ({ postgres: pool }) },
])('a test directory $where', ({ options }) => {
  it('answers Auth0’s SDK, ZITADEL’s paths and the host itself, with what each wrote', async () => {
    const t = await testDirectory(options())
    const { user_id: id } = await addUser(t, 'ada@acme.example')
    const headers = { authorization: `Bearer ${t.zitadel.token}` }

    const response = await t.zitadel.fetch(`${t.zitadel.url}/management/v1/users/_search`, { method: 'POST', headers })
    const { result } = (await response.json()) as { result: { userName: string }[] }

    expect(result.map(({ userName }) => userName).sort()).toEqual([id, 'owner'])
    expect(await t.directory.asSystem('test').users.metadata(id!.replace('auth0|', '')).values()).toEqual({
      plan: 'pro',
    })
  })

  it('answers one that logs in by a client’s id and secret', async () => {
    const { auth0 } = await testDirectory(options())
    const { domain, fetch } = auth0
    const management = new ManagementClient({ domain, clientId: 'robot', clientSecret: 's3cret', fetch })

    expect((await management.users.list()).data).toEqual([])
  })

  it('comes to the same ids, tokens, times and codes every time, and to others by another seed', async () => {
    const story = async (seed: number) => {
      const t = await testDirectory({ ...options(), seed })
      await addUser(t, 'ada@acme.example')
      const { userId } = await t.factories.machine()
      const users = t.directory.asSystem('test').users
      const token = await users.accessTokens(userId).create()
      const code = await users.requestEmailCode((await t.factories.user({ emailVerified: false })).userId)
      return { owner: t.owner, token: token.token, code: code.code, ...(await everything(t)) }
    }

    const [first, second, other] = [await story(0), await story(0), await story(7)]

    expect(second).toEqual(first)
    expect(first.owner).toMatchObject({ orgId: '300000000000000001', userId: '300000000000000002' })
    expect(other.owner).toMatchObject({ orgId: '300000007000000001', userId: '300000007000000002' })
    expect(other.owner.token).not.toBe(first.owner.token)
    expect(other.code).not.toBe(first.code)
  })

  it('has a clock that stands still until it is moved', async () => {
    const t = await testDirectory(options())
    const { users } = t.directory.asSystem('test')
    const first = await t.factories.user()
    const { token } = await users.accessTokens(t.owner.userId).create({ expiresAt: t.clock.now() + 60_000 })

    t.clock.advance(60_001)
    const second = await t.factories.user()
    t.clock.set('2026-03-01T12:00:00Z')
    const third = await t.factories.user()

    expect([first, second, third].map(({ createdAt }) => new Date(createdAt).toISOString())).toEqual([
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:01:00.001Z',
      '2026-03-01T12:00:00.000Z',
    ])
    expect(await t.directory.authenticate(token)).toBeUndefined()
    expect(() => t.clock.set('soon')).toThrow(RangeError)
    expect(() => t.clock.advance(Number.NaN)).toThrow(RangeError)
  })

  it('goes back to a snapshot with all that decides what comes next', async () => {
    const t = await testDirectory(options())
    await addUser(t, 'ada@acme.example')
    await t.factories.user()
    const before = await everything(t)
    const snapshot = await t.snapshot()
    const go = async () => {
      t.clock.advance(1000)
      await addUser(t, 'bob@acme.example')
      await t.factories.user()
      return everything(t)
    }

    const after = await go()
    await t.restore(snapshot)
    expect(await everything(t)).toEqual(before)
    expect(await go()).toEqual(after)
    await t.restore(snapshot)
    expect(await everything(t)).toEqual(before)
  })

  it('forks into directories that know nothing of each other', async () => {
    const t = await testDirectory(options())
    await addUser(t, 'ada@acme.example')
    const snapshot = await t.snapshot()
    const fork = closing(await t.fork())

    await addUser(t, 'bob@acme.example')
    await addUser(fork, 'cyd@acme.example')

    expect((await emails(t)).sort()).toEqual(['ada@acme.example', 'bob@acme.example'])
    expect((await emails(fork)).sort()).toEqual(['ada@acme.example', 'cyd@acme.example'])
    await fork.restore(snapshot)
    expect(await emails(fork)).toEqual(['ada@acme.example'])
    await addUser(fork, 'dan@acme.example')
    await fork.reset()
    expect(await emails(fork)).toEqual(['ada@acme.example'])
    await fork.close()
    expect((await emails(t)).sort()).toEqual(['ada@acme.example', 'bob@acme.example'])
  })

  it('is after a reset what it was when it was made, for whoever holds it', async () => {
    const t = await testDirectory(options())
    const { directory, auth0, owner } = t
    const before = await everything(t)
    await addUser(t, 'ada@acme.example')
    t.clock.advance(5000)
    t.faults.next('busy', { calls: Number.POSITIVE_INFINITY })

    await t.reset()

    expect(await everything(t)).toEqual(before)
    expect(t.clock.now()).toBe(Date.UTC(2026, 0, 1))
    expect([t.directory, t.auth0, t.owner]).toEqual([directory, auth0, owner])
    const { user_id } = await addUser(t, 'ada@acme.example')
    await t.reset()
    expect((await addUser(t, 'ada@acme.example')).user_id).toBe(user_id)
  })

  it('finds by indexes of metadata, in copies too', async () => {
    const plan = { subjectType: 'user', namespace: 'app', path: ['plan'] } as const
    const t = await testDirectory({ ...options(), directory: { metadataIndexes: [plan] } })
    await addUser(t, 'ada@acme.example')
    const fork = closing(await t.fork())
    const { users } = fork.directory.asSystem('test')
    await addUser(fork, 'bob@acme.example')

    const test = { op: 'equals', value: 'pro' } as const
    const found = await users.list({ filter: { op: 'metadata', namespace: 'app', path: ['plan'], test } })

    expect(found.items.map(({ email }) => email).sort()).toEqual(['ada@acme.example', 'bob@acme.example'])
    expect(await fork.directory.metadataIndexes.list()).toMatchObject([{ ...plan, state: 'ready' }])
  })

  it('refuses a snapshot of another directory', async () => {
    const [one, other] = [await testDirectory(options()), await testDirectory(options())]

    await expect(other.restore(await one.snapshot())).rejects.toThrow(TypeError)
  })

  it('takes what the host’s own directory takes', async () => {
    const sent: string[] = []
    const t = await testDirectory({
      ...options(),
      directory: { roles: { REVIEWER: ['review.write'] }, sendCode: ({ code }) => void sent.push(code) },
      auth0: { strict: true },
      token: 'of-the-owner',
    })
    await t.factories.member({ roles: ['REVIEWER'] })
    await t.factories.user({ emailVerified: false })

    expect(t.owner.token).toBe('of-the-owner')
    expect(sent).toEqual([expect.stringMatching(/^[A-Z0-9]{6}$/)])
    const body = JSON.stringify({ email: 'ada@acme.example' })
    const headers = { authorization: 'Bearer of-the-owner', 'content-type': 'application/json' }
    expect((await t.auth0.fetch('https://any.test/api/v2/users', { method: 'POST', body, headers })).status).toBe(400)
  })

  it('answers nothing any more once it is closed, twice', async () => {
    const t = await createTestDirectory(options())
    await t.close()
    await t[Symbol.asyncDispose]()

    await expect(t.directory.asSystem('test').users.list()).rejects.toMatchObject({ code: 'storage_unavailable' })
  })
})

it('leaves no row behind on Postgres', async () => {
  await (await createTestDirectory({ postgres: pool })).close()
  const before = await rowsLeft()
  const t = await createTestDirectory({ postgres: pool })
  await addUser(t, 'ada@acme.example')
  const snapshot = await t.snapshot()
  const fork = await t.fork()
  await t.restore(snapshot)
  await t.reset()
  await t.faults.eventualSearch({ behind: 1 })
  await addUser(t, 'ada@acme.example')
  expect(await rowsLeft()).toBeGreaterThan(before)

  await t.close()
  await expect(fork.restore(snapshot)).rejects.toThrow('is closed')
  await fork.close()

  expect(await rowsLeft()).toBe(before)
})

it('tells of a database that is not there, and asks it again', async () => {
  const postgres = 'postgres://nobody@127.0.0.1:1/none'

  await expect(createTestDirectory({ postgres })).rejects.toMatchObject({ code: 'storage_unavailable' })
  await expect(createTestDirectory({ postgres })).rejects.toMatchObject({ code: 'storage_unavailable' })
})

it.each([{ seed: -1 }, { seed: 1.5 }, { seed: 100_000_000 }, { now: 'soon' }])('refuses %j', async (options) => {
  await expect(createTestDirectory(options)).rejects.toThrow(RangeError)
})
