import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { places, worldsAt } from './places'
import { base64, zitadelErrorBody as err, type Json, type World } from './world'

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/)

interface Machine {
  readonly userId: string
  readonly token: string
}

const noMembership = err(5, 'AUTHZ-cdgFk', 'membership not found')
const noPermission = err(7, 'AUTH-5mWD2', 'No matching permissions found')
const invalidToken = err(16, 'AUTH-7fs1e', 'Token is invalid')

describe.each(places)('ZITADEL orgs and permissions, vectors of the wire reference, on $storage by $host', (place) => {
  const open = worldsAt(place)
  let world: World
  let b: string
  let ownerA: Machine
  let viewerB: Machine
  let mgrA: Machine
  let plainA: Machine
  let machA: Machine
  let userB: Machine
  const fields = (sequence = expect.stringMatching(/^\d+$/)) => ({
    sequence,
    creationDate: time,
    changeDate: time,
    resourceOwner: world.acme,
  })

  beforeEach(async () => {
    world = await open()
    b = (await world.directory.asSystem('test').orgs.create({ name: 'Beta' })).orgId
    ownerA = await world.machine('ownerA', { roles: ['ORG_OWNER'] })
    viewerB = await world.machine('viewerB', { orgId: b, roles: ['ORG_OWNER_VIEWER'] })
    mgrA = await world.machine('mgrA', { roles: ['ORG_USER_MANAGER'] })
    plainA = await world.machine('plainA')
    machA = await world.machine('machA')
    userB = await world.machine('userB', { orgId: b })
  })
  afterEach(async () => {
    expect(world.errors).toEqual([])
    await world.close()
  })

  const getOrg = (token: string | null, orgId?: string, headers?: Record<string, string>) =>
    world.manage('GET', '/orgs/me', { token, ...(orgId !== undefined && { orgId }), ...(headers && { headers }) })

  it('vector 1: asks for a token', async () => {
    expect(await getOrg(null)).toMatchObject({ status: 401, body: { code: 16, message: 'auth header missing' } })
    expect((await getOrg(null, undefined, { authorization: '' })).body).toEqual({
      code: 16,
      message: 'auth header missing',
    })
  })

  it.each([
    ['vector 2', 'Basic x'],
    ['vector 3', 'bearer {token}'],
    ['vector 3', 'Bearer'],
    ['vector 3', 'Bearer Bearer {token}'],
    ['vector 3', 'x Bearer {token}'],
    ['vector 3', 'Bearer {token}, Bearer {token}'],
  ])('%s: refuses the header %s', async (_, header) => {
    const authorization = header.replaceAll('{token}', ownerA.token)

    const { status, headers, body } = await getOrg(null, undefined, { authorization })

    expect([status, body]).toEqual([401, err(16, 'AUTH-7fs1e', 'invalid auth header')])
    expect(headers['www-authenticate']).toBe('invalid auth header (AUTH-7fs1e)')
  })

  it('vector 4: refuses a token that nobody has', async () => {
    expect(await getOrg('garbage')).toMatchObject({ status: 401, body: invalidToken })
  })

  it('vector 5: gets the org of the caller', async () => {
    const { status, body } = await getOrg(ownerA.token)

    expect(status).toBe(200)
    expect(body.org).toEqual({
      id: world.acme,
      details: fields(),
      state: 'ORG_STATE_ACTIVE',
      name: 'Acme',
      primaryDomain: 'acme.localhost',
    })
    expect((await getOrg(ownerA.token, '')).body).toEqual(body)
  })

  it('vector 6: refuses an org that does not exist', async () => {
    expect(await getOrg(ownerA.token, 'nope')).toMatchObject({
      status: 403,
      body: err(7, 'AUTH-Bs7Ds', "Organisation doesn't exist"),
    })
  })

  it('vectors 7 and 8: does not find a membership', async () => {
    expect(await getOrg(ownerA.token, b)).toMatchObject({ status: 404, body: noMembership })
    expect(await getOrg(plainA.token)).toMatchObject({ status: 404, body: noMembership })
  })

  it('vector 9: refuses what the roles of a member do not grant', async () => {
    const { status, body } = await world.manage('PUT', '/orgs/me', { token: viewerB.token, body: { name: 'x' } })

    expect([status, body]).toEqual([403, noPermission])
  })

  it('vectors 10 to 13: finds users of the org of the call only', async () => {
    const get = (token: string, orgId?: string) =>
      world.manage('GET', `/users/${userB.userId}`, { token, ...(orgId !== undefined && { orgId }) })
    const notFound = { status: 404, body: err(5, 'QUERY-Dfbg2', 'User could not be found') }

    expect((await getOrg(world.rootToken, b)).body.org.id).toBe(b)
    expect(await get(world.rootToken)).toMatchObject(notFound)
    expect((await get(world.rootToken, b)).status).toBe(200)
    expect(await get(ownerA.token)).toMatchObject(notFound)
    expect(await get(ownerA.token, b)).toMatchObject({ status: 404, body: noMembership })
    expect((await get(viewerB.token)).status).toBe(200)
  })

  it('writes to users of the org of the call only', async () => {
    const set = (token: string, orgId?: string) =>
      world.manage('POST', `/users/${userB.userId}/metadata/k`, {
        token,
        body: { value: 'dg==' },
        ...(orgId !== undefined && { orgId }),
      })

    expect(await set(world.rootToken)).toMatchObject({
      status: 400,
      body: err(9, 'COMMAND-uXHNj', 'User could not be found'),
    })
    expect(await set(viewerB.token)).toMatchObject({ status: 403, body: noPermission })
    expect(await set(userB.token)).toMatchObject({ status: 404, body: noMembership })
    expect((await set(world.rootToken, b)).body.details).toMatchObject({ resourceOwner: b })
  })

  it('creates and lists users of the org of the call', async () => {
    const created = await world.manage('POST', '/users/machine', { orgId: b, body: { userName: 'new', name: 'N' } })
    const search = (orgId?: string) => world.manage('POST', '/users/_search', orgId === undefined ? {} : { orgId })

    expect(created.body.details.resourceOwner).toBe(b)
    expect((await search(b)).body.details.totalResult).toBe('3')
    expect((await search()).body.details.totalResult).toBe('5')
    expect((await world.manage('DELETE', `/users/${created.body.userId}`)).status).toBe(404)
    expect((await world.manage('DELETE', `/users/${created.body.userId}`, { orgId: b })).status).toBe(200)
  })

  describe('orgs', () => {
    const add = (name: string, token?: string) =>
      world.manage('POST', '/orgs', { body: { name }, ...(token !== undefined && { token }) })

    it('vector 15: adds an org that the caller owns', async () => {
      const { status, body } = await add(' Gamma ')

      expect(status).toBe(200)
      expect(body).toEqual({ id: expect.any(String), details: { ...fields(), resourceOwner: body.id } })
      expect((await getOrg(world.rootToken, body.id)).body.org).toMatchObject({
        name: 'Gamma',
        primaryDomain: 'gamma.localhost',
      })
      const members = await world.manage('POST', '/orgs/me/members/_search', { orgId: body.id })
      expect(members.body.result).toMatchObject([{ userId: world.rootId, roles: ['ORG_OWNER'] }])
    })

    it('vector 16: refuses a name or a domain that is taken', async () => {
      await add('A B')

      expect(await add(' acme ')).toMatchObject({
        status: 409,
        body: err(6, 'V3-DKcYh', "Organisation's name or id already taken"),
      })
      expect(await add('A-B')).toMatchObject({ status: 409, body: err(6, 'V3-DKcYh', 'Domain already exists') })
    })

    it('leaves alone users whose names end with the domain of a new org', async () => {
      await world.machine('x@gamma.localhost')
      await add('Gamma')

      const names = (await world.manage('POST', '/users/_search')).body.result.map(({ userName }: Json) => userName)
      expect(names).toContain('x@gamma.localhost')
    })

    it('vectors 17 and 18: refuses a name that is none', async () => {
      expect((await add('')).body).toEqual({
        code: 3,
        message: 'invalid AddOrgRequest.Name: value length must be between 1 and 200 runes, inclusive',
      })
      expect(await add('   ')).toMatchObject({ status: 400, body: err(3, 'EVENT-Mf9sd', 'Organisation is invalid') })
      expect(await add('!!!')).toMatchObject({
        status: 400,
        body: err(3, 'ORG-RrfXY', 'Errors.Org.Domain.EmptyString'),
      })
    })

    it('vector 19: refuses a caller who may not add one, whatever the name', async () => {
      for (const name of ['n', '', '   ', '!!!']) {
        expect(await add(name, ownerA.token)).toMatchObject({ status: 403, body: noPermission })
      }
    })
  })

  describe('members', () => {
    const add = (body: Json, token = ownerA.token) => world.manage('POST', '/orgs/me/members', { token, body })
    const update = (userId: string, roles: string[]) =>
      world.manage('PUT', `/orgs/me/members/${userId}`, { token: ownerA.token, body: { roles } })
    const remove = (userId: string) => world.manage('DELETE', `/orgs/me/members/${userId}`, { token: ownerA.token })
    const search = (body?: Json) => world.manage('POST', '/orgs/me/members/_search', { token: ownerA.token, body })

    it('vector 27: adds a member once', async () => {
      const body = { userId: plainA.userId, roles: ['ORG_OWNER'] }

      expect(await add(body)).toMatchObject({ status: 200, body: { details: fields() } })
      expect(await add(body)).toMatchObject({
        status: 409,
        body: err(6, 'ORG-poWwe', 'Errors.Org.Member.AlreadyExists'),
      })
      expect((await getOrg(plainA.token)).status).toBe(200)
    })

    it.each([['IAM_OWNER'], ['FOO', 'BAR'], ['PROJECT_OWNER'], ['org_owner'], [' ORG_OWNER'], ['__proto__'], ['']])(
      'vector 28: refuses the roles %j %j',
      async (...roles) => {
        expect(await add({ userId: plainA.userId, roles })).toMatchObject({
          status: 400,
          body: err(3, 'Org-4N8es', 'Errors.Org.MemberInvalid'),
        })
      },
    )

    it('vectors 29 and 33: offers roles of which SELF_MANAGEMENT_GLOBAL stands alone', async () => {
      const { result } = (await world.manage('POST', '/orgs/members/roles/_search', { token: ownerA.token })).body
      expect(result).toEqual([
        'SELF_MANAGEMENT_GLOBAL',
        'ORG_OWNER',
        'ORG_USER_MANAGER',
        'ORG_OWNER_VIEWER',
        'ORG_SETTINGS_MANAGER',
        'ORG_USER_PERMISSION_EDITOR',
        'ORG_PROJECT_PERMISSION_EDITOR',
        'ORG_PROJECT_CREATOR',
        'ORG_USER_SELF_MANAGER',
        'ORG_ADMIN_IMPERSONATOR',
        'ORG_END_USER_IMPERSONATOR',
      ])

      expect((await add({ userId: plainA.userId, roles: result })).body.details[0].id).toBe('Org-4N8es')
      expect((await add({ userId: plainA.userId, roles: result.slice(1) })).status).toBe(200)
      expect((await add({ userId: machA.userId, roles: ['SELF_MANAGEMENT_GLOBAL'] })).status).toBe(200)
      const ofBeta = await world.manage('POST', '/orgs/members/roles/_search', { orgId: b })
      expect(ofBeta.body.result).toEqual(result.slice(1))
    })

    it('vector 30: refuses a user that does not exist, and a member without roles', async () => {
      expect(await add({ userId: 'nobody', roles: ['ORG_OWNER'] })).toMatchObject({
        status: 400,
        body: err(9, 'ORG-GoXOn', 'User could not be found'),
      })
      expect(await add({ userId: plainA.userId, roles: [] })).toMatchObject({
        status: 400,
        body: err(3, 'ORG-4Mlfs', 'Errors.Org.MemberInvalid'),
      })
    })

    it('takes roles of the host', async () => {
      await world.close()
      world = await open({ roles: { SUPPORT: ['org.read', 'iam.read'] } })
      const { userId, token } = await world.machine('support')

      const added = await world.manage('POST', '/orgs/me/members', { body: { userId, roles: ['SUPPORT'] } })

      expect(added.status).toBe(200)
      expect((await getOrg(token)).status).toBe(200)
      expect(await world.call('GET', '/admin/v1/orgs/default', { token })).toMatchObject({
        status: 403,
        body: noPermission,
      })
      const own = await world.call('POST', '/auth/v1/permissions/zitadel/me/_search', { token })
      expect(own.body.result).toEqual(['org.read'])
      expect((await world.manage('POST', '/orgs/members/roles/_search')).body.result).toContain('SUPPORT')
    })

    it('takes a user of another org', async () => {
      expect((await add({ userId: userB.userId, roles: ['ORG_OWNER_VIEWER'] })).status).toBe(200)

      expect((await getOrg(userB.token, world.acme)).body.org.id).toBe(world.acme)
      const { result } = (await search({ queries: [{ userIdQuery: { userId: userB.userId } }] })).body
      expect(result).toEqual([
        {
          userId: userB.userId,
          details: fields(),
          roles: ['ORG_OWNER_VIEWER'],
          preferredLoginName: 'userB',
          displayName: 'userB',
          userType: 'TYPE_MACHINE',
          userResourceOwner: b,
        },
      ])
    })

    it('vector 31: updates a member; the same roles write nothing', async () => {
      await add({ userId: plainA.userId, roles: ['ORG_OWNER', 'ORG_OWNER_VIEWER'] })
      const before = await world.log()

      const same = await update(plainA.userId, ['ORG_OWNER', 'ORG_OWNER_VIEWER'])

      expect(same).toMatchObject({ status: 200, body: { details: fields() } })
      expect(await world.log()).toEqual(before)
      expect((await update(plainA.userId, ['ORG_OWNER_VIEWER', 'ORG_OWNER'])).status).toBe(200)
      expect(await world.log()).toHaveLength(before.length + 1)
      expect(await update(plainA.userId, [])).toMatchObject({
        status: 400,
        body: err(3, 'Org-LiaZi', 'Errors.Org.MemberInvalid'),
      })
      expect(await update(plainA.userId, ['SELF_MANAGEMENT_GLOBAL'])).toMatchObject({
        status: 400,
        body: err(3, 'IAM-m9fG8', 'Errors.Org.MemberInvalid'),
      })
      expect(await update(machA.userId, ['ORG_OWNER'])).toMatchObject({
        status: 404,
        body: err(5, 'Org-D8JxR', 'Errors.NotFound'),
      })
    })

    it('vector 32: removes a member, and who is none', async () => {
      await add({ userId: plainA.userId, roles: ['ORG_OWNER'] })

      expect(await remove(plainA.userId)).toMatchObject({ status: 200, body: { details: fields() } })
      expect(await getOrg(plainA.token)).toMatchObject({ status: 404, body: noMembership })
      expect(await remove('nobody')).toMatchObject({ status: 200, body: { details: fields() } })
    })

    it('searches members by what is kept with the user', async () => {
      const added = await world.manage('POST', '/users/human', {
        body: { userName: 'ada', profile: { firstName: 'Ada', lastName: 'L' }, email: { email: 'ada@acme.ch' } },
      })
      await add({ userId: added.body.userId, roles: ['ORG_OWNER'] })
      const names = async (queries: Json, query?: Json) =>
        ((await search({ queries, query })).body.result ?? []).map(({ displayName }: Json) => displayName)

      expect(await names([{ firstNameQuery: { firstName: 'Ada' } }])).toEqual(['Ada L'])
      expect(
        await names([{ emailQuery: { email: 'ADA@', method: 'TEXT_QUERY_METHOD_STARTS_WITH_IGNORE_CASE' } }]),
      ).toEqual(['Ada L'])
      expect(await names([{ lastNameQuery: { lastName: 'x', method: 'TEXT_QUERY_METHOD_CONTAINS' } }])).toEqual([])
      expect(await names([], { limit: 1 })).toHaveLength(1)
      expect((await search()).body.details.totalResult).toBe('3')
      expect(await search({ query: { limit: 1001 }, queries: [{ firstNameQuery: {} }] })).toMatchObject({
        status: 400,
        body: err(3, 'QUERY-4M0fs', 'Limit exceeded'),
      })
      expect(await search({ queries: [{}] })).toMatchObject({
        status: 400,
        body: {
          code: 3,
          message:
            'invalid ListOrgMembersRequest.Queries[0]: embedded message failed validation | caused by: invalid SearchQuery.Query: value is required',
        },
      })
    })
  })

  describe('members of the instance', () => {
    const add = (body: Json) => world.call('POST', '/admin/v1/members', { body })

    it('vector 34: adds, updates, lists and removes one', async () => {
      const ofInstance = { ...fields(), resourceOwner: world.directory.instanceId }
      const path = `/admin/v1/members/${plainA.userId}`

      expect(await add({ userId: plainA.userId, roles: ['ORG_OWNER'] })).toMatchObject({
        status: 400,
        body: err(3, 'INSTANCE-4m0fS', 'Errors.IAM.MemberInvalid'),
      })
      expect(await add({ userId: 'nobody', roles: ['IAM_OWNER'] })).toMatchObject({
        status: 400,
        body: err(9, 'INSTA-GSXOn', 'User could not be found'),
      })
      expect(await world.call('PUT', path, { body: { roles: ['IAM_OWNER'] } })).toMatchObject({
        status: 404,
        body: err(5, 'INSTANCE-D8JxR', 'Errors.NotFound'),
      })
      expect(await add({ userId: plainA.userId, roles: [] })).toMatchObject({
        status: 200,
        body: { details: ofInstance },
      })
      expect(await add({ userId: plainA.userId, roles: ['IAM_OWNER'] })).toMatchObject({
        status: 409,
        body: err(6, 'INSTA-pFDwe', 'Errors.IAM.Member.AlreadyExists'),
      })
      expect(await world.call('PUT', path, { body: { roles: [] } })).toMatchObject({
        status: 400,
        body: err(3, 'INSTANCE-LiaZi', 'Errors.IAM.MemberInvalid'),
      })
      expect(await world.call('PUT', path, { body: { roles: ['ORG_OWNER'] } })).toMatchObject({
        status: 400,
        body: err(3, 'INSTANCE-3m9fs', 'Errors.IAM.MemberInvalid'),
      })
      expect((await world.call('PUT', path, { body: { roles: ['IAM_OWNER_VIEWER'] } })).body).toEqual({
        details: ofInstance,
      })
      const { body } = await world.call('POST', '/admin/v1/members/_search', {
        token: plainA.token,
        body: { query: { asc: true }, sortingColumn: 'MEMBER_FIELD_NAME_CREATION_DATE' },
      })
      expect(body).toMatchObject({
        details: { totalResult: '2' },
        result: [{ userId: world.rootId }, { userId: plainA.userId, roles: ['IAM_OWNER_VIEWER'] }],
      })
      expect((await world.call('DELETE', path)).body).toEqual({ details: ofInstance })
      expect((await world.call('DELETE', path)).status).toBe(200)
      expect(await getOrg(plainA.token)).toMatchObject({ status: 404, body: noMembership })
    })

    it('lists the roles they can have under a name of its own', async () => {
      const { body } = await world.call('POST', '/admin/v1/members/roles/_search')

      expect(body.roles).toContain('IAM_OWNER')
      expect(body.details.totalResult).toBe(String(body.roles.length))
    })

    it('refuses the owner of an org', async () => {
      expect(await world.call('POST', '/admin/v1/members/_search', { token: ownerA.token })).toMatchObject({
        status: 403,
        body: noPermission,
      })
    })
  })

  describe('metadata of an org', () => {
    const value = base64('v')
    const call = (method: string, path: string, body?: Json) =>
      world.manage(method, `/metadata/${path}`, { token: ownerA.token, body })

    it('is set, read, searched and removed', async () => {
      expect((await call('POST', 'k', { value })).body).toEqual({ details: fields() })
      expect((await call('GET', 'k')).body).toEqual({ metadata: { details: fields(), key: 'k', value } })
      expect((await call('POST', '_bulk', { metadata: [{ key: 'k2', value }] })).body).toEqual({ details: fields() })
      expect((await call('POST', '_search', { queries: [{ keyQuery: { key: 'k2' } }] })).body).toMatchObject({
        details: { totalResult: '1' },
        result: [{ key: 'k2' }],
      })
      expect((await call('DELETE', 'k')).body).toEqual({ details: fields() })
      expect(await call('DELETE', 'k')).toMatchObject({
        status: 404,
        body: err(5, 'META-mcnw3', 'Metadata not found'),
      })
      expect(await call('GET', 'k')).toMatchObject({ status: 404, body: err(5, 'QUERY-Rgh32', 'Metadata not found') })
    })

    it('vector 35: refuses an empty list', async () => {
      expect(await call('POST', '_bulk', { metadata: [] })).toMatchObject({
        status: 400,
        body: err(9, 'META-9mm2d', 'Metadata list is empty'),
      })
      expect(await call('DELETE', '_bulk', { keys: [] })).toMatchObject({
        status: 400,
        body: err(9, 'META-9mw2d', 'Metadata list is empty'),
      })
    })

    it('vector 36: removes all of the keys or none', async () => {
      await call('POST', 'k1', { value })

      expect(await call('DELETE', '_bulk', { keys: ['k1', 'missing'] })).toMatchObject({
        status: 404,
        body: err(5, 'META-2npds', 'One or more keys do not exist'),
      })
      expect((await call('GET', 'k1')).status).toBe(200)
      expect((await call('DELETE', '_bulk', { keys: ['k1'] })).status).toBe(200)
    })

    it('vector 37, by choice: writes nothing when the value is there already', async () => {
      const first = await call('POST', 'k', { value })
      const second = await call('POST', 'k', { value })

      expect(second.body).toEqual(first.body)
    })
  })

  describe('access tokens', () => {
    const path = () => `/users/${machA.userId}/pats`

    it('vector 38: shows a token once', async () => {
      const { status, body } = await world.manage('POST', path(), { token: mgrA.token, body: {} })

      expect(status).toBe(200)
      expect(body).toEqual({ tokenId: expect.any(String), token: expect.any(String), details: fields() })
      const item = {
        id: body.tokenId,
        details: fields(),
        expirationDate: '9999-12-31T23:59:59Z',
        scopes: expect.arrayContaining(['openid']),
      }
      const list = await world.manage('POST', `${path()}/_search`, { token: mgrA.token })
      expect(list.body).toMatchObject({ details: { totalResult: '2' }, result: [{}, item] })
      expect(JSON.stringify(list.body)).not.toContain(body.token)
      const one = await world.manage('GET', `${path()}/${body.tokenId}`, { token: mgrA.token })
      expect(one.body).toEqual({ token: item })
    })

    it('vector 39: refuses a human, and who is not there', async () => {
      const ada = await world.manage('POST', '/users/human', {
        body: { userName: 'ada', profile: { firstName: 'A', lastName: 'B' }, email: { email: 'a@b.ch' } },
      })

      expect(await world.manage('POST', `/users/${ada.body.userId}/pats`, { token: mgrA.token })).toMatchObject({
        status: 400,
        body: err(9, 'COMMAND-Df2f1', 'Not allowed for this user type'),
      })
      for (const userId of ['nobody', userB.userId]) {
        expect(await world.manage('POST', `/users/${userId}/pats`, { token: mgrA.token })).toMatchObject({
          status: 400,
          body: err(9, 'COMMAND-Dggw2', 'User could not be found'),
        })
      }
    })

    it('vector 40: refuses an end in the past, and keeps one in the future', async () => {
      const add = (expirationDate: string) =>
        world.manage('POST', path(), { token: mgrA.token, body: { expirationDate } })

      expect(await add('2000-01-01T00:00:00Z')).toMatchObject({
        status: 400,
        body: err(3, 'DOMAIN-dv3t5', 'Errors.AuthNKey.ExpireBeforeNow'),
      })
      expect(
        await world.manage('POST', '/users/nobody/pats', { body: { expirationDate: '2000-01-01T00:00:00Z' } }),
      ).toMatchObject({ body: err(3, 'DOMAIN-dv3t5', 'Errors.AuthNKey.ExpireBeforeNow') })
      const { tokenId } = (await add('2999-01-01T00:00:00.123456Z')).body
      expect((await world.manage('GET', `${path()}/${tokenId}`)).body.token.expirationDate).toBe(
        '2999-01-01T00:00:00.123Z',
      )
    })

    it('vector 41: authenticates a machine that may nothing yet', async () => {
      expect(await getOrg(machA.token)).toMatchObject({ status: 404, body: noMembership })
    })

    it('vector 42: refuses the token of a user that is not active', async () => {
      await world.manage('POST', `/users/${machA.userId}/_deactivate`)

      expect(await getOrg(machA.token)).toMatchObject({ status: 401, body: invalidToken })
    })

    it('forgets a token that is removed', async () => {
      const { body } = await world.manage('POST', path(), { token: mgrA.token })
      expect((await getOrg(body.token)).status).toBe(404)

      expect(await world.manage('DELETE', `${path()}/${body.tokenId}`, { token: mgrA.token })).toMatchObject({
        status: 200,
        body: { details: fields() },
      })

      expect(await getOrg(body.token)).toMatchObject({ status: 401, body: invalidToken })
      expect(await world.manage('DELETE', `${path()}/${body.tokenId}`)).toMatchObject({
        status: 404,
        body: err(5, 'COMMAND-4m77G', 'Personal Access Token not found'),
      })
      expect(await world.manage('GET', `${path()}/${body.tokenId}`)).toMatchObject({
        status: 404,
        body: err(5, 'QUERY-fk2fs', 'Personal Access Token not found'),
      })
      expect((await world.manage('POST', '/users/nobody/pats/_search')).body).toEqual({
        details: { viewTimestamp: time },
      })
    })
  })

  describe('what is the own of a caller', () => {
    it('is readable without any role', async () => {
      await world.manage('POST', `/users/${plainA.userId}/metadata/k`, { body: { value: 'dg==' } })
      const { token } = plainA

      expect((await world.call('GET', '/auth/v1/users/me', { token })).body.user.id).toBe(plainA.userId)
      expect((await world.call('GET', '/auth/v1/users/me/metadata/k', { token })).body.metadata.value).toBe('dg==')
      expect((await world.call('POST', '/auth/v1/users/me/metadata/_search', { token })).body.result).toHaveLength(1)
    })

    it('names what the roles grant in the org of the call', async () => {
      const permissions = async (token: string, orgId = world.acme) =>
        (await world.call('POST', '/auth/v1/permissions/zitadel/me/_search', { token, orgId })).body.result ?? []

      expect(await permissions(mgrA.token)).toHaveLength(17)
      expect(await permissions(mgrA.token, b)).toEqual([])
      expect(await permissions(world.rootToken, b)).toContain('iam.read')
    })

    it('asks for an org that exists, and for an active caller', async () => {
      expect(await world.call('GET', '/auth/v1/users/me', { token: plainA.token, orgId: 'nope' })).toMatchObject({
        status: 403,
        body: err(7, 'AUTH-Bs7Ds', "Organisation doesn't exist"),
      })
      await world.manage('POST', `/users/${plainA.userId}/_lock`)
      expect(await world.call('GET', '/auth/v1/users/me', { token: plainA.token })).toMatchObject({
        status: 401,
        body: invalidToken,
      })
    })
  })

  it('vectors 25 and 26: have no path, since v2 of the published descriptors has no such methods', async () => {
    for (const [method, path] of [
      ['DELETE', `/v2/organizations/${b}`],
      ['POST', `/v2/organizations/${b}/deactivate`],
    ] as const) {
      expect(await world.call(method, path, { token: ownerA.token })).toMatchObject({
        status: 404,
        body: { code: 5, message: 'Not Found' },
      })
    }
  })

  it('vector 49: refuses a page that is too long', async () => {
    expect(await world.manage('POST', '/users/_search', { body: { query: { limit: 1001 } } })).toMatchObject({
      status: 400,
      body: err(3, 'QUERY-4M0fs', 'Limit exceeded'),
    })
  })

  it('vector 50: tells which methods an org has', async () => {
    expect(await world.manage('PATCH', '/orgs/me')).toMatchObject({
      status: 405,
      headers: { allow: 'DELETE, GET, PUT' },
      body: { code: 12, message: 'Method Not Allowed' },
    })
  })
})
