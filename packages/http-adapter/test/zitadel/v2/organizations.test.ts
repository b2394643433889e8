import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storageKinds } from '../../auth0/storages'
import { base64, type Json, zitadelErrorBody } from '../world'
import { asking, createTwoOrgs, type TwoOrgs } from './two-orgs'

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)

describe.each(storageKinds)('organizations of v2 on %s', (kind) => {
  let world: TwoOrgs
  let root: ReturnType<typeof asking>
  beforeAll(async () => {
    world = await createTwoOrgs(kind)
    root = asking(world, { token: world.rootToken })
  })
  afterAll(() => world.dispose())

  const membersOf = async (orgId: string) =>
    (await world.directory.asSystem('test').orgs.members(orgId).list()).items.map(({ userId, roles }) => [
      userId,
      roles,
    ])
  const human = (userName: string, more: object = {}) => ({
    username: userName,
    profile: { givenName: 'A', familyName: 'B' },
    email: { email: `${userName}@b.ch` },
    ...more,
  })

  describe('AddOrganization', () => {
    it('creates an org without members', async () => {
      const answer = await root('POST', '/organizations', { name: 'Gamma' })

      expect(answer).toMatchObject({
        status: 201,
        body: {
          organizationId: expect.any(String),
          details: { sequence: '4', creationDate: time, changeDate: time, resourceOwner: answer.body.organizationId },
        },
      })
      expect(Object.keys(answer.body)).toEqual(['details', 'organizationId'])
      expect(await membersOf(answer.body.organizationId)).toEqual([])
    })

    it('creates it with admins, users of any org or new people, and answers the new ones', async () => {
      const answer = await root('POST', '/organizations', {
        name: 'Delta',
        orgId: 'delta',
        admins: [
          { userId: world.plain.userId },
          { human: human('dora', { userId: 'dora', metadata: [{ key: 'k', value: base64('v') }] }) },
          { human: human('dan', { userId: 'dan' }), roles: ['ORG_OWNER_VIEWER'] },
        ],
      })

      expect(answer).toMatchObject({
        status: 201,
        body: { organizationId: 'delta', createdAdmins: [{ userId: 'dora' }, { userId: 'dan' }] },
      })
      expect(new Map(await membersOf('delta').then((all) => all.map(([id, roles]) => [id, roles] as const)))).toEqual(
        new Map<Json, Json>([
          [world.plain.userId, ['ORG_OWNER']],
          ['dora', ['ORG_OWNER']],
          ['dan', ['ORG_OWNER_VIEWER']],
        ]),
      )
      expect((await root('GET', '/users/dora')).body.user).toMatchObject({
        state: 'USER_STATE_ACTIVE',
        details: { resourceOwner: 'delta' },
      })
    })

    it.each([
      [{ name: ' ' }, 400, 3, /ORG-mruNY/],
      [{ name: '' }, 400, 3, /^invalid AddOrganizationRequest.Name: value length must be between 1 and 200 runes/],
      [{ name: '&' }, 400, 3, /ORG-RrfXY/],
      [{ name: 'beta' }, 409, 6, /V3-DKcYh/],
      [{ name: 'New', admins: [{}] }, 501, 12, /ORGv2-SD2r1/],
      [{ name: 'New', admins: [{ userId: 'nobody' }] }, 400, 9, /ORG-GoXOn/],
      [{ name: 'New', admins: [{ human: human('x'), roles: ['IAM_OWNER'] }] }, 400, 3, /Org-4N8es/],
      [{ name: 'New', admins: [{ human: human('jane') }] }, 409, 6, /V3-DKcYh/],
      [
        { name: 'New', admins: [{ human: human('x', { email: { email: 'a@b.ch', returnCode: {} } }) }] },
        501,
        12,
        /codes/,
      ],
      [
        { name: 'New', admins: [{ human: human('x', { profile: {} }) }] },
        400,
        3,
        /embedded message failed validation.*GivenName/,
      ],
    ])('refuses %j and leaves nothing behind', async (body, status, code, message) => {
      const before = (await world.log()).length

      expect(await root('POST', '/organizations', body)).toMatchObject({
        status,
        body: { code, message: expect.stringMatching(message) },
      })
      expect((await world.log()).length).toBe(before)
    })

    it('refuses an id that is taken and an admin named twice', async () => {
      const twice = { userId: world.plain.userId }

      expect(await root('POST', '/organizations', { name: 'New', orgId: world.beta })).toMatchObject({ status: 409 })
      expect(await root('POST', '/organizations', { name: 'New', admins: [twice, twice] })).toMatchObject({
        status: 409,
        body: { message: expect.stringMatching(/ORG-poWwe/) },
      })
    })

    it('needs org.create in the org of the call, before it says what is wrong', async () => {
      for (const body of [{ name: 'New' }, { name: '' }, {}]) {
        expect(await asking(world, world.ada)('POST', '/organizations', body)).toMatchObject({
          status: 403,
          body: zitadelErrorBody(7, 'AUTH-5mWD2', 'No matching permissions found'),
        })
        expect(await asking(world, world.plain)('POST', '/organizations', body)).toMatchObject({
          status: 404,
          body: zitadelErrorBody(5, 'AUTHZ-cdgFk', 'membership not found'),
        })
      }
    })
  })

  describe('ListOrganizations', () => {
    const list = async (body: object, asker = root) => {
      const answer = await asker('POST', '/organizations/_search', body)
      expect(answer.status).toBe(200)
      return {
        names: (answer.body.result ?? []).map(({ name }: Json) => name),
        details: answer.body.details,
      }
    }
    const byName = { sortingColumn: 'ORGANIZATION_FIELD_NAME_NAME', query: { asc: true } }

    it('shows orgs that the caller may read, and counts no more', async () => {
      const names = async (caller: { token: string }, body: object = byName) => list(body, asking(world, caller))

      expect(await names(world.ada)).toEqual({ names: ['Acme'], details: { totalResult: '1', timestamp: time } })
      expect(await names(world.guest)).toMatchObject({ names: ['Beta'], details: { totalResult: '1' } })
      expect(await names({ token: (await world.machine('nobody')).token })).toEqual({
        names: [],
        details: { timestamp: time },
      })
      expect((await list(byName)).names).toEqual(expect.arrayContaining(['Acme', 'Beta']))
      expect(await names(world.ada, { queries: [{ idQuery: { id: world.beta } }] })).toMatchObject({ names: [] })
    })

    it('shows an org', async () => {
      const { body } = await root('POST', '/organizations/_search', { queries: [{ idQuery: { id: world.beta } }] })

      expect(body.result).toEqual([
        {
          id: world.beta,
          details: { sequence: '4', creationDate: time, changeDate: time, resourceOwner: world.beta },
          state: 'ORGANIZATION_STATE_ACTIVE',
          name: 'Beta',
          primaryDomain: 'beta.localhost',
        },
      ])
    })

    it('takes every query, pages and sorts', async () => {
      const one = async (query: object) => (await list({ ...byName, queries: [query] })).names

      expect(await one({ defaultQuery: {} })).toEqual(['Acme'])
      expect(await one({ nameQuery: { name: 'bet', method: 'TEXT_QUERY_METHOD_STARTS_WITH_IGNORE_CASE' } })).toEqual([
        'Beta',
      ])
      expect(await one({ domainQuery: { domain: 'acme.localhost' } })).toEqual(['Acme'])
      expect(await one({ stateQuery: { state: 'ORGANIZATION_STATE_INACTIVE' } })).toEqual([])
      expect(await one({ stateQuery: { state: 'ORGANIZATION_STATE_ACTIVE' } })).toEqual(
        expect.arrayContaining(['Acme', 'Beta']),
      )
      const page = { sortingColumn: 'ORGANIZATION_FIELD_NAME_NAME', query: { asc: true, limit: 1, offset: '1' } }
      expect((await list(page)).names).toEqual(['Beta'])
      const other = await world.directory.asSystem('test').orgs.create({ name: 'Omega' })
      await world.directory.asSystem('test').orgs.setDefault(other.orgId)
      expect(await one({ defaultQuery: {} })).toEqual(['Omega'])
      await world.directory.asSystem('test').orgs.setDefault(world.acme)
    })

    it.each([
      [{ queries: [{}] }, /value is required/],
      [{ query: { limit: 1001 } }, /QUERY-4M0fs/],
      [{ queries: [{ nameQuery: {} }] }, /value length must be between 1 and 200 runes/],
    ])('refuses %j', async (body, message) => {
      expect(await root('POST', '/organizations/_search', body)).toMatchObject({
        status: 400,
        body: { code: 3, message: expect.stringMatching(message) },
      })
    })
  })

  it('reports nothing as an error of ours', () => {
    expect(world.errors).toEqual([])
  })
})
