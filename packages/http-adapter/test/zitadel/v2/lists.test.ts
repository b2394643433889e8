import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storageKinds } from '../../auth0/storages'
import { base64, type Json } from '../world'
import { asking, createTwoOrgs, type TwoOrgs } from './two-orgs'

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)

describe.each(storageKinds)('lists of v2 on %s', (kind) => {
  let world: TwoOrgs
  let ada: ReturnType<typeof asking>
  let root: ReturnType<typeof asking>
  beforeAll(async () => {
    world = await createTwoOrgs(kind)
    ada = asking(world, world.ada)
    root = asking(world, { token: world.rootToken })
  })
  afterAll(() => world.dispose())

  const add = async (userName: string, more: object): Promise<string> => {
    const profile = { givenName: 'A', familyName: 'B' }
    const human = { username: userName, profile, email: { email: `${userName}@b.ch` }, ...more }
    return (await ada('POST', '/users/human', human)).body.userId
  }

  describe('ListUsers', () => {
    const list = async (body: object, asker = ada) => {
      const answer = await asker('POST', '/users', body)
      expect(answer.status).toBe(200)
      return {
        names: (answer.body.result ?? []).map(({ username }: Json) => username),
        details: answer.body.details,
      }
    }
    const byName = { sortingColumn: 'USER_FIELD_NAME_USER_NAME', query: { asc: true } }
    const machines = { typeQuery: { type: 'TYPE_MACHINE' } }

    it('shows those of the orgs in which the caller may read users, and the caller, and counts no more', async () => {
      expect(await list({ ...byName, queries: [machines] })).toEqual({
        names: ['ada', 'guest', 'plain', 'root', 'viewer'],
        details: { totalResult: '5', timestamp: time },
      })
      expect(await list(byName, asking(world, world.plain))).toEqual({
        names: ['plain'],
        details: { totalResult: '1', timestamp: time },
      })
      const emails = { inUserEmailsQuery: { userEmails: ['mallory@beta.example', 'jane@acme.example'] } }
      expect((await list({ ...byName, queries: [emails] })).names).toEqual(['jane'])
      expect((await list({ ...byName, queries: [emails] }, root)).names).toEqual(['jane', 'mallory'])
    })

    it('cannot be asked for other orgs', async () => {
      const foreign = { organizationIdQuery: { organizationId: world.beta } }

      expect(await list({ queries: [foreign] })).toEqual({ names: [], details: { timestamp: time } })
      expect((await list({ queries: [{ orQuery: { queries: [foreign, machines] } }], ...byName })).names).toEqual([
        'ada',
        'guest',
        'plain',
        'root',
        'viewer',
      ])
      expect((await list({ queries: [foreign, machines], ...byName }, root)).names).toEqual([])
      expect((await list({ queries: [foreign], ...byName }, root)).names).toContain('mallory')
    })

    it('pages, sorts and takes every query', async () => {
      await add('caller', { phone: { phone: '+41790001122' } })
      const one = async (query: object) => (await list({ queries: [query] })).names
      const method = 'TEXT_QUERY_METHOD_STARTS_WITH'

      expect(await one({ phoneQuery: { number: '+4179000', method } })).toEqual(['caller'])
      expect(await one({ userNameQuery: { userName: 'jan', method } })).toEqual(['jane'])
      expect(await one({ loginNameQuery: { loginName: 'jane' } })).toEqual(['jane'])
      expect(await one({ firstNameQuery: { firstName: 'Jane' } })).toContain('jane')
      expect(await one({ emailQuery: { emailAddress: 'jane@acme.example' } })).toEqual(['jane'])
      expect(await one({ inUserIdsQuery: { userIds: [world.human, world.foreign] } })).toEqual(['jane'])
      expect(await one({ stateQuery: { state: 'USER_STATE_LOCKED' } })).toEqual([])
      expect(
        await one({ notQuery: { query: { notQuery: { query: { userNameQuery: { userName: 'ada' } } } } } }),
      ).toEqual(['ada'])
      const page = { sortingColumn: 'USER_FIELD_NAME_USER_NAME', query: { limit: 2, offset: '1' }, queries: [machines] }
      expect(await list(page)).toMatchObject({ names: ['root', 'plain'], details: { totalResult: '5' } })
    })

    it.each([
      [{ queries: [{}] }, /invalid SearchQuery.Query: value is required/],
      [{ query: { limit: 1001 } }, /QUERY-4M0fs/],
      [{ queries: [{ notQuery: {} }] }, /invalid NotQuery.Query: value is required/],
      [{ queries: [{ organizationIdQuery: {} }] }, /value length must be between 1 and 200 runes/],
    ])('refuses %j', async (body, message) => {
      expect(await ada('POST', '/users', body)).toMatchObject({
        status: 400,
        body: { code: 3, message: expect.stringMatching(message) },
      })
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

  describe('ListUserMetadata', () => {
    const entry = (key: string) => ({ key, value: base64(key) })

    it('is paged and filtered', async () => {
      const path = `/users/${await add('keeper', { metadata: ['k1', 'k2', 'x'].map(entry) })}/metadata/search`
      const keys = async (body: object) => (await ada('POST', path, body)).body

      expect((await keys({ pagination: { asc: true, limit: 2 } })).metadata.map(({ key }: Json) => key)).toEqual([
        'k1',
        'k2',
      ])
      expect((await keys({ pagination: { limit: 1, offset: '1' } })).pagination).toEqual({
        totalResult: '3',
        appliedLimit: '1',
      })
      const filters = [{ keyFilter: { key: 'K', method: 'TEXT_FILTER_METHOD_STARTS_WITH_IGNORE_CASE' } }]
      expect(await keys({ filters })).toMatchObject({ pagination: { totalResult: '2' } })
      expect(await keys({ filters: [{ keyFilter: { key: 'x' } }] })).toMatchObject({ pagination: { totalResult: '1' } })
    })
  })

  it('reports nothing as an error of ours', () => {
    expect(world.errors).toEqual([])
  })
})
