import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyStorage, storageKinds } from '../auth0/storages'
import { createWorld, zitadelErrorBody as err, type Json, type World } from './world'

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/)
const human = (userName: string): Json => ({
  userName,
  profile: { firstName: 'A', lastName: 'B' },
  email: { email: 'a@b.ch' },
})
const reserved = { status: 400, body: err(3, 'COMMAND-SFd21', 'Domain is already reserved and cannot be used') }

describe('the domain policy', () => {
  let world: World
  const policyOf = async (path: string, options: { token?: string; orgId?: string } = {}) => {
    const { status, body } = await world.call('GET', path, options)
    return [status, body]
  }
  const details = { sequence: '2', creationDate: time, changeDate: time, resourceOwner: 'default' }
  afterEach(() => world.close())

  it('vector 14: is shown to whoever is authenticated, in any org that there is', async () => {
    world = await createWorld()
    const b = (await world.directory.asSystem('test').orgs.create({ name: 'Beta' })).orgId
    const { token } = await world.machine('viewerB', { orgId: b, roles: ['ORG_OWNER_VIEWER'] })
    const stranger = await world.machine('stranger', { orgId: b })
    const path = '/management/v1/policies/domain'

    for (const caller of [token, stranger.token]) {
      expect(await policyOf(path, { token: caller, orgId: world.acme })).toEqual([
        200,
        { policy: { details, isDefault: true } },
      ])
    }
    expect(await policyOf(path, { token, orgId: 'nowhere' })).toEqual([
      403,
      err(7, 'AUTH-Bs7Ds', "Organisation doesn't exist"),
    ])
    expect((await policyOf(path, { token: 'nobody' }))[0]).toBe(401)
  })

  it('says what the host has chosen', async () => {
    world = await createWorld({ userLoginMustBeDomain: true, verifyDomain: async () => true })

    for (const path of ['/management/v1/policies/domain', '/admin/v1/policies/domain']) {
      expect(await policyOf(path)).toEqual([
        200,
        { policy: { details, isDefault: true, userLoginMustBeDomain: true, validateOrgDomains: true } },
      ])
    }
  })

  it('of the instance is for who may read its policies, and is changed by nobody', async () => {
    world = await createWorld()
    const { token } = await world.machine('owner', { roles: ['ORG_OWNER'] })

    expect(await policyOf('/admin/v1/policies/domain', { token })).toEqual([
      403,
      err(7, 'AUTH-5mWD2', 'No matching permissions found'),
    ])
    expect(await world.call('PUT', '/admin/v1/policies/domain', { body: {} })).toMatchObject({ status: 405 })
    expect(await world.call('GET', `/admin/v1/orgs/${world.acme}/policies/domain`)).toMatchObject({ status: 404 })
    expect(await world.manage('GET', '/policies/login')).toMatchObject({ status: 404 })
  })
})

describe.each(storageKinds)('login names with a domain, on %s', (kind) => {
  let world: World
  let b: string
  let disposeOf: () => Promise<void>
  beforeEach(async () => {
    const { storage, dispose } = await emptyStorage(kind)
    disposeOf = dispose
    world = await createWorld({ storage, userLoginMustBeDomain: true })
    b = (await world.directory.asSystem('test').orgs.create({ name: 'Beta' })).orgId
  })
  afterEach(async () => {
    expect(world.errors).toEqual([])
    await world.close()
    await disposeOf()
  })

  const add = async (userName: string, orgId = world.acme) => {
    const { status, body } = await world.manage('POST', '/users/human', { orgId, body: human(userName) })
    expect([status, body]).toEqual([200, body])
    return body.userId as string
  }
  const namesOf = async (id: string, orgId = world.acme) => {
    const { loginNames, preferredLoginName } = (await world.manage('GET', `/users/${id}`, { orgId })).body.user
    return { loginNames, preferredLoginName }
  }
  const byLoginName = async (loginName: string) =>
    (await world.manage('GET', `/global/users/_by_login_name?loginName=${encodeURIComponent(loginName)}`)).body

  it('are shown in every message of a user', async () => {
    const id = await add('Zoe')
    await world.manage('POST', '/orgs/me/domains', { body: { domain: 'a.example' } })
    const names = { loginNames: ['Zoe@a.example', 'Zoe@acme.localhost'], preferredLoginName: 'Zoe@acme.localhost' }

    expect(await namesOf(id)).toEqual(names)
    const list = (
      await world.manage('POST', '/users/_search', { body: { queries: [{ userNameQuery: { userName: 'Zoe' } }] } })
    ).body
    expect(list.result).toMatchObject([names])
    expect((await byLoginName('zoe@A.example')).user).toMatchObject({ id, ...names })
    await world.manage('POST', '/orgs/me/domains/a.example/_set_primary')
    expect((await namesOf(id)).preferredLoginName).toBe('Zoe@a.example')

    const me = (await world.call('GET', '/auth/v1/users/me')).body.user
    expect(me).toMatchObject({ userName: 'root', preferredLoginName: 'root@a.example' })
    await world.manage('POST', '/orgs/me/members', { body: { userId: id, roles: ['ORG_OWNER'] } })
    const members = (await world.manage('POST', '/orgs/me/members/_search', { body: {} })).body.result
    expect(members).toMatchObject([{ userId: id, preferredLoginName: 'Zoe@a.example' }])
    const history = (await world.manage('POST', `/users/${id}/changes/_search`, { body: {} })).body.result
    expect(history[0]).toMatchObject({ editorId: world.rootId, editorPreferredLoginName: 'root@a.example' })
  })

  it('follow a rename of the org', async () => {
    const id = await add('zoe', b)

    await world.manage('PUT', '/orgs/me', { orgId: b, body: { name: 'Gamma' } })

    expect(await namesOf(id, b)).toEqual({
      loginNames: ['zoe@gamma.localhost'],
      preferredLoginName: 'zoe@gamma.localhost',
    })
    expect(await byLoginName('zoe@beta.localhost')).toEqual(err(5, 'QUERY-Dfbg2', 'User could not be found'))
  })

  it('are searched by any of them', async () => {
    const id = await add('zoe')
    await add('zoe', b)
    await world.manage('POST', '/orgs/me/domains', { body: { domain: 'a.example' } })
    const found = async (loginName: string, method: string) => {
      const query = { loginNameQuery: { loginName, method: `TEXT_QUERY_METHOD_${method}` } }
      const { body } = await world.manage('POST', '/users/_search', { body: { queries: [query] } })
      return (body.result ?? []).map((user: Json) => user.id)
    }

    expect(await found('zoe@a.example', 'EQUALS')).toEqual([id])
    expect(await found('ZOE@Acme.localhost', 'EQUALS_IGNORE_CASE')).toEqual([id])
    expect(await found('zoe', 'EQUALS')).toEqual([])
    expect(await found('zoe@beta.localhost', 'EQUALS')).toEqual([])
    expect(await found('@A.example', 'ENDS_WITH_IGNORE_CASE')).toHaveLength(2)
  })

  it('leave user names to be unique in their org', async () => {
    const [id] = await Promise.all([add('zoe'), add('Zoe', b)])
    const unique = async (userName: string, orgId: string) =>
      (await world.manage('GET', `/users/_is_unique?userName=${userName}`, { orgId })).body

    expect(await world.manage('POST', '/users/human', { body: human('ZOE') })).toMatchObject({
      status: 409,
      body: err(6, 'V3-DKcYh', 'User already exists'),
    })
    expect(await unique('zoe', world.acme)).toEqual({})
    expect(await unique('zoe', b)).toEqual({ isUnique: true })
    await world.manage('DELETE', `/users/${id}`)
    await add('ZOE')
  })

  it('let a user name end with a domain of another org', async () => {
    const id = await add('zoe@beta.localhost')

    expect((await namesOf(id)).preferredLoginName).toBe('zoe@beta.localhost@acme.localhost')
  })
})

describe('a user name that ends with a domain of another org', () => {
  let world: World
  beforeEach(async () => {
    world = await createWorld()
    await world.directory.asSystem('test').orgs.create({ name: 'Beta' })
  })
  afterEach(async () => {
    expect(world.errors).toEqual([])
    await world.close()
  })

  it.each<[string, string, Json]>([
    ['POST', '/management/v1/users/human', human('zoe@Beta.localhost')],
    ['POST', '/management/v1/users/human/_import', human(' zoe@beta.localhost ')],
    ['POST', '/management/v1/users/machine', { userName: 'zoe@beta.localhost', name: 'Z' }],
    ['PUT', '/management/v1/users/zoe/username', { userName: 'zoe@beta.localhost' }],
    ['POST', '/admin/v1/orgs/_setup', { org: { name: 'New' }, human: human('zoe@beta.localhost') }],
  ])('is refused: %s %s', async (method, path, body) => {
    await world.directory.asSystem('test').users.createHuman({ userId: 'zoe', userName: 'zoe' })
    const before = (await world.log()).length

    expect(await world.call(method, path, { body })).toMatchObject(reserved)
    expect(await world.log()).toHaveLength(before)
  })

  it('vector 18: is no obstacle where the domain is its own org’s', async () => {
    const { body } = await world.manage('POST', '/users/human', { body: human('zoe@acme.localhost') })

    const path = `/users/${body.userId}`
    expect((await world.manage('PUT', `${path}/username`, { body: { userName: 'ZOE@acme.localhost' } })).status).toBe(
      200,
    )
    expect((await world.manage('GET', path)).body.user).toMatchObject({
      preferredLoginName: 'ZOE@acme.localhost',
      loginNames: ['ZOE@acme.localhost'],
    })
  })
})
