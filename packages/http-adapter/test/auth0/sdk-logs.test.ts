import type { ManagementClient } from 'auth0'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Auth0World } from './auth0-world'
import { connectedWorld } from './connected-world'
import { refused } from './sdk-refusal'
import { storageKinds } from './storages'

describe.each(storageKinds)('the vendor’s SDK and logs on %s', (kind) => {
  let world: Auth0World
  let client: ManagementClient
  let dispose: () => Promise<void>

  beforeEach(async () => {
    ;({ world, client, dispose } = await connectedWorld(kind))
  })
  afterEach(() => dispose())

  const create = (id: string) =>
    client.users.create({ connection: 'c', user_id: id, email: `${id}@example.com`, email_verified: true })
  /** Until no transaction is left on the server that began before. */
  const seen = (q: string) =>
    vi.waitUntil(async () => (await client.logs.list({}, { queryParams: { q } })).data.length > 0, { timeout: 30_000 })

  it('lists what happened to a user, at once', async () => {
    await create('jane')
    await client.users.update('auth0|jane', { email: 'doe@example.com' })

    const { data } = await client.users.logs.list('auth0|jane', { per_page: 2 })

    expect(data.map(({ type }) => type)).toEqual(['sapi', 'sce'])
    expect(await client.logs.get(String(data[1]?.log_id))).toEqual(data[1])
    expect((await client.users.logs.list('auth0|nobody')).data).toEqual([])
  })

  it('goes through 130 logs of a user, each of them once, and stops', async () => {
    await create('jane')
    for (let number = 0; number < 128; number += 1) {
      await world.directory.asSystem('test').users.metadata('jane').set({ number })
    }

    for (const request of [{}, { per_page: 40 }, { sort: 'date:1', per_page: 65 }]) {
      const found: unknown[] = []
      for await (const { log_id } of await client.users.logs.list('auth0|jane', request)) found.push(log_id)
      expect([found.length, new Set(found).size]).toEqual([130, 130])
    }
  })

  it('searches the log of the tenant', async () => {
    await create('jane')
    await create('john')
    await seen('type:ss AND user_id:"auth0|john"')

    const { data } = await client.logs.list({ fields: 'type,user_id' }, { queryParams: { q: 'type:ss' } })
    expect(data).toEqual([
      { type: 'ss', user_id: 'auth0|john' },
      { type: 'ss', user_id: 'auth0|jane' },
    ])
    const found: unknown[] = []
    for await (const { log_id } of await client.logs.list({ per_page: 3 })) found.push(log_id)
    expect(new Set(found).size).toBe(await world.countEvents())
    expect(found.length).toBe(new Set(found).size)
  })

  it('throws its own classes of errors', async () => {
    expect(await refused(client.logs.get('90017171717'))).toMatchObject({
      name: 'NotFoundError',
      body: { message: 'Log not found' },
    })
    expect(await refused(client.logs.list({ sort: 'nope' }))).toMatchObject({ name: 'BadRequestError' })
    expect(await refused(client.logs.list({ search: 'jane' }))).toMatchObject({
      name: 'BadRequestError',
      body: { errorCode: 'operation_not_supported' },
    })
    expect(await refused(client.users.logs.list('jane'))).toMatchObject({ body: { errorCode: 'invalid_uri' } })
  })

  it('finds users by their organization', async () => {
    for (const id of ['jane', 'john', 'mary']) await create(id)
    const { id = '' } = await client.organizations.create({ name: 'acme' })
    await client.organizations.members.create(id, { members: ['auth0|mary', 'auth0|jane'] })
    const found = async (q: string) =>
      (await client.users.list({ q, sort: 'email:1', fields: 'user_id' })).data.map(({ user_id }) => user_id)

    expect(await found(`organization_id:${id}`)).toEqual(['auth0|jane', 'auth0|mary'])
    expect(await found(`organization_id:"${id}" AND NOT email:mary*`)).toEqual(['auth0|jane'])
    expect(await found(`NOT organization_id:${id}`)).toEqual(['auth0|john'])
    await client.organizations.members.delete(id, { members: ['auth0|jane'] })
    expect(await found(`organization_id:${id}`)).toEqual(['auth0|mary'])
  })
})
