import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Auth0World, auth0World } from './auth0-world'
import { emptyStorage, storageKinds } from './storages'

type Body = Record<string, unknown>

describe.each(storageKinds)('members of an organization on %s', (kind) => {
  let world: Auth0World
  let dispose: () => Promise<void>
  let id: string

  beforeEach(async () => {
    const empty = await emptyStorage(kind)
    dispose = empty.dispose
    world = await auth0World({ storage: empty.storage })
    const { users } = world.directory.asSystem('test')
    for (const userId of ['u1', 'u2', 'u3']) {
      await users.createHuman({ userId, userName: userId, email: `${userId}@example.com`, displayName: userId })
    }
    await users.createMachine({ userId: 'robot', userName: 'robot', name: 'Robot' })
    id = await organization('acme')
  })
  afterEach(() => dispose())

  const organization = async (name: string) =>
    String((await world.call('POST', '/organizations', { name, display_name: name })).body.id)
  const wireIds = (ids: readonly string[]) => ids.map((userId) => `auth0|${userId}`)
  const add = (...ids: string[]) => world.call('POST', `/organizations/${id}/members`, { members: wireIds(ids) })
  const remove = (...ids: string[]) => world.call('DELETE', `/organizations/${id}/members`, { members: wireIds(ids) })
  const list = async (query = '') => (await world.call(`GET`, `/organizations/${id}/members?${query}`)).body
  const listed = async () => ((await list()) as unknown as Body[]).map(({ user_id }) => user_id)

  it('V105, V106: are added and listed with totals', async () => {
    expect(await add('u1')).toMatchObject({ status: 204, body: undefined })

    const body = await list('include_totals=true')
    expect(Object.keys(body)).toEqual(['members', 'start', 'limit', 'total'])
    expect(body).toEqual({
      members: [
        {
          user_id: 'auth0|u1',
          email: 'u1@example.com',
          picture: expect.stringContaining('https://s.gravatar.com/avatar/'),
          name: 'u1',
        },
      ],
      start: 0,
      limit: 50,
      total: 1,
    })
    expect(Object.keys((body.members as Body[])[0]!)).toEqual(['user_id', 'email', 'picture', 'name'])
    const user = (await world.call('GET', '/users/auth0%7Cu1')).body
    expect((body.members as Body[])[0]).toMatchObject({ picture: user.picture, name: user.name })
  })

  it('V107: show what fields ask for, roles among them', async () => {
    await add('u1')

    expect(await list('fields=user_id,roles&include_fields=true')).toEqual([{ user_id: 'auth0|u1', roles: [] }])
    expect(await list('fields=email')).toEqual([{ email: 'u1@example.com' }])
    const [rest] = (await list('fields=email,roles&include_fields=false')) as unknown as Body[]
    expect(Object.keys(rest!)).toEqual(['user_id', 'picture', 'name'])
  })

  it('V108: are removed by a DELETE with a body', async () => {
    await add('u1', 'u2', 'u3')

    expect(await remove('u1', 'u3', 'nobody')).toMatchObject({ status: 204, body: undefined })
    expect(await listed()).toEqual(['auth0|u2'])
    await remove('u2')
    expect(await list('include_totals=true')).toMatchObject({ members: [], total: 0 })
  })

  it.each([
    ['V109', { members: [] }, /'Array is too short \(0\), minimum 1' on property members/],
    ['eleven', { members: wireIds([...'abcdefghijk']) }, /'Array is too long \(11\), maximum 10' on property members/],
    ['no list', {}, /Missing required property: members/],
    ['no text', { members: [7] }, /Expected type string but found type integer/],
    ['an empty text', { members: [''] }, /String is too short/],
    ['no id of a user', { members: ['u1'] }, /format user-id: u1' on property members\[0\]/],
    ['NUL', { members: ['auth0|u1', 'auth0|a\0'] }, /format user-id: auth0\|a\0' on property members\[1\]/],
    ['no body', undefined, /Expected type object but found type null/],
  ])('%s is refused, whole', async (_, sent, message) => {
    const before = await world.countEvents()
    for (const method of ['POST', 'DELETE']) {
      expect(await world.call(method, `/organizations/${id}/members`, sent)).toMatchObject({
        status: 400,
        body: { errorCode: 'invalid_body', message: expect.stringMatching(message) },
      })
    }
    expect(await world.countEvents()).toBe(before)
  })

  it('are none of them added when one is unknown, or a machine', async () => {
    for (const other of ['nobody', 'robot']) {
      expect(await add('u1', other)).toMatchObject({
        status: 400,
        body: {
          errorCode: 'invalid_body',
          message: expect.stringContaining(`The user does not exist: auth0|${other}`),
        },
      })
    }
    expect(await listed()).toEqual([])
  })

  it('are added once, however often and by however many', async () => {
    const answers = await Promise.all([add('u1', 'u2'), add('u2', 'u3'), add('u3', 'u1', 'u3')])
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204])
    expect((await add('u1')).status).toBe(204)

    expect((await listed()).sort()).toEqual(wireIds(['u1', 'u2', 'u3']))
  })

  it('are not the machines that are members, which no DELETE removes', async () => {
    const members = world.directory.asSystem('test').orgs.members(id)
    await members.add({ userId: 'robot', roles: ['ORG_OWNER'] })
    await add('u1')

    expect(await listed()).toEqual(['auth0|u1'])
    expect(await list('include_totals=true')).toMatchObject({ total: 1 })
    expect((await remove('robot')).status).toBe(204)
    expect((await members.list()).items.map(({ userId }) => userId)).toEqual(['robot', 'u1'])
  })

  it('stay in the order in which they came', async () => {
    await add('u3')
    await add('u2')
    await add('u1')

    expect(await listed()).toEqual(wireIds(['u3', 'u2', 'u1']))
    expect(await list('page=1&per_page=2')).toMatchObject([{ user_id: 'auth0|u1' }])
  })

  it('are paged behind a cursor, which the last page has as well; what follows is empty', async () => {
    await add('u1', 'u2', 'u3')

    const first = await list('take=2&include_totals=true')
    expect(Object.keys(first)).toEqual(['members', 'next'])
    expect(first.members).toMatchObject([{ user_id: 'auth0|u1' }, { user_id: 'auth0|u2' }])
    await remove('u2')
    const last = await list(`take=2&from=${first.next}`)
    expect(last).toMatchObject({ members: [{ user_id: 'auth0|u3' }], next: expect.any(String) })
    expect(await list(`take=2&from=${last.next}`)).toEqual({ members: [] })
  })

  it('leave with their user, and with the organization', async () => {
    await add('u1', 'u2')
    await world.call('DELETE', '/users/auth0%7Cu1')
    expect(await listed()).toEqual(['auth0|u2'])

    await world.call('DELETE', `/organizations/${id}`)
    expect((await world.call('GET', '/users/auth0%7Cu2')).status).toBe(200)
    expect((await world.call('GET', '/users/auth0%7Cu2/organizations')).body).toEqual([])
  })

  it('are told where they are members, oldest organization first', async () => {
    const older = id
    await add('u2')
    id = await organization('beta')
    await world.call('PATCH', `/organizations/${id}`, { metadata: { a: 'b' } })
    await add('u1')
    const newer = id
    id = older
    await add('u1')

    const path = '/users/auth0%7Cu1/organizations'
    const { body } = await world.call('GET', `${path}?include_totals=true&per_page=50`)
    expect(Object.keys(body)).toEqual(['organizations', 'start', 'limit', 'total'])
    expect(body).toEqual({
      organizations: [
        { id: older, display_name: 'acme', name: 'acme' },
        { id: newer, display_name: 'beta', name: 'beta', metadata: { a: 'b' } },
      ],
      start: 0,
      limit: 50,
      total: 2,
    })
    expect(Object.keys((body.organizations as Body[])[1]!)).toEqual(['id', 'display_name', 'name', 'metadata'])
    expect((await world.call('GET', `${path}?page=1&per_page=1`)).body).toMatchObject([{ name: 'beta' }])
    const first = (await world.call('GET', `${path}?take=1`)).body
    const last = (await world.call('GET', `${path}?take=1&from=${first.next}`)).body
    expect(first.organizations).toMatchObject([{ name: 'acme' }])
    expect(last.organizations).toMatchObject([{ name: 'beta' }])
    expect(last).not.toHaveProperty('next')
    expect((await world.call('GET', '/users/auth0%7Cu3/organizations')).body).toEqual([])
  })

  it.each(['auth0%7Cnobody', 'auth0%7Crobot'])('%s is no user with organizations', async (userId) => {
    expect(await world.call('GET', `/users/${userId}/organizations`)).toMatchObject({
      status: 404,
      body: { errorCode: 'inexistent_user' },
    })
  })
})
