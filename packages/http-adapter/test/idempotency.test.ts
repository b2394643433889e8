import { createDirectory, type DirectoryStorage, OutcomeUnknownError, StorageUnavailableError } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { describe, expect, it } from 'vitest'
import { auth0 } from '../src/auth0'
import { createFetch } from '../src/create-fetch'
import { createHttpAdapter } from '../src/create-http-adapter'
import { idempotencyKeyOf } from '../src/idempotency'
import { zitadel } from '../src/zitadel'
import { auth0World } from './auth0/auth0-world'
import { createWorld } from './zitadel/world'

const uuid = '8e03978e-40d5-43dd-bc93-6894a57f9324'

interface Told {
  readonly status: number
  readonly body: unknown
}

/** A face, the writes that are tried on it in their order, and how many events there are. */
interface Faced {
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Told>
  countEvents(): Promise<number>
  /** Each may name ids that answers before it had. */
  readonly writes: readonly (readonly [method: string, path: string, body?: unknown])[]
  readonly malformed: object
  readonly reused: object
  readonly unknown: object
}

const faces: Readonly<Record<string, (storage: DirectoryStorage) => Promise<Faced>>> = {
  async auth0(storage) {
    const world = await auth0World({ storage, onError: () => undefined })
    await world.directory.asSystem('test').users.createHuman({ userId: 'auth0|zoe', userName: 'auth0|zoe' })
    const jane = '/users/auth0%7Cjane'
    return {
      call: async (method, path, body, headers = {}) => world.call(method, path, body, { headers }),
      countEvents: world.countEvents,
      malformed: { status: 400, body: { statusCode: 400, errorCode: 'invalid_header' } },
      reused: {
        status: 422,
        body: { statusCode: 422, error: 'Unprocessable Entity', errorCode: 'idempotency_key_reused' },
      },
      unknown: { status: 503, body: { statusCode: 503, errorCode: 'outcome_unknown' } },
      writes: [
        ['POST', '/users', { email: 'new@example.com', user_metadata: { a: 1 } }],
        ['POST', '/users', { user_id: 'jane', email: 'jane@example.com' }],
        ['PATCH', jane, { user_metadata: { b: { c: [null] } }, nickname: 'J' }],
        ['POST', '/clients', { name: 'App' }],
        ['POST', '/organizations', { name: 'acme' }],
        ['POST', '/roles', { name: 'auditor' }],
        ['DELETE', jane],
        ['DELETE', '/users/auth0%7Cnobody'],
      ],
    }
  },
  async zitadel(storage) {
    const world = await createWorld({ storage })
    const { machine } = world
    const { userId } = await machine('bot')
    await world.directory.asSystem('test').users.createHuman({ userId: 'jane', orgId: world.acme, userName: 'jane' })
    const user = `/management/v1/users/${userId}`
    return {
      call: async (method, path, body, headers = {}) =>
        world.call(method, path, { ...(body !== undefined && { body }), headers }),
      countEvents: async () => (await world.log()).length,
      malformed: { status: 400, body: { code: 3 } },
      reused: { status: 422, body: { code: 9, message: 'the idempotency key was used for another request' } },
      unknown: { status: 503, body: { code: 14, message: 'it is not known whether the request was carried out' } },
      writes: [
        ['POST', '/management/v1/users/machine', { userName: 'new', name: 'New' }],
        ['POST', `${user}/metadata/plan`, { value: 'Z29sZA==' }],
        ['POST', `${user}/metadata/_bulk`, { metadata: [{ key: 'a', value: 'MQ==' }] }],
        ['DELETE', `${user}/metadata/plan`],
        ['POST', `${user}/pats`, {}],
        ['POST', '/management/v1/orgs', { name: 'New' }],
        ['POST', '/management/v1/orgs/me/members', { userId: 'jane', roles: ['ORG_OWNER'] }],
        ['DELETE', '/management/v1/orgs/me/members/jane'],
        ['POST', '/v2/users/human', { profile: { givenName: 'A', familyName: 'B' }, email: { email: 'a@b.example' } }],
        ['POST', `${user}/_lock`, {}],
        ['DELETE', user],
      ],
    }
  },
}

/** Loses what `lost` says it shall. */
function losing(storage: DirectoryStorage, loses: () => 'kept answers' | 'outcomes' | undefined): DirectoryStorage {
  return {
    ...storage,
    async commit(instanceId, commits) {
      const alone = commits.every(({ aggregates }) => aggregates.every(({ events }) => events.length === 0))
      if (loses() === 'kept answers' && alone) throw new StorageUnavailableError('failed')
      const outcomes = await storage.commit(instanceId, commits)
      if (loses() === 'outcomes') throw new OutcomeUnknownError()
      return outcomes
    },
  }
}

describe.each(Object.entries(faces))('Idempotency-Key on the face of %s', (_, open) => {
  const memory = () => sqliteStorage({ filename: ':memory:' })

  it('makes every write once, and answers it the same', async () => {
    const { call, countEvents, writes } = await open(memory())
    for (const [index, [method, path, body]] of writes.entries()) {
      const headers = { 'idempotency-key': `"${uuid}-${index}"` }
      const first = await call(method, path, body, headers)
      expect(first.status, `${method} ${path} ${JSON.stringify(first.body)}`).toBeLessThan(300)
      const events = await countEvents()
      expect(await call(method, path, body, headers)).toEqual(first)
      // In quotes or without, the key is the same.
      expect(await call(method, path, body, { 'idempotency-key': `${uuid}-${index}` })).toEqual(first)
      expect(await countEvents()).toBe(events)
    }
  })

  it('makes every write once, also where the process ended before its answer was kept', async () => {
    let broken = true
    const { call, countEvents, writes } = await open(losing(memory(), () => (broken ? 'kept answers' : undefined)))
    for (const [index, [method, path, body]] of writes.entries()) {
      const headers = { 'idempotency-key': `k${index}` }
      broken = true
      const first = await call(method, path, body, headers)
      expect(first.status).toBeLessThan(300)
      const events = await countEvents()
      broken = false
      const { client_secret: _, ...shown } = (first.body ?? {}) as { client_secret?: string }
      const again = await call(method, path, body, headers)
      // A secret is kept nowhere but in the answer: with that it is lost, and another one is made.
      if (first.body === undefined) expect(again).toEqual(first)
      else expect(again).toMatchObject({ status: first.status, body: shown })
      expect(await countEvents()).toBe(events)
    }
  })

  it('makes one write of two that come at once', async () => {
    const { call, countEvents, writes } = await open(memory())
    const [[method, path, body]] = writes as [(typeof writes)[number]]
    await call(method, path, body, { 'idempotency-key': 'alone' })
    const before = await countEvents()
    const change = JSON.parse(JSON.stringify(body).replaceAll('new', 'other')) as unknown
    const answers = await Promise.all([1, 2, 3].map(() => call(method, path, change, { 'idempotency-key': 'three' })))
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]!.status).toBe(method === 'POST' ? answers[0]!.status : 200)
    const made = (await countEvents()) - before
    const again = JSON.parse(JSON.stringify(body).replaceAll('new', 'third')) as unknown
    await call(method, path, again)
    expect((await countEvents()) - before).toBe(made * 2)
  })

  it('refuses another request under the key', async () => {
    const { call, countEvents, writes, reused } = await open(memory())
    const headers = { 'idempotency-key': uuid }
    const [first, ...others] = writes as [(typeof writes)[number], ...(typeof writes)[number][]]
    await call(first[0], first[1], first[2], headers)
    const events = await countEvents()
    for (const [method, path, body] of others) expect(await call(method, path, body, headers)).toMatchObject(reused)
    expect(await call(first[0], `${first[1]}?x=1`, first[2], headers)).toMatchObject(reused)
    expect(await countEvents()).toBe(events)
  })

  it('keeps no refusal', async () => {
    const { call, writes } = await open(memory())
    const headers = { 'idempotency-key': uuid }
    const [[method, path, body]] = writes as [(typeof writes)[number]]
    expect((await call(method, path, '{"email":', headers)).status).toBe(400)
    expect((await call(method, path, body, headers)).status).toBeLessThan(300)
  })

  it('refuses what is no key, and writes nothing', async () => {
    const { call, countEvents, writes, malformed } = await open(memory())
    const [[method, path, body]] = writes as [(typeof writes)[number]]
    const events = await countEvents()
    for (const key of ['', '""', 'k1, k1', '"k1", "k1"', 'a b', '"a', 'é', 'x'.repeat(256)]) {
      expect(await call(method, path, body, { 'idempotency-key': key }), key).toMatchObject(malformed)
    }
    expect(await countEvents()).toBe(events)
  })

  it('makes the retry safe of a write whose outcome is unknown, which is told as such', async () => {
    let lost: 'outcomes' | undefined
    const { call, countEvents, writes, unknown } = await open(losing(memory(), () => lost))
    const [[method, path, body]] = writes as [(typeof writes)[number]]
    lost = 'outcomes'
    const other = JSON.parse(JSON.stringify(body).replaceAll('new', 'other')) as unknown
    expect(await call(method, path, other)).toMatchObject(unknown)
    const events = await countEvents()
    const headers = { 'idempotency-key': uuid }
    // The directory asks again by itself, and finds what it wrote.
    const first = await call(method, path, body, headers)
    lost = undefined
    expect(await call(method, path, body, headers)).toEqual(first)
    expect(first.status).toBeLessThan(300)
    expect(await countEvents()).toBeGreaterThan(events)
  })
})

describe('a host that asks for keys', () => {
  const headers = { authorization: 'Bearer owner', 'content-type': 'application/json' }
  const send = async (requireIdempotencyKey: boolean, method: string, path: string, more: object = {}, sent = {}) => {
    const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
    await directory.bootstrapOwner({ token: 'owner' })
    const fetch = createFetch(createHttpAdapter(directory, { faces: [auth0(), zitadel()], requireIdempotencyKey }))
    const body = method === 'GET' || method === 'DELETE' ? null : JSON.stringify(sent)
    const { status } = await fetch(`http://localhost${path}`, { method, headers: { ...headers, ...more }, body })
    await directory.close()
    return status
  }
  const posts = [
    ['/api/v2/users', { email: 'ada@acme.example' }],
    ['/management/v1/users/machine', { userName: 'new', name: 'New' }],
  ] as const

  it.each(posts)('refuses a write without one: POST %s', async (path, body) => {
    expect(await send(true, 'POST', path, {}, body)).toBe(400)
    expect(await send(true, 'POST', path, { 'idempotency-key': uuid }, body)).toBeLessThan(300)
    expect(await send(false, 'POST', path, {}, body)).toBeLessThan(300)
  })

  it('asks for none where the method is idempotent by itself, or nothing is written', async () => {
    expect(await send(true, 'GET', '/api/v2/users')).toBe(200)
    expect(await send(true, 'DELETE', '/api/v2/users/auth0%7Cnobody')).toBe(204)
    expect(await send(true, 'POST', '/management/v1/users/_search')).toBe(200)
    expect(await send(true, 'DELETE', '/management/v1/users/nobody')).toBe(404)
  })
})

describe('a job of Auth0 under an Idempotency-Key', () => {
  it('is begun once', async () => {
    const world = await auth0World()
    const token = world.asCaller({ userId: 'robot@clients', scopes: ['read:users', 'create:users'] })
    const begin = () =>
      world.call('POST', '/jobs/users-exports', { format: 'json' }, { token, headers: { 'idempotency-key': uuid } })
    const [first, second] = await Promise.all([begin(), begin()])
    expect(first.status).toBeLessThan(300)
    expect(second).toEqual(first)
    expect(await begin()).toEqual(first)
  })
})

describe('idempotencyKeyOf', () => {
  it('takes a string in quotes or bare', () => {
    expect(idempotencyKeyOf({})).toBeUndefined()
    expect(idempotencyKeyOf({ 'idempotency-key': `"${uuid}"` })).toEqual({ key: uuid })
    expect(idempotencyKeyOf({ 'idempotency-key': ` ${uuid} ` })).toEqual({ key: uuid })
    expect(idempotencyKeyOf({ 'idempotency-key': String.raw`"a \"b\" \\"` })).toEqual({
      key: String.raw`a "b" \ `.trim(),
    })
  })

  it('knows what is neither', () => {
    for (const sent of ['', ' ', '"', '"a"b', 'a"', String.raw`"a\n"`, '"a"; x=1', 'a\tb', '"\u00e9"', '__proto__ x']) {
      expect(idempotencyKeyOf({ 'idempotency-key': sent }), sent).toBe('malformed')
    }
  })
})
