import { once } from 'node:events'
import { createServer } from 'node:http'
import { toNodeHandler } from '@indwell/http-adapter'
import { ManagementClient } from 'auth0'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import type { TestDirectory } from '../src/index'
import { testDirectory } from './test-directories'

let database: PostgresDatabase
beforeAll(async () => {
  database = await createPostgresDatabase()
})
afterAll(() => database.drop())

const always = Number.POSITIVE_INFINITY
const ask = (t: TestDirectory, path: string, signal?: AbortSignal) =>
  t.zitadel.fetch(t.zitadel.url + path, {
    headers: { authorization: `Bearer ${t.zitadel.token}` },
    ...(signal !== undefined && { signal }),
  })
const me = '/auth/v1/users/me'
const writesMetadata = ({ events }: { readonly events: readonly string[] }) => events.includes('user.metadata.set')

describe.each([
  { where: 'in memory', options: () => ({}) },
  { where: 'on Postgres', options: () => ({ postgres: database.url }) },
])('faults of the storage $where', ({ options }) => {
  const made = async () => {
    const t = await testDirectory({ ...options(), onError: (error) => Promise.reject(error) })
    const { userId } = await t.factories.user()
    const { users } = t.directory.asSystem('test')
    return { t, users, userId, metadata: users.metadata(userId) }
  }

  it('lose the connection before anything is done, although the directory asks again', async () => {
    const { t, metadata } = await made()
    t.faults.next('connection_lost', { when: writesMetadata })

    await expect(metadata.set({ plan: 'pro' })).rejects.toMatchObject({
      code: 'storage_unavailable',
      reason: 'unreachable',
    })

    expect(await metadata.values()).toEqual({})
    await metadata.set({ plan: 'pro' })
    expect(await metadata.values()).toEqual({ plan: 'pro' })
  })

  it('lose the connection of reads and searches', async () => {
    const { t, users, userId } = await made()

    for (const call of [
      () => users.get(userId),
      () => users.list({ filter: { op: 'equals', field: 'userId', value: userId } }),
    ]) {
      t.faults.next('connection_lost')
      await expect(call()).rejects.toMatchObject({ reason: 'unreachable' })
      await call()
    }
  })

  it('lose the connection behind the commit: all is written, and nobody knows', async () => {
    const { t, metadata } = await made()
    t.faults.next('outcome_unknown')

    await expect(metadata.set({ plan: 'pro' })).rejects.toMatchObject({ code: 'outcome_unknown' })

    expect(await metadata.values()).toEqual({ plan: 'pro' })
    await metadata.set({ plan: 'free' })
  })

  it('have the directory decide anew, or give up', async () => {
    const { t, metadata } = await made()
    t.faults.next('stale', { calls: 2, when: writesMetadata })
    await metadata.set({ plan: 'pro' })
    expect(await metadata.values()).toEqual({ plan: 'pro' })

    t.faults.next('stale', { calls: always })
    await expect(metadata.set({ plan: 'free' })).rejects.toMatchObject({ code: 'contention' })
    await t.faults.clear()
    expect(await metadata.values()).toEqual({ plan: 'pro' })
    await metadata.set({ plan: 'free' })
  })

  it.each(['busy', 'read_only', 'full'] as const)('refuse as %s for as many calls as was said', async (reason) => {
    const { t, metadata, users, userId } = await made()
    t.faults.next(reason, { calls: 2, when: ({ operation }) => operation === 'commit' })

    await expect(metadata.set({ plan: 'pro' })).rejects.toMatchObject({ code: 'storage_unavailable', reason })
    expect(await users.get(userId)).toMatchObject({ userId })
    await expect(metadata.set({ plan: 'pro' })).rejects.toMatchObject({ reason })
    await metadata.set({ plan: 'pro' })
  })

  it('reach into transactions: what is refused there leaves them as they were, or ends them', async () => {
    const { t, users, userId } = await made()
    const { transaction } = t.directory
    const plan = () => users.metadata(userId).values()

    t.faults.next('busy', { when: writesMetadata })
    const refused = await transaction(async (inner) => {
      const metadata = inner.asSystem('test').users.metadata(userId)
      const reason = await metadata.set({ plan: 'no' }).catch((error) => error.reason)
      await metadata.set({ seats: 1 })
      return reason
    })
    expect(refused).toBe('busy')
    expect(await plan()).toEqual({ seats: 1 })

    t.faults.next('stale', { when: writesMetadata })
    await transaction(async (inner) => inner.asSystem('test').users.metadata(userId).set({ seats: 2 }))
    expect(await plan()).toEqual({ seats: 2 })

    t.faults.next('connection_lost', { when: ({ operation }) => operation === 'load' })
    const lost = transaction(async (inner) => {
      const { metadata, get } = inner.asSystem('test').users
      await get(userId).catch(() => {})
      await metadata(userId)
        .set({ seats: 3 })
        .catch(() => {})
    })
    await expect(lost).rejects.toMatchObject({ code: 'storage_unavailable', reason: 'unreachable' })
    expect(await plan()).toEqual({ seats: 2 })

    const told: string[] = []
    t.directory.on('*', ({ type }) => void told.push(type))
    t.faults.next('outcome_unknown', { when: writesMetadata })
    const unknown = transaction(async (inner) => inner.asSystem('test').users.metadata(userId).set({ seats: 4 }))
    await expect(unknown).rejects.toMatchObject({ code: 'outcome_unknown' })
    expect([await plan(), told]).toEqual([{ seats: 4 }, []])
  })

  it('are answered by the faces as failures of the real storage are, and told to nobody', async () => {
    const { t } = await made()
    t.faults.next('busy', { calls: always })
    const management = new ManagementClient({ ...t.auth0, maxRetries: 0 })

    await expect(management.users.list()).rejects.toMatchObject({ name: 'ServiceUnavailableError', statusCode: 503 })
    const answer = await ask(t, me)

    expect([answer.status, await answer.json()]).toEqual([503, { code: 14, message: 'An internal error occurred' }])
  })

  it('let lists and searches lag behind until they settle', async () => {
    const { t, users } = await made()
    const names = async () => (await users.list()).items.map(({ userName }) => userName)
    await t.faults.eventualSearch()

    const { userId } = await t.factories.user()
    expect(await names()).not.toContain('user-2')
    expect(await users.get(userId)).toMatchObject({ userName: 'user-2' })
    expect((await new ManagementClient(t.auth0).users.list()).data).toHaveLength(1)
    await t.faults.settle()
    expect(await names()).toContain('user-2')
    await t.factories.user()
    expect(await names()).not.toContain('user-3')
    await t.faults.clear()
    expect(await names()).toContain('user-3')
  })

  it('let lists and searches lag behind by writes', async () => {
    const { t, users } = await made()
    const count = async () => (await users.list({ limit: 1, count: true })).total
    await t.faults.eventualSearch({ behind: 2 })
    const seen: unknown[] = []
    for (let index = 0; index < 4; index += 1) {
      await t.factories.user()
      seen.push(await count())
    }

    expect(seen).toEqual([2, 2, 3, 4])
  })
})

describe('faults of the faces', () => {
  it('refuse as Auth0 does, with its headers, until the time is over', async () => {
    const t = await testDirectory()
    const management = new ManagementClient({ ...t.auth0, maxRetries: 0 })
    const headersOf = async () => {
      const headers = { authorization: `Bearer ${t.auth0.token}` }
      return Object.fromEntries((await t.auth0.fetch('https://any.test/api/v2/users', { headers })).headers)
    }
    expect(Object.keys(await headersOf()).filter((name) => name.startsWith('x-ratelimit'))).toEqual([])
    t.faults.rateLimit({ after: 1, retryAfter: 30 })

    expect(await headersOf()).toMatchObject({ 'x-ratelimit-limit': '1', 'x-ratelimit-remaining': '0' })
    const refusal = await management.users.list().catch((error) => error)

    expect(refusal).toMatchObject({
      name: 'TooManyRequestsError',
      statusCode: 429,
      body: { error: 'Too Many Requests', errorCode: 'too_many_requests', message: 'Global limit has been reached' },
    })
    expect(refusal.rawResponse.headers.get('retry-after')).toBe('30')
    await t.faults.clear()
    expect(Object.keys(await headersOf()).filter((name) => name.startsWith('x-ratelimit'))).toEqual([])
  })

  it('make the SDK come back', async () => {
    const t = await testDirectory()
    t.faults.rateLimit({ retryAfter: 0.2 })

    expect((await new ManagementClient(t.auth0).users.list()).data).toEqual([])
  })

  it('refuse as ZITADEL does, and only what they shall', async () => {
    const t = await testDirectory()
    t.faults.rateLimit({ retryAfter: 30, when: ({ url }) => url.startsWith(me) })

    const answer = await ask(t, me)

    expect([answer.status, await answer.json()]).toEqual([
      429,
      {
        code: 8,
        message: 'Quota.Access.Exhausted (QUOTA-vjAy8)',
        details: [
          {
            '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail',
            id: 'QUOTA-vjAy8',
            message: 'Quota.Access.Exhausted',
          },
        ],
      },
    ])
    expect((await ask(t, '/management/v1/orgs/me')).status).toBe(200)
    await expect(ask(t, '/elsewhere')).rejects.toThrow(TypeError)
  })

  it('answer late, once all is done', async () => {
    const t = await testDirectory()
    t.faults.slow(60_000, { when: ({ method }) => method === 'POST' })
    const management = new ManagementClient({ ...t.auth0, maxRetries: 0 })
    const controller = new AbortController()
    const { users } = t.directory.asSystem('test')

    const creating = management.users.create(
      { connection: 'c', email: 'ada@acme.example' },
      { abortSignal: controller.signal },
    )
    const aborted = expect(creating).rejects.toThrow()
    while ((await users.list({ limit: 10 })).items.length < 2) await new Promise((resolve) => setImmediate(resolve))
    controller.abort()
    await aborted

    expect((await management.users.list()).data).toMatchObject([{ email: 'ada@acme.example' }])
    const late = management.users.create({ connection: 'c', email: 'bob@acme.example' })
    while ((await users.list({ limit: 10 })).items.length < 3) await new Promise((resolve) => setImmediate(resolve))
    await t.faults.clear()
    expect(await late).toMatchObject({ email: 'bob@acme.example' })
  })

  it('happen on a server as well', async () => {
    const t = await testDirectory()
    const server = createServer(toNodeHandler(t.exchange)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const statusOf = async (path: string) => {
      const headers = { authorization: `Bearer ${t.owner.token}`, connection: 'close' }
      return (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status
    }
    try {
      expect([await statusOf(me), await statusOf('/api/v2/users'), await statusOf('/elsewhere')]).toEqual([
        200, 200, 404,
      ])
      t.faults.rateLimit({ retryAfter: 30 })
      expect([await statusOf(me), await statusOf('/api/v2/users'), await statusOf('/elsewhere')]).toEqual([
        429, 429, 404,
      ])
    } finally {
      server.close()
    }
  })

  it('refuse what is no count and no time', async () => {
    const { faults } = await testDirectory()

    expect(() => faults.next('busy', { calls: 0 })).toThrow(RangeError)
    expect(() => faults.slow(-1)).toThrow(RangeError)
    expect(() => faults.rateLimit({ after: -1 })).toThrow(RangeError)
    expect(() => faults.rateLimit({ retryAfter: 0 })).toThrow(RangeError)
    await expect(faults.eventualSearch({ behind: 0 })).rejects.toThrow(RangeError)
  })
})
