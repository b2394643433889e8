import type { DirectoryStorage } from '@indwell/core'
import type { ManagementClient } from 'auth0'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Auth0World, auth0World } from './auth0-world'
import { connectedWorld } from './connected-world'
import { refused } from './sdk-refusal'
import { emptyStorage, storageKinds } from './storages'

const connection = 'Username-Password-Authentication'
const jane = {
  connection,
  user_id: 'u1',
  email: 'jane.doe@example.com',
  user_metadata: { hobby: 'surfing' },
  app_metadata: { plan: 'full' },
}

describe.each(storageKinds)('the vendor’s SDK on %s', (kind) => {
  let world: Auth0World
  let client: ManagementClient
  let loads: number
  let dispose: () => Promise<void>

  beforeEach(async () => {
    loads = 0
    const counted = (storage: DirectoryStorage): DirectoryStorage => ({
      ...storage,
      load: (instanceId, reads) => {
        loads += 1
        return storage.load(instanceId, reads)
      },
    })
    ;({ world, client, dispose } = await connectedWorld(kind, counted))
  })
  afterEach(() => dispose())

  it('creates, reads, changes and removes a user with its metadata', async () => {
    const created = await client.users.create(jane)
    expect(created).toMatchObject({
      user_id: 'auth0|u1',
      user_metadata: { hobby: 'surfing' },
      app_metadata: { plan: 'full' },
    })
    expect(await client.users.get('auth0|u1')).toEqual(created)

    const merged = await client.users.update('auth0|u1', {
      user_metadata: { addresses: { home: 'A' } },
      app_metadata: { seats: 3 },
    })
    expect(merged.user_metadata).toEqual({ hobby: 'surfing', addresses: { home: 'A' } })
    expect(merged.app_metadata).toEqual({ plan: 'full', seats: 3 })

    const replaced = await client.users.update('auth0|u1', { user_metadata: { addresses: { work: 'B' }, hobby: null } })
    expect(replaced.user_metadata).toEqual({ addresses: { work: 'B' } })

    const cleared = await client.users.update('auth0|u1', { user_metadata: {}, app_metadata: {} })
    expect(cleared.user_metadata).toEqual({})
    expect(cleared.app_metadata).toBeUndefined()
    expect(await client.users.get('auth0|u1')).toEqual(cleared)

    expect(await client.users.get('auth0|u1', { fields: 'email' })).toEqual({ email: 'jane.doe@example.com' })
    expect(await client.users.listUsersByEmail({ email: 'jane.doe@example.com' })).toEqual([cleared])

    expect(await client.users.delete('auth0|u1')).toBeUndefined()
    expect(await client.users.delete('auth0|u1')).toBeUndefined()
  })

  it('keeps ids and values that need care', async () => {
    const userId = 'a/b%7Cc|d ü😀'.replace(' ', '_')
    const values = { empty: '', zero: 0, no: false, list: [null, [], {}], text: '\0\ud83d 😀' }

    const created = await client.users.create({ ...jane, user_id: userId, user_metadata: values })

    expect(created.user_id).toBe(`auth0|${userId}`)
    expect((await client.users.get(`auth0|${userId}`)).user_metadata).toEqual(values)
    await client.users.delete(`auth0|${userId}`)
    expect(await refused(client.users.get(`auth0|${userId}`))).toMatchObject({ statusCode: 404 })
  })

  it('throws its own classes of errors', async () => {
    await client.users.create(jane)
    await client.users.create({ connection, email: 'bob@example.com' })

    expect(await refused(client.users.create(jane))).toMatchObject({
      name: 'ConflictError',
      statusCode: 409,
      body: { errorCode: 'auth0_idp_error', message: 'The user already exists.' },
    })
    expect(await refused(client.users.create({ connection, email: 'nonsense' }))).toMatchObject({
      name: 'BadRequestError',
      statusCode: 400,
    })
    expect(await refused(client.users.get('auth0|nobody'))).toMatchObject({
      name: 'NotFoundError',
      statusCode: 404,
      body: { errorCode: 'inexistent_user' },
    })
    expect(await refused(client.users.update('auth0|u1', { email: 'bob@example.com' }))).toMatchObject({
      name: 'BadRequestError',
      body: { message: 'The specified new email already exists' },
    })
    expect(await refused(client.clients.get('nope'))).toMatchObject({
      name: 'NotFoundError',
      body: { errorCode: 'inexistent_client' },
    })
    const as = async (caller: { userId: string; scopes: string[] } | undefined) => {
      const headers = { authorization: `Bearer ${caller === undefined ? 'expired' : world.asCaller(caller)}` }
      return refused(client.users.get('auth0|u1', {}, { headers }))
    }
    expect(await as(undefined)).toMatchObject({ name: 'UnauthorizedError', statusCode: 401 })
    expect(await as({ userId: 'x', scopes: [] })).toMatchObject({ name: 'ForbiddenError', statusCode: 403 })
    // Statuses that an operation does not map keep their number.
    const stale = { headers: { 'If-Match': '"0"' } }
    expect(await refused(client.users.update('auth0|u1', { name: 'x' }, stale))).toMatchObject({
      name: 'ManagementError',
      statusCode: 412,
      body: { errorCode: 'version_conflict' },
    })
    expect(await refused(client.users.list({ q: 'user_metadata:"surfing"' }))).toMatchObject({
      name: 'BadRequestError',
      body: { errorCode: 'operation_not_supported' },
    })
  })

  it('goes through all users, page by page', async () => {
    const emails = Array.from({ length: 7 }, (_, index) => `user${index}@example.com`)
    for (const email of emails) await client.users.create({ connection, email, user_metadata: { email } })
    await world.directory.asSystem('test').users.createMachine({ userName: 'robot', name: 'Robot' })

    const found: unknown[] = []
    for await (const user of await client.users.list({ per_page: 3, sort: 'email:1' })) {
      found.push(user.email)
      expect(user.user_metadata).toEqual({ email: user.email })
    }
    expect(found).toEqual(emails)

    const page = await client.users.list({ q: 'email:"user3@example.com"' })
    expect(page.data.map(({ email }) => email)).toEqual(['user3@example.com'])
  })

  it('goes through 250 users, each of them once, and stops', async () => {
    const { users } = world.directory.asSystem('test')
    const ids = Array.from({ length: 250 }, (_, index) => `p${String(index).padStart(3, '0')}`)
    await Promise.all(
      ids.map((userId) => users.createHuman({ userId, userName: `auth0|${userId}`, email: `${userId}@example.com` })),
    )

    for (const request of [
      { sort: 'email:1' },
      { sort: 'email:1', per_page: 100 },
      { sort: 'email:1', per_page: 50 },
    ]) {
      const found: unknown[] = []
      for await (const { user_id } of await client.users.list(request)) found.push(user_id)
      expect(found).toEqual(ids.map((id) => `auth0|${id}`))
    }
  })

  it('creates, lists, changes and removes clients with their metadata', async () => {
    const created = await client.clients.create({ name: 'M', client_metadata: { mycolor: 'red', myflavor: 'grape' } })
    const clientId = String(created.client_id)
    expect(created.client_metadata).toEqual({ mycolor: 'red', myflavor: 'grape' })

    const updated = await client.clients.update(clientId, { client_metadata: { mycolor: 'blue', myflavor: null } })
    expect(updated.client_metadata).toEqual({ mycolor: 'blue' })
    expect(await client.clients.get(clientId)).toEqual(updated)

    const names = ['M']
    for (const name of ['A', 'B', 'C', 'D']) {
      await client.clients.create({ name })
      names.push(name)
    }
    const found: unknown[] = []
    for await (const { name } of await client.clients.list({ per_page: 2 })) found.push(name)
    expect(found).toEqual(names)
    expect((await client.clients.list()).data[0]).toMatchObject({ client_metadata: { mycolor: 'blue' } })

    expect((await client.clients.update(clientId, { client_metadata: { mycolor: null } })).client_metadata).toEqual({})
    expect(await client.clients.delete(clientId)).toBeUndefined()
    expect(await refused(client.clients.get(clientId))).toMatchObject({ statusCode: 404 })
  })

  it('pages behind a cursor through clients of the same moment', async () => {
    const frozen = await emptyStorage(kind)
    const world = await auth0World({ storage: frozen.storage, clock: () => Date.UTC(2026, 0, 1) })
    for (const name of 'abcdefghij') await world.call('POST', '/clients', { name })

    const found: unknown[] = []
    let from = ''
    do {
      const { body } = await world.call('GET', `/clients?take=3${from}`)
      found.push(...(body.clients as { name: string }[]).map(({ name }) => name))
      from = body.next === undefined ? '' : `&from=${body.next}`
    } while (from !== '')

    await frozen.dispose()
    expect(found.sort()).toEqual([...'abcdefghij'])
  })

  it('costs the storage one load for a user, and one behind each page', async () => {
    await client.users.create(jane)
    for (const name of 'abc')
      await client.users.create({ connection, email: `${name}@example.com`, user_metadata: { name } })
    const member = world.asCaller({ userId: 'u1', scopes: ['read:users', 'read:current_user'] })

    loads = 0
    await world.call('GET', '/users/auth0%7Cu1', undefined, { token: member })
    expect(loads).toBe(1)

    loads = 0
    expect((await client.users.list()).data).toHaveLength(4)
    expect(loads).toBeLessThanOrEqual(2)
  })
})
