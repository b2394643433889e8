import { type ManagementClient, ManagementError } from 'auth0'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Auth0World } from './auth0-world'
import { connectedWorld } from './connected-world'
import { storageKinds } from './storages'

const missingRole = {
  status: 404,
  body: { statusCode: 404, error: 'Not Found', message: 'The role does not exist.' },
}
const missingUser = { status: 404, body: { errorCode: 'inexistent_user' } }
const missingOrg = {
  status: 404,
  body: { statusCode: 404, error: 'Not Found', message: 'No organization found by that id or name' },
}
const noPermission = { status: 404, body: { errorCode: 'inexistent_resource_server_permission' } }
const permissions = {
  permissions: [{ resource_server_identifier: 'https://api.example/', permission_name: 'read:it' }],
}

const jane = '/users/auth0%7Cjane'

describe.each(storageKinds)('roles on %s', (kind) => {
  let world: Auth0World
  let client: ManagementClient
  let dispose: () => Promise<void>

  beforeEach(async () => {
    ;({ world, client, dispose } = await connectedWorld(kind))
    for (const name of ['jane', 'john'])
      await world.call('POST', '/users', { user_id: name, email: `${name}@example.com` })
    await world.directory.asSystem('test').orgs.create({ orgId: 'org_acme', name: 'acme' })
  })
  afterEach(() => dispose())

  const call: Auth0World['call'] = (...given) => world.call(...given)
  const create = async (name: string) => String((await call('POST', '/roles', { name, description: name })).body.id)
  const ofJane = `/organizations/org_acme/members/auth0%7Cjane/roles`

  it('V111: POST answers 200 with an id of its own', async () => {
    const { status, body } = await call('POST', '/roles', { name: 'r', description: 'd' })

    expect({ status, body }).toEqual({
      status: 200,
      body: { id: expect.stringMatching(/^rol_[A-Za-z0-9]{16}$/), name: 'r', description: 'd' },
    })
    expect((await call('GET', `/roles/${body.id}`)).body).toEqual(body)
    expect((await call('PATCH', `/roles/${body.id}`, { description: 'e' })).body).toEqual({ ...body, description: 'e' })
    expect((await call('POST', '/roles', { name: 'bare' })).body).toMatchObject({ description: null })
  })

  it('V112: DELETE answers 200 with an empty object, then 404 without code', async () => {
    const id = await create('r')

    expect(await call('DELETE', `/roles/${id}`)).toMatchObject({ status: 200, body: {} })
    const { status, body } = await call('DELETE', `/roles/${id}`)
    expect({ status, body }).toEqual(missingRole)
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['GET', '/users'],
      ['POST', '/users'],
      ['GET', '/permissions'],
    ] as const) {
      const sent = method === 'PATCH' ? { name: 'x' } : method === 'POST' ? { users: ['auth0|jane'] } : undefined
      const { status, body } = await call(method, `/roles/${id}${path}`, sent)
      expect({ status, body }, `${method} ${path}`).toEqual(missingRole)
    }
  })

  it('V113: roles of a user are given, listed and taken', async () => {
    const [a, b] = [await create('a'), await create('b')]

    const given = await call('POST', `${jane}/roles`, { roles: [a, b] })
    expect([given.status, given.body]).toEqual([204, undefined])
    expect((await call('POST', `${jane}/roles`, { roles: [a] })).status).toBe(204)
    const shown = { id: a, name: 'a', description: 'a' }
    expect((await call('GET', `${jane}/roles?include_totals=true`)).body).toEqual({
      roles: [shown, { id: b, name: 'b', description: 'b' }],
      start: 0,
      limit: 50,
      total: 2,
    })
    expect((await call('GET', `${jane}/roles?per_page=1&page=0`)).body).toEqual([shown])
    const taken = await call('DELETE', `${jane}/roles`, { roles: [b] })
    expect([taken.status, taken.body]).toEqual([204, undefined])
    expect((await call('GET', `${jane}/roles`)).body).toEqual([shown])
    expect((await call('DELETE', `${jane}/roles`, { roles: [a, b] })).status).toBe(204)
    expect((await call('GET', `${jane}/roles`)).body).toEqual([])
    expect((await world.directory.asSystem('test').members.list()).items).toEqual([])
  })

  it('V114: there is no permission to give', async () => {
    expect(await call('POST', `${jane}/permissions`, permissions)).toMatchObject({
      status: 404,
      body: {
        message: "This permission does not exist: 'https://api.example/ - read:it'",
        errorCode: 'inexistent_resource_server_permission',
      },
    })
    expect(await call('DELETE', `${jane}/permissions`, permissions)).toMatchObject(noPermission)
    expect((await call('GET', `${jane}/permissions`)).body).toEqual([])
    expect((await call('GET', `${jane}/permissions?include_totals=true`)).body).toEqual({
      permissions: [],
      start: 0,
      limit: 50,
      total: 0,
    })
    expect(await call('POST', '/users/auth0%7Cghost/permissions', permissions)).toMatchObject(missingUser)
    expect(await call('GET', '/users/auth0%7Cghost/permissions')).toMatchObject(missingUser)

    const id = await create('r')
    await world.directory.asSystem('test').roles.update(id, { permissions: ['invoice.write'] })
    for (const method of ['POST', 'DELETE']) {
      expect(await call(method, `/roles/${id}/permissions`, permissions)).toMatchObject(noPermission)
    }
    expect((await call('GET', `/roles/${id}/permissions`)).body).toEqual([])
  })

  it('lists roles by part of their name, page by page', async () => {
    for (const name of ['Clerk', 'Chief clerk', 'Auditor']) await create(name)
    const names = async (query: string) =>
      (await call<{ name: string }[]>('GET', `/roles${query}`)).body.map(({ name }) => name)

    expect(await names('')).toEqual(['Clerk', 'Chief clerk', 'Auditor'])
    expect(await names('?name_filter=CLERK')).toEqual(['Clerk', 'Chief clerk'])
    expect(await names('?per_page=1&page=2')).toEqual(['Auditor'])
    expect((await call('GET', '/roles?include_totals=true&per_page=2&name_filter=%25')).body).toEqual({
      roles: [],
      start: 0,
      limit: 2,
      total: 0,
    })
  })

  it('keeps names apart, also when they are taken at the same time', async () => {
    const made = await Promise.all(['R', 'r', 'R', 'r'].map((name) => call('POST', '/roles', { name })))

    expect(made.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
    expect(made.find(({ status }) => status === 409)?.body).toMatchObject({ errorCode: 'role_conflict' })
    const other = await create('other')
    expect(await call('PATCH', `/roles/${other}`, { name: 'r' })).toMatchObject({ status: 409 })
  })

  it('refuses a version that is not there any more', async () => {
    const id = await create('r')
    const { etag } = (await call('GET', `/roles/${id}`)).headers
    const stale = { headers: { 'if-match': String(etag) } }

    expect((await call('PATCH', `/roles/${id}`, { name: 's' }, stale)).status).toBe(200)
    expect((await call('PATCH', `/roles/${id}`, { name: 't' }, stale)).status).toBe(412)
    expect((await call('DELETE', `/roles/${id}`, undefined, stale)).status).toBe(412)
  })

  it('gives a role to many users, all or none, and pages through them', async () => {
    const id = await create('r')
    const system = world.directory.asSystem('test')
    await system.users.createMachine({ userId: 'robot', userName: 'robot', name: 'Robot' })
    await system.members.grantRoles({ userIds: ['robot'], roles: [id] })
    const wireIds = Array.from({ length: 7 }, (_, index) => `auth0|u${index}`)
    for (const [index] of wireIds.entries())
      await call('POST', '/users', { user_id: `u${index}`, email: `u${index}@example.com` })

    for (const stranger of ['auth0|ghost', 'auth0|robot']) {
      expect(await call('POST', `/roles/${id}/users`, { users: [...wireIds, stranger] })).toMatchObject(missingUser)
    }
    expect((await call('GET', `/roles/${id}/users`)).body).toEqual([])
    expect(await call('POST', `/roles/${id}/users`, { users: wireIds })).toMatchObject({ status: 200, body: {} })
    await call('POST', `${jane}/roles`, { roles: [id] })

    const found: unknown[] = []
    for await (const user of await client.roles.users.list(id, { take: 3 })) found.push(user.user_id)
    expect(found).toEqual([...wireIds, 'auth0|jane'])
    expect((await call('GET', `/roles/${id}/users?include_totals=true&per_page=1&page=7`)).body).toEqual({
      users: [
        {
          user_id: 'auth0|jane',
          email: 'jane@example.com',
          picture: expect.any(String),
          name: 'jane@example.com',
        },
      ],
      start: 7,
      limit: 1,
      total: 8,
    })
  })

  it('serves the SDK', async () => {
    const { id = '' } = await client.roles.create({ name: 'SDK', description: 'd' })
    expect(await client.roles.get(id)).toEqual({ id, name: 'SDK', description: 'd' })
    expect(await client.roles.update(id, { name: 'SDK2' })).toMatchObject({ name: 'SDK2' })
    expect((await client.roles.list({ name_filter: 'sdk' })).data).toHaveLength(1)
    await client.roles.users.assign(id, { users: ['auth0|john'] })
    expect((await client.roles.users.list(id)).data).toMatchObject([{ user_id: 'auth0|john' }])
    expect((await client.roles.permissions.list(id)).data).toEqual([])

    await client.users.roles.assign('auth0|jane', { roles: [id] })
    expect((await client.users.roles.list('auth0|jane')).data).toMatchObject([{ id, name: 'SDK2' }])
    await client.users.roles.delete('auth0|jane', { roles: [id] })
    expect((await client.users.roles.list('auth0|jane')).data).toEqual([])
    expect((await client.users.permissions.list('auth0|jane')).data).toEqual([])

    await client.organizations.members.roles.assign('org_acme', 'auth0|jane', { roles: [id] })
    expect((await client.organizations.members.roles.list('org_acme', 'auth0|jane')).data).toMatchObject([{ id }])
    await client.organizations.members.roles.delete('org_acme', 'auth0|jane', { roles: [id] })
    expect((await client.organizations.members.roles.list('org_acme', 'auth0|jane')).data).toEqual([])

    await client.roles.delete(id)
    const error: unknown = await client.roles.get(id).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(ManagementError)
    expect(error).toMatchObject({ name: 'NotFoundError', statusCode: 404 })
  })

  describe('of a member of an organization', () => {
    it('make a member of who is none, and are those of that organization alone', async () => {
      const id = await create('r')

      expect((await call('POST', ofJane, { roles: [id] })).status).toBe(204)
      expect((await call('GET', `${ofJane}?include_totals=true&per_page=50`)).body).toEqual({
        roles: [{ id, name: 'r', description: 'r' }],
        start: 0,
        limit: 50,
        total: 1,
      })
      expect((await call('GET', `${jane}/roles`)).body).toEqual([])
      const members = () => world.directory.asSystem('test').orgs.members('org_acme').list()
      expect((await members()).items).toMatchObject([{ userId: 'jane', roles: [id] }])

      expect((await call('DELETE', ofJane, { roles: [id] })).status).toBe(204)
      expect((await call('GET', ofJane)).body).toEqual([])
      expect((await members()).items).toMatchObject([{ userId: 'jane', roles: [] }])
    })

    it('are 50 at most, whoever gives them at the same time', async () => {
      const ids = await Promise.all(Array.from({ length: 52 }, (_, index) => create(`r${index}`)))
      await world.directory
        .asSystem('test')
        .orgs.members('org_acme')
        .add({ userId: 'jane', roles: ['ORG_OWNER'] })
      expect((await call('POST', ofJane, { roles: ids.slice(0, 49) })).status).toBe(204)

      const given = await Promise.all(ids.slice(49).map((id) => call('POST', ofJane, { roles: [id] })))

      expect(given.map(({ status }) => status).sort()).toEqual([204, 409, 409])
      expect(given.find(({ status }) => status === 409)?.body).toMatchObject({
        message: 'No more roles can be assigned to this organization member.',
      })
      expect((await call('GET', `${ofJane}?include_totals=true`)).body.total).toBe(50)
    })

    it('need an organization, a user and roles that are there', async () => {
      const id = await create('r')
      const tenant = world.directory.defaultOrgId
      const roles = [id]

      for (const orgId of ['org_ghost', tenant]) {
        const path = `/organizations/${orgId}/members/auth0%7Cjane/roles`
        for (const method of ['GET', 'POST', 'DELETE']) {
          const { status, body } = await call(method, path, { roles })
          expect({ status, body }).toEqual(missingOrg)
        }
      }
      const ofGhost = '/organizations/org_acme/members/auth0%7Cghost/roles'
      expect(await call('POST', ofGhost, { roles })).toMatchObject(missingUser)
      for (const unknown of ['rol_ghost', 'ORG_OWNER']) {
        expect(await call('POST', ofJane, { roles: [id, unknown] })).toMatchObject(missingRole)
      }
      expect((await call('GET', ofJane)).body).toEqual([])
    })
  })

  it('never gives out, shows or takes what is no role of this face', async () => {
    const id = await create('r')
    const system = world.directory.asSystem('test')
    await system.members.add({ userId: 'jane', roles: ['IAM_OWNER', id] })

    expect((await call('GET', `${jane}/roles`)).body).toMatchObject([{ id }])
    for (const method of ['POST', 'DELETE']) {
      expect(await call(method, `${jane}/roles`, { roles: ['IAM_OWNER'] })).toMatchObject(missingRole)
    }
    expect((await call('DELETE', `${jane}/roles`, { roles: [id] })).status).toBe(204)
    expect((await system.members.list()).items).toMatchObject([{ userId: 'jane', roles: ['IAM_OWNER'] }])
  })

  it('is given to nobody once it is removed, whatever comes at the same time', async () => {
    const id = await create('r')

    const [given, removed, gone] = await Promise.all([
      call('POST', `${jane}/roles`, { roles: [id] }),
      call('DELETE', `/roles/${id}`),
      call('POST', '/users/auth0%7Cjohn/roles', { roles: [id] }),
    ])

    expect(removed.status).toBe(200)
    for (const { status } of [given, gone]) expect([204, 404]).toContain(status)
    expect((await call('GET', `${jane}/roles`)).body).toEqual([])
    expect(await call('POST', `${jane}/roles`, { roles: [id] })).toMatchObject(missingRole)
  })

  it('lets two give a first role at the same time', async () => {
    const ids = [await create('a'), await create('b'), await create('c')]

    const given = await Promise.all(ids.map((id) => call('POST', `${jane}/roles`, { roles: [id] })))

    expect(given.map(({ status }) => status)).toEqual([204, 204, 204])
    expect((await call('GET', `${jane}/roles?include_totals=true`)).body.total).toBe(3)
  })

  it.each([
    ['POST', '/roles', {}, "'Missing required property: name'."],
    ['POST', '/roles', { name: '' }, "'String is too short (0 chars), minimum 1' on property name (Name of the role)."],
    ['POST', '/roles', { name: ' ' }, 'must not be blank'],
    ['POST', '/roles', { name: 'a\0' }, 'must not hold NUL'],
    ['POST', '/roles', { name: 'a', permissions: ['x'] }, "'Additional properties not allowed: permissions'."],
    ['POST', `${jane}/roles`, { roles: [] }, "'Array is too short (0), minimum 1' on property roles"],
    ['POST', `${jane}/roles`, { roles: [''] }, "'String is too short (0 chars), minimum 1' on property roles[0]"],
    ['DELETE', `${jane}/roles`, undefined, "'Expected type object but found type null'"],
    ['DELETE', `${jane}/roles`, { roles: {} }, "'Expected type array but found type object' on property roles"],
    ['POST', `${jane}/permissions`, { permissions: [] }, 'minimum 1'],
    ['POST', `${jane}/permissions`, { permissions: [{}] }, 'Missing required property'],
    ['POST', `${ofJane}`, JSON.parse('{"__proto__":{"roles":[]}}'), "'Missing required property: roles'."],
  ])('%s %s refuses %j', async (method, path, body, message) => {
    const events = await world.countEvents()
    const answer = await call(method, path, body)

    expect(answer).toMatchObject({ status: 400, body: { errorCode: 'invalid_body' } })
    expect(String(answer.body.message)).toContain(message)
    expect(await world.countEvents()).toBe(events)
  })

  it('refuses ids that nothing can have', async () => {
    for (const id of ['%00', '%ED%A0%80', '%F0%9F%98%80', 'x'.repeat(1000), '__proto__']) {
      const { status } = await call('GET', `/roles/${id}`)
      expect([400, 404], id).toContain(status)
    }
    const id = await create('r')
    expect(await call('POST', `/roles/${id}/users`, { users: ['jane'] })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('on property users[0]') },
    })
    expect(await call('GET', `/roles/${id}/users?take=3&from=nonsense`)).toMatchObject({ status: 400 })
    for (const odd of ['a\0', '\ud800', 'x'.repeat(5000), '__proto__'])
      expect(await call('POST', `${jane}/roles`, { roles: [odd] })).toMatchObject(missingRole)
  })

  it('asks for scopes, of which one is enough where two texts say all of them', async () => {
    const as = (...scopes: string[]) => ({ token: world.asCaller({ userId: 'x', scopes }) })
    const id = await create('r')
    const members = { read: 'read:role_members', create: 'create:role_members', delete: 'delete:role_members' }

    for (const path of [`${jane}/roles`, `/roles/${id}/users`]) {
      expect(await call('GET', path, undefined, as(members.read))).toMatchObject({ status: 200 })
      expect(await call('GET', path, undefined, as('read:clients'))).toMatchObject({
        status: 403,
        body: { message: 'Insufficient scope, expected all of: read:users,read:roles,read:role_members' },
      })
    }
    expect(await call('POST', `${jane}/roles`, { roles: [id] }, as(members.create))).toMatchObject({ status: 204 })
    expect(await call('DELETE', `${jane}/roles`, { roles: [id] }, as(members.delete))).toMatchObject({ status: 204 })
    expect(await call('POST', '/roles', { name: 'x' }, as('read:roles'))).toMatchObject({
      status: 403,
      body: { message: 'Insufficient scope, expected any of: create:roles' },
    })
  })

  it('lets a token without scopes do what its user may in the instance', async () => {
    const id = await create('r')
    const system = world.directory.asSystem('test')
    const jane = { token: world.asCaller({ userId: 'jane' }) }
    const attempts = () =>
      Promise.all([
        call('GET', '/roles', undefined, jane),
        call('POST', '/users/auth0%7Cjohn/roles', { roles: [id] }, jane),
        call('PATCH', `/roles/${id}`, { description: 'x' }, jane),
        call('POST', ofJane, { roles: [id] }, jane),
      ])
    const statuses = async () => (await attempts()).map(({ status }) => status)

    expect(await statuses()).toEqual([403, 403, 403, 403])
    await system.members.grantRoles({ userIds: ['jane'], roles: [id] })
    expect(await statuses()).toEqual([403, 403, 403, 403])
    await system.members.update('jane', { roles: ['IAM_OWNER'] })
    expect(await statuses()).toEqual([200, 204, 200, 204])
  })

  it('grants natively what the host gave it, from the call that gives it on to the one that removes it', async () => {
    const id = await create('r')
    await world.directory.asSystem('test').roles.update(id, { permissions: ['invoice.write'] })
    const inAcme = world.directory.as({ userId: 'jane', orgId: 'org_acme' })
    const may = async () => (await inAcme.checkPermission('invoice.write')).allowed

    expect(await may()).toBe(false)
    await call('POST', ofJane, { roles: [id] })
    expect(await may()).toBe(true)
    await call('DELETE', `/roles/${id}`)
    expect(await may()).toBe(false)
  })
})
