import { ManagementError } from 'auth0'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Auth0World, auth0World, managementClient } from './auth0-world'
import { emptyStorage, storageKinds } from './storages'

const conflict = (etag?: string) => ({
  status: 412,
  headers: {
    'content-type': 'application/json; charset=utf-8',
    ...(etag === undefined ? {} : { etag }),
  },
  body: {
    statusCode: 412,
    error: 'Precondition Failed',
    message: 'The resource is not the version that If-Match names.',
    errorCode: 'version_conflict',
  },
})
const invalidHeader = { status: 400, body: { statusCode: 400, error: 'Bad Request', errorCode: 'invalid_header' } }

const matching = (etag: string) => ({ headers: { 'if-match': etag } })
const noneMatching = (etag: string) => ({ headers: { 'if-none-match': etag } })
const jane = '/users/auth0%7Cu1'

describe.each(storageKinds)('on %s', (kind) => {
  let world: Auth0World
  let dispose: () => Promise<void>
  let client: string

  beforeEach(async () => {
    const { storage, ...rest } = await emptyStorage(kind)
    dispose = rest.dispose
    world = await auth0World({ storage })
    await world.call('POST', '/users', { user_id: 'u1', email: 'jane@example.com', app_metadata: { plan: 'full' } })
    client = `/clients/${(await world.call('POST', '/clients', { name: 'M' })).body.client_id}`
  })
  afterEach(() => dispose())

  const tagOf = async (path: string) => String((await world.call('GET', path)).headers.etag)

  it('a user shows the same tag until anything of it changes, by whatever way', async () => {
    const created = await tagOf(jane)
    const { users } = world.directory.asSystem('test')
    const changes: readonly (() => Promise<unknown>)[] = [
      () => world.call('PATCH', jane, { name: 'Jane' }),
      () => world.call('PATCH', jane, { user_metadata: { a: 1 } }),
      () => world.call('PATCH', jane, { app_metadata: { plan: null } }),
      () => users.metadata('u1', 'user').set({ b: 2 }),
      () => users.lock('u1'),
    ]
    const seen = new Set([created])
    for (const [index, change] of changes.entries()) {
      await change()
      seen.add(await tagOf(jane))
      expect(seen.size).toBe(index + 2)
    }
    const newest = await tagOf(jane)
    await world.call('PATCH', jane, { name: 'Jane' })
    expect(await tagOf(jane)).toBe(newest)
    for (const etag of seen) expect(etag).toMatch(/^"[0-9]+"$/)
  })

  it('what a write answers carries the tag of what it shows', async () => {
    const created = await world.call('POST', '/users', { user_id: 'u2', email: 'bob@example.com' })
    expect(created.headers.etag).toBe(await tagOf('/users/auth0%7Cu2'))
    const updated = await world.call('PATCH', jane, { user_metadata: { a: 1 } })
    expect(updated.headers.etag).toBe(await tagOf(jane))
    const { body, headers } = await world.call('POST', '/clients', { name: 'N', client_metadata: { a: 'b' } })
    expect(headers.etag).toBe(await tagOf(`/clients/${body.client_id}`))
    const renamed = await world.call('PATCH', client, { client_metadata: { a: 'b' } })
    expect(renamed.headers.etag).toBe(await tagOf(client))
    expect(renamed.headers.etag).not.toBe(undefined)
  })

  it.each(['user', 'client'])(
    'a %s is changed and removed only as the version that If-Match names',
    async (subject) => {
      const path = subject === 'user' ? jane : client
      const first = await tagOf(path)
      const second = await world.call('PATCH', path, { name: 'Second' }, matching(`"x", ${first}`))
      expect(second.status).toBe(200)
      const current = String(second.headers.etag)
      const before = await world.countEvents()

      for (const stale of [first, `W/${current}`, '"', '""', `"${current}`]) {
        const refusal = stale === '"' || stale === `"${current}` ? invalidHeader : conflict(current)
        expect(await world.call('PATCH', path, { name: 'Third' }, matching(stale))).toMatchObject(refusal)
        expect(await world.call('DELETE', path, undefined, matching(stale))).toMatchObject(refusal)
      }
      expect(await world.call('PATCH', path, { name: 'x' }, noneMatching('*'))).toMatchObject(invalidHeader)
      expect(await world.call('DELETE', path, undefined, noneMatching('*'))).toMatchObject(invalidHeader)
      expect(await world.countEvents()).toBe(before)

      expect(await world.call('PATCH', path, { name: 'Third' }, matching('*'))).toMatchObject({ status: 200 })
      expect(await world.call('DELETE', path, undefined, matching(await tagOf(path)))).toMatchObject({ status: 204 })
    },
  )

  it.each(['/users/auth0%7Cnobody', '/clients/nobody'])('%s, which is not there, matches nothing', async (path) => {
    for (const etag of ['"1"', '*']) {
      expect(await world.call('PATCH', path, { name: 'x' }, matching(etag))).toMatchObject({ status: 404 })
      const answer = await world.call('DELETE', path, undefined, matching(etag))
      expect(answer).toMatchObject(conflict())
      expect(answer.headers.etag).toBeUndefined()
    }
    expect(await world.call('DELETE', path)).toMatchObject({ status: 204 })
  })

  it.each(['user', 'client'])('a %s that the client has already is not sent again', async (subject) => {
    const path = subject === 'user' ? jane : client
    const etag = await tagOf(path)

    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const answer = await world.call('GET', path, undefined, noneMatching(known))
      expect(answer).toMatchObject({ status: 304, headers: { etag } })
      expect(answer.body).toBeUndefined()
    }
    expect(await world.call('GET', path, undefined, noneMatching('"x"'))).toMatchObject({ status: 200 })
    expect(await world.call('GET', path, undefined, noneMatching('x'))).toMatchObject(invalidHeader)
    expect(await world.call('GET', path, undefined, matching('"x"'))).toMatchObject(conflict(etag))
    expect(await world.call('GET', path, undefined, matching(etag))).toMatchObject({ status: 200 })
    expect(await world.call('GET', path, undefined, { ...matching('"1"'), token: null })).toMatchObject({ status: 401 })
  })

  it('of 32 writers who name the same version exactly one gets through', async () => {
    const etag = await tagOf(jane)

    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, writer) =>
        world.call('PATCH', jane, { user_metadata: { [`k${writer}`]: writer } }, matching(etag)),
      ),
    )

    const won = answers.filter(({ status }) => status === 200)
    expect(won).toHaveLength(1)
    const current = String(won[0]?.headers.etag)
    for (const answer of answers) if (answer.status !== 200) expect(answer).toMatchObject(conflict(current))
    const { body } = await world.call('GET', jane)
    expect(body.user_metadata).toEqual(won[0]?.body.user_metadata)
    expect(Object.keys(body.user_metadata as object)).toHaveLength(1)
  })

  it('writers who read again when refused lose nothing of a list', async () => {
    const { client: sdk, close } = await managementClient(world)
    const append = async (item: number): Promise<void> => {
      const { data, rawResponse } = await sdk.users.get('auth0|u1').withRawResponse()
      const items = (data.user_metadata?.items ?? []) as number[]
      try {
        const headers = { 'If-Match': rawResponse.headers.get('etag') ?? '' }
        await sdk.users.update('auth0|u1', { user_metadata: { items: [...items, item] } }, { headers })
      } catch (error) {
        if (!(error instanceof ManagementError) || error.statusCode !== 412) throw error
        return append(item)
      }
    }

    await Promise.all(Array.from({ length: 8 }, (_, item) => append(item)))

    const { items } = (await sdk.users.get('auth0|u1')).user_metadata as { items: number[] }
    await close()
    expect([...items].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })
})
