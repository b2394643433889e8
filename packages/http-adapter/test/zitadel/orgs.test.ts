import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { places, worldsAt } from './places'
import { zitadelErrorBody as err, type World } from './world'

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/)
const sequence = expect.stringMatching(/^\d+$/)

describe.each(places)('orgs of ZITADEL, on $storage by $host', (place) => {
  const open = worldsAt(place)
  let world: World
  let b: string
  let ownerA: { readonly userId: string; readonly token: string }
  let viewerB: typeof ownerA
  const written = (resourceOwner: string) => ({
    details: { sequence, creationDate: time, changeDate: time, resourceOwner },
  })
  const inA = (method: string, path: string, body?: unknown) =>
    world.manage(method, path, { token: ownerA.token, ...(body !== undefined && { body }) })
  const inB = (method: string, path: string, body?: unknown) =>
    world.manage(method, path, { orgId: b, ...(body !== undefined && { body }) })
  const admin = (method: string, path: string, body?: unknown) =>
    world.call(method, `/admin/v1${path}`, body === undefined ? {} : { body })

  beforeEach(async () => {
    world = await open()
    b = (await world.directory.asSystem('test').orgs.create({ name: 'Beta' })).orgId
    ownerA = await world.machine('ownerA', { roles: ['ORG_OWNER'] })
    viewerB = await world.machine('viewerB', { orgId: b, roles: ['ORG_OWNER_VIEWER'] })
  })
  afterEach(async () => {
    expect(world.errors).toEqual([])
    await world.close()
  })

  describe('UpdateOrg', () => {
    it('moves name and domain', async () => {
      expect(await inA('PUT', '/orgs/me', { name: ' Acme Two ' })).toMatchObject({
        status: 200,
        body: written(world.acme),
      })

      expect((await inA('GET', '/orgs/me')).body.org).toMatchObject({
        name: 'Acme Two',
        primaryDomain: 'acme-two.localhost',
      })
    })

    it.each([
      ['vector 20', 'Acme', 400, err(9, 'ORG-4VSdf', 'Organisation not changed')],
      ['a name that is taken', 'beta', 409, err(6, 'V3-DKcYh', "Organisation's name or id already taken")],
      ['a domain that is taken', 'Beta!', 409, err(6, 'V3-DKcYh', 'Domain already exists')],
      ['a blank', '  ', 400, err(3, 'EVENT-Mf9sd', 'Organisation is invalid')],
    ])('%s: refuses the name %j', async (_, name, status, body) => {
      expect(await inA('PUT', '/orgs/me', { name })).toMatchObject({ status, body })
    })
  })

  it('vectors 21 and 22: refuse the state an org is in', async () => {
    expect(await inB('POST', '/orgs/me/_reactivate')).toMatchObject({
      status: 400,
      body: err(9, 'EVENT-bfnrh', 'Organisation is already active'),
    })
    expect(await inB('POST', '/orgs/me/_deactivate', {})).toMatchObject({ status: 200, body: written(b) })
    expect(await inB('POST', '/orgs/me/_deactivate', {})).toMatchObject({
      status: 400,
      body: err(9, 'EVENT-Dbs2g', 'Organisation is already deactivated'),
    })
    expect((await inB('POST', '/orgs/me/_reactivate')).status).toBe(200)
  })

  it('vectors 43 and 44: shut out who is of a deactivated org, and let others in', async () => {
    await inB('POST', '/orgs/me/_deactivate')

    expect(await world.manage('GET', '/orgs/me', { token: viewerB.token })).toMatchObject({
      status: 401,
      body: err(16, 'AUTH-7fs1e', 'Token is invalid'),
    })
    expect((await inB('GET', '/orgs/me')).body.org).toMatchObject({ id: b, state: 'ORG_STATE_INACTIVE' })
    expect((await inB('PUT', '/orgs/me', { name: 'Renamed' })).status).toBe(200)
    expect((await inB('POST', '/metadata/k', { value: 'dg==' })).status).toBe(200)
    await inB('POST', '/orgs/me/_reactivate')
    expect((await world.manage('GET', '/orgs/me', { token: viewerB.token })).status).toBe(200)
  })

  describe('removing an org', () => {
    it('vector 23: refuses the default org', async () => {
      const refusal = { status: 400, body: err(9, 'COMMA-wG9p1', 'Default Organisation must not be deleted') }

      expect(await world.manage('DELETE', '/orgs/me')).toMatchObject(refusal)
      expect(await admin('DELETE', `/orgs/${world.acme}`)).toMatchObject(refusal)
    })

    it('vector 24: does not know an org that is not there', async () => {
      const unknown = { status: 404, body: err(5, 'COMMA-aps2n', 'Organisation not found') }

      expect(await admin('DELETE', '/orgs/unknown')).toMatchObject(unknown)
      expect((await admin('DELETE', `/orgs/${b}`)).body).toEqual(written(world.directory.instanceId))
      expect(await admin('DELETE', `/orgs/${b}`)).toMatchObject(unknown)
    })

    it('takes its users along, and frees its name', async () => {
      expect(await inB('DELETE', '/orgs/me')).toMatchObject({ status: 200, body: written(world.directory.instanceId) })

      expect((await world.manage('GET', '/orgs/me', { token: viewerB.token })).status).toBe(401)
      expect(await inB('GET', '/orgs/me')).toMatchObject({
        status: 403,
        body: err(7, 'AUTH-Bs7Ds', "Organisation doesn't exist"),
      })
      expect((await world.manage('POST', '/orgs', { body: { name: 'Beta' } })).status).toBe(200)
    })

    it('is for who may write the instance', async () => {
      const { status, body } = await world.call('DELETE', `/admin/v1/orgs/${b}`, { token: ownerA.token })

      expect([status, body]).toEqual([403, err(7, 'AUTH-5mWD2', 'No matching permissions found')])
    })
  })

  describe('domains', () => {
    it('are added, listed, made primary and removed', async () => {
      expect((await inA('POST', '/orgs/me/domains', { domain: 'Acme.example' })).body).toEqual(written(world.acme))
      expect((await inA('POST', '/orgs/me/domains/acme.example/_set_primary')).body).toEqual(written(world.acme))
      expect((await inA('POST', '/orgs/me/domains/acme.example/_set_primary')).status).toBe(200)

      const { body } = await inA('POST', '/orgs/me/domains/_search', {})
      expect(body).toEqual({
        details: { totalResult: '2', viewTimestamp: time },
        result: [
          {
            orgId: world.acme,
            ...written(world.acme),
            domainName: 'acme.example',
            isVerified: true,
            isPrimary: true,
          },
          { orgId: world.acme, ...written(world.acme), domainName: 'acme.localhost', isVerified: true },
        ],
      })
      const query = { domainNameQuery: { name: 'EXAMPLE', method: 'TEXT_QUERY_METHOD_ENDS_WITH_IGNORE_CASE' } }
      expect((await inA('POST', '/orgs/me/domains/_search', { queries: [query] })).body.result).toHaveLength(1)
      expect((await inA('DELETE', '/orgs/me/domains/acme.localhost')).body).toEqual(written(world.acme))
      expect((await inA('GET', '/orgs/me')).body.org.primaryDomain).toBe('acme.example')
    })

    it.each([
      ['POST', '', { domain: ' ' }, 400, err(3, 'ORG-r3h4J', 'Invalid domain')],
      [
        'POST',
        '',
        { domain: 'a b' },
        400,
        err(3, 'ORG-r3h4J', 'Only alphanumeric characters, . and - are allowed for a domain'),
      ],
      ['POST', '', { domain: 'acme.localhost' }, 409, err(6, 'V2-e1wse', 'Domain already exists')],
      ['POST', '', { domain: 'beta.localhost' }, 409, err(6, 'V3-DKcYh', 'Domain already exists')],
      ['DELETE', '/x.example', undefined, 404, err(5, 'ORG-GDfA3', "Domain doesn't exist on organization")],
      ['DELETE', '/%20', undefined, 400, err(3, 'ORG-SJsK3', 'Invalid domain')],
      ['DELETE', '/acme.localhost', undefined, 400, err(9, 'ORG-Sjdi3', 'Primary domain must not be deleted')],
      [
        'POST',
        '/beta.localhost/_set_primary',
        undefined,
        404,
        err(5, 'ORG-GDfA3', "Domain doesn't exist on organization"),
      ],
      ['POST', '/%20/_set_primary', undefined, 400, err(3, 'ORG-SsDG2', 'Invalid domain')],
    ])('refuse %s %j %j', async (method, path, body, status, refusal) => {
      expect(await inA(method, `/orgs/me/domains${path}`, body)).toMatchObject({ status, body: refusal })
    })

    it('find the org whose primary domain they are', async () => {
      await inB('POST', '/orgs/me/domains', { domain: 'beta.example' })
      const find = (domain: string) => inA('GET', `/global/orgs/_by_domain?domain=${domain}`)

      expect((await find('beta.localhost')).body.org).toMatchObject({ id: b, name: 'Beta' })
      for (const domain of ['beta.example', 'nowhere.example', '%00']) {
        expect(await find(domain)).toMatchObject({ status: 404, body: err(5, 'QUERY-iTTGJ', 'Organisation not found') })
      }
    })
  })

  it('tells the history of an org', async () => {
    await inA('PUT', '/orgs/me', { name: 'New' })

    const { body } = await inA('POST', '/orgs/me/changes/_search', { query: { limit: 5 } })

    expect(Object.keys(body)).toEqual(['result'])
    expect(body.result).toHaveLength(5)
    expect(body.result[4]).toEqual({
      changeDate: time,
      eventType: { key: 'EventTypes.org.changed', localizedMessage: 'Organization changed' },
      sequence,
      editorId: ownerA.userId,
      editorDisplayName: 'ownerA',
      editorPreferredLoginName: 'ownerA',
      resourceOwnerId: world.acme,
    })
    expect(await inA('POST', '/orgs/me/changes/_search', { query: { limit: 1001 } })).toMatchObject({
      status: 400,
      body: err(3, 'QUERY-4M0fs', 'Limit exceeded'),
    })
  })

  describe('of the whole instance', () => {
    it('are got by id, whatever the org of the call', async () => {
      expect((await admin('GET', `/orgs/${b}`)).body.org).toMatchObject({ id: b, name: 'Beta' })
      expect(await admin('GET', '/orgs/nowhere')).toMatchObject({
        status: 404,
        body: err(5, 'QUERY-iTTGJ', 'Organisation not found'),
      })
    })

    it('are searched', async () => {
      const find = async (body: object) => {
        const { status, body: answer } = await admin('POST', '/orgs/_search', body)
        expect(status).toBe(200)
        return (answer.result ?? []).map(({ id }: { id: string }) => id)
      }
      const method = 'TEXT_QUERY_METHOD_STARTS_WITH_IGNORE_CASE'

      expect(await find({ query: { asc: true }, sortingColumn: 'ORG_FIELD_NAME_NAME' })).toEqual([world.acme, b])
      expect(await find({ sortingColumn: 'ORG_FIELD_NAME_NAME' })).toEqual([b, world.acme])
      expect(await find({ queries: [{ nameQuery: { name: 'BE', method } }] })).toEqual([b])
      expect(await find({ queries: [{ domainQuery: { domain: 'acme.', method } }] })).toEqual([world.acme])
      expect(await find({ queries: [{ stateQuery: { state: 'ORG_STATE_INACTIVE' } }] })).toEqual([])
      expect(await find({ queries: [{ idQuery: { id: b } }] })).toEqual([b])
      expect((await admin('POST', '/orgs/_search', { queries: [{}] })).status).toBe(400)
      expect((await admin('POST', '/orgs/_search', { sortingColumn: 99 })).status).toBe(200)
    })

    it('are set up with their first user', async () => {
      const human = {
        userName: 'zoe',
        profile: { firstName: 'Zoe', lastName: 'Doe' },
        email: { email: 'zoe@new.example', isEmailVerified: true },
        password: 'Secret1!',
      }
      const setUp = (body: object) => admin('POST', '/orgs/_setup', body)

      const { status, body } = await setUp({ org: { name: 'New', domain: 'new.example' }, human })
      expect([status, body]).toEqual([200, { ...written(body.orgId), orgId: body.orgId, userId: expect.any(String) }])
      const members = await world.manage('POST', '/orgs/me/members/_search', { orgId: body.orgId })
      expect(members.body.result).toMatchObject([{ userId: body.userId, roles: ['ORG_OWNER'] }])
      const { user } = (await world.manage('GET', `/users/${body.userId}`, { orgId: body.orgId })).body
      expect(user).toMatchObject({ state: 'USER_STATE_ACTIVE', human: { profile: { displayName: 'Zoe Doe' } } })

      for (const [request, code, id] of [
        [{ org: { name: ' ' }, human }, 3, 'ORG-mruNY'],
        [{ org: { name: '&' }, human: { ...human, userName: 'other' } }, 3, 'ORG-RrfXY'],
        [{ org: { name: 'Other' }, human }, 6, 'V3-DKcYh'],
        [{ org: { name: 'Other' }, human: { ...human, userName: 'other' }, roles: ['IAM_OWNER'] }, 3, 'Org-4N8es'],
      ] as const) {
        expect((await setUp(request)).body).toMatchObject({ code, details: [{ id }] })
      }
      for (const request of [{}, { org: { name: 'x' } }, { org: { name: 'x' }, human: {} }]) {
        expect(await setUp(request)).toMatchObject({ status: 400, body: { code: 3 } })
      }
    })

    it('vector 45: have one default org', async () => {
      const unusable = { status: 400, body: err(9, 'INSTA-Wfe21', 'Organisation not found') }

      expect(await admin('PUT', `/orgs/default/${world.acme}`)).toMatchObject({
        status: 400,
        body: err(9, 'INST-SDfw2', 'Instance not changed'),
      })
      expect(await admin('PUT', '/orgs/default/unknown')).toMatchObject(unusable)
      await inB('POST', '/orgs/me/_deactivate')
      expect(await admin('PUT', `/orgs/default/${b}`)).toMatchObject(unusable)
      await inB('POST', '/orgs/me/_reactivate')
      expect((await admin('PUT', `/orgs/default/${b}`)).body).toEqual(written(world.directory.instanceId))
      expect((await admin('GET', '/orgs/default')).body.org.id).toBe(b)
    })

    it('vector 46: are unique by name and by domain, compared as they stand', async () => {
      const unique = async (query: string) => (await admin('GET', `/orgs/_is_unique${query}`)).body

      expect(await admin('GET', '/orgs/_is_unique')).toMatchObject({ status: 400, body: { code: 3 } })
      expect((await unique('')).details[0].id).toBe('QUERY-DGqfd')
      expect(await unique('?name=BETA')).toEqual({})
      expect(await unique('?domain=beta.localhost')).toEqual({})
      expect(await unique('?name=new&domain=beta.localhost')).toEqual({})
      expect(await unique('?name=Bet%25')).toEqual({ isUnique: true })
      expect(await unique('?name=B_ta&domain=new.example')).toEqual({ isUnique: true })
    })

    it.each([
      ['GET', '/orgs/default'],
      ['GET', '/orgs/x'],
      ['GET', '/orgs/_is_unique'],
      ['POST', '/orgs/_search'],
      ['PUT', '/orgs/default/x'],
      ['POST', '/orgs/_setup'],
      ['DELETE', '/orgs/x'],
    ])('are no business of who owns an org: %s %s', async (method, path) => {
      const { status, body } = await world.call(method, `/admin/v1${path}`, { token: ownerA.token })

      expect([status, body]).toEqual([403, err(7, 'AUTH-5mWD2', 'No matching permissions found')])
    })
  })
})
