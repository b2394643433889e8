import type { ManagementClient } from 'auth0'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Auth0World } from './auth0-world'
import { connectedWorld } from './connected-world'
import { refused } from './sdk-refusal'
import { storageKinds } from './storages'

describe.each(storageKinds)('the vendor’s SDK and organizations on %s', (kind) => {
  let world: Auth0World
  let client: ManagementClient
  let dispose: () => Promise<void>

  beforeEach(async () => {
    ;({ world, client, dispose } = await connectedWorld(kind))
  })
  afterEach(() => dispose())

  it('creates, reads, changes and removes one with its metadata', async () => {
    const created = await client.organizations.create({
      name: 'acme',
      display_name: 'Acme',
      branding: { colors: { primary: '#000', page_background: '#fff' } },
      metadata: { plan: 'full', region: 'eu' },
    })
    const id = String(created.id)
    expect(await client.organizations.get(id)).toEqual(created)
    expect(await client.organizations.getByName('acme')).toEqual(created)

    const updated = await client.organizations.update(id, { metadata: { plan: 'half' } })
    expect(updated).toEqual({ ...created, metadata: { plan: 'half' } })
    expect(await client.organizations.update(id, { metadata: {} })).not.toHaveProperty('metadata')
    expect((await client.organizations.list()).data).toMatchObject([{ id, name: 'acme' }])

    expect(await client.organizations.delete(id)).toBeUndefined()
    expect(await refused(client.organizations.delete(id))).toMatchObject({ statusCode: 404 })
  })

  it('throws its own classes of errors', async () => {
    await client.organizations.create({ name: 'acme' })
    const missing = { statusCode: 404, error: 'Not Found', message: 'No organization found by that id or name' }

    expect(await refused(client.organizations.create({ name: 'acme' }))).toMatchObject({
      name: 'ConflictError',
      body: { errorCode: 'organization_conflict' },
    })
    expect(await refused(client.organizations.create({ name: 'Bad Name' }))).toMatchObject({ name: 'BadRequestError' })
    expect(await refused(client.organizations.get('org_XXXXXXXXXXXXXXXX'))).toMatchObject({ body: missing })
    expect(await refused(client.organizations.getByName('nobody'))).toMatchObject({ body: missing })
    expect(await refused(client.organizations.update('org_X', { name: 'x' }))).toMatchObject({
      statusCode: 404,
      body: missing,
    })
    expect(await refused(client.organizations.members.list('org_X'))).toMatchObject({ body: missing })
    expect(await refused(client.users.organizations.list('auth0|nobody'))).toMatchObject({
      body: { errorCode: 'inexistent_user' },
    })
  })

  it('goes through 120 organizations, each of them once, and stops', async () => {
    const { orgs } = world.directory.asSystem('test')
    const names = Array.from({ length: 120 }, (_, index) => `org-${String(index).padStart(3, '0')}`)
    await Promise.all(names.map((name) => orgs.create({ name })))

    for (const request of [{}, { take: 40 }, { take: 100, sort: 'name:-1' }]) {
      const found: unknown[] = []
      for await (const { name } of await client.organizations.list(request)) found.push(name)
      expect(found.sort()).toEqual(names)
    }
  })

  it('goes through 250 members, each of them once, and stops', async () => {
    const { users } = world.directory.asSystem('test')
    const ids = Array.from({ length: 250 }, (_, index) => `p${String(index).padStart(3, '0')}`)
    await Promise.all(
      ids.map((userId) => users.createHuman({ userId, userName: userId, email: `${userId}@example.com` })),
    )
    const id = String((await client.organizations.create({ name: 'acme' })).id)
    for (let first = 0; first < ids.length; first += 10) {
      const members = ids.slice(first, first + 10).map((userId) => `auth0|${userId}`)
      await client.organizations.members.create(id, { members })
    }

    for (const request of [{}, { take: 100 }, { take: 50 }]) {
      const found: unknown[] = []
      for await (const { user_id, email } of await client.organizations.members.list(id, request)) {
        found.push(user_id)
        expect(`auth0|${email}`).toBe(`${user_id}@example.com`)
      }
      expect(found).toEqual(ids.map((userId) => `auth0|${userId}`))
    }

    await client.organizations.members.delete(id, { members: ['auth0|p000', 'auth0|p249'] })
    expect((await client.organizations.members.list(id, { take: 1 })).data).toMatchObject([{ user_id: 'auth0|p001' }])
    expect((await client.users.organizations.list('auth0|p001')).data).toMatchObject([{ id, name: 'acme' }])
    expect((await client.users.organizations.list('auth0|p000')).data).toEqual([])
  })
})
