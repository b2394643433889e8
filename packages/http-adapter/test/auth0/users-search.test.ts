import type { MetadataIndex } from '@indwell/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Auth0World, auth0World } from './auth0-world'
import { emptyStorage, storageKinds } from './storages'

type Body = Record<string, unknown>

const jane = {
  user_id: 'jane',
  email: 'jane.doe@example.com',
  given_name: 'Jane',
  username: 'm',
  user_metadata: {
    hobby: 'surfing',
    addresses: { cities: ['Paris', 'Seattle'] },
    display: { fontSize: 13, dark: true },
    'first name': 'Jane',
    empty: {},
    none: null,
    list: [],
    hollow: { list: [null, []] },
  },
  app_metadata: { plan: 'full', seats: [1, [5]], since: '2024-05-01', zip: '08001' },
}
const bob = {
  user_id: 'bob',
  email: 'bob@example.org',
  username: 'b',
  user_metadata: { hobby: 'Chess', display: { fontSize: '13', dark: 'true' }, stores: [{ city: 'Oslo', size: 2 }] },
  app_metadata: { plan: 'free', seats: 20 },
}

const places = {
  user: [
    ['hobby'],
    ['first name'],
    ['display', 'fontSize'],
    ['display', 'dark'],
    ['stores', 'city'],
    ['addresses', 'cities'],
  ],
  app: [['plan'], ['seats'], ['since'], ['zip']],
}
const metadataIndexes = Object.entries(places).flatMap(([namespace, paths]) =>
  paths.map((path): MetadataIndex => ({ subjectType: 'user', namespace, path })),
)
const storages = storageKinds.flatMap((kind) => [
  { name: kind, kind, indexes: [] },
  { name: `${kind}, with indexes for metadata`, kind, indexes: metadataIndexes },
])

describe.each(storages)('a search for users on $name', ({ kind, indexes }) => {
  let store: Awaited<ReturnType<typeof emptyStorage>>
  let world: Auth0World
  let strict: Auth0World
  let day: string

  beforeAll(async () => {
    store = await emptyStorage(kind)
    world = await auth0World({ storage: store.storage })
    await store.storage.addMetadataIndexes(world.directory.instanceId, indexes)
    await world.call('POST', '/users', jane)
    await world.call('POST', '/users', bob)
    await world.directory.asSystem('test').users.createHuman({
      userId: 'google-oauth2|7',
      userName: 'ada',
      email: 'Ada@Example.org',
    })
    await world.call('PATCH', '/users/auth0%7Cjane', { app_metadata: { touched: true } })
    const { orgs } = world.directory.asSystem('test')
    for (const [orgId, ...members] of [
      ['org_globex', 'jane', 'google-oauth2|7'],
      ['org_acme', 'jane'],
      [world.directory.defaultOrgId, 'bob'],
    ] as const) {
      if (orgId !== world.directory.defaultOrgId) await orgs.create({ orgId, name: orgId })
      for (const userId of members) await orgs.members(orgId).add({ userId, roles: [] })
    }
    const { body } = await world.call('GET', '/users/auth0%7Cjane')
    day = String(body.created_at).slice(0, 10)
    strict = await auth0World({ storage: store.storage, strict: true })
  })
  afterAll(() => store.dispose())

  const found = async (q: string, { call } = world) => {
    const { status, body } = await call<Body[]>(
      'GET',
      `/users?fields=user_id&sort=user_id:1&q=${encodeURIComponent(q)}`,
    )
    expect(status, JSON.stringify(body)).toBe(200)
    return body.map(({ user_id }) => String(user_id).split('|')[1])
  }
  const everybody = ['bob', '7', 'jane']

  it.each([
    ['V42', 'user_metadata.hobby:"surfing"', ['jane']],
    ['V43', '_exists_:user_metadata.hobby AND app_metadata.plan:"full"', ['jane']],
    ['V44', 'NOT _exists_:logins_count OR logins_count:0', everybody],
    ['V46', 'user_metadata.addresses.cities:"Paris"', ['jane']],
    ['V47', '_exists_:user_metadata.empty', []],
    ['V47', '_exists_:user_metadata.none', []],
    ['V47', '_exists_:user_metadata.list', []],
    ['V47', '_exists_:user_metadata.hollow', []],
  ])('%s: finds by %s', async (_, q, ids) => {
    expect(await found(q)).toEqual(ids)
  })

  it('V45: finds by the time of the last change', async () => {
    const q = encodeURIComponent('updated_at:[2016-01-01 TO *]')

    const { body } = await world.call<Body[]>('GET', `/users?q=${q}&fields=user_id&per_page=1`)

    expect(body).toEqual([{ user_id: expect.any(String) }])
  })

  it.each([
    ['app_metadata.plan:"full" AND email.domain:"example.com"', ['jane']],
    ['user_metadata.hobby:chess', []],
    ['user_metadata.hobby:Chess', ['bob']],
    ['user_metadata.first\\ name:Jane', ['jane']],
    ['user_metadata.display.fontSize:13', ['bob', 'jane']],
    ['user_metadata.display.fontSize:"13"', ['bob', 'jane']],
    ['user_metadata.display.fontSize:13.0', ['jane']],
    ['user_metadata.display.dark:true', ['bob', 'jane']],
    ['user_metadata.display:13', []],
    ['user_metadata.stores.city:Oslo', ['bob']],
    ['user_metadata.stores.0.city:Oslo', []],
    ['user_metadata.constructor:x', []],
    ['_exists_:user_metadata.__proto__', []],
    ['NOT user_metadata.hobby:surfing', ['bob', '7']],
    ['_exists_:user_metadata', ['bob', 'jane']],
    ['user_metadata.hobby:(surfing OR Chess) -app_metadata.plan:free', ['jane']],
    ['user_metadata.hobby:surf*', ['jane']],
    ['user_metadata.hobby:*ess', ['bob']],
    ['app_metadata.plan:*', ['bob', 'jane']],
    ['app_metadata.seats:5', ['jane']],
    ['app_metadata.seats:[5 TO 20}', ['jane']],
    ['app_metadata.seats:{5 TO *]', ['bob']],
    ['app_metadata.since:[2024-01-01 TO 2024-12-31]', ['jane']],
    ['app_metadata.zip:["08000" TO "08999"]', ['jane']],
    ['app_metadata.zip:[8000 TO 8999]', []],
    ['organization_id:org_globex', ['7', 'jane']],
    ['organization_id:"org_acme"', ['jane']],
    ['organization_id:ORG_ACME', []],
    ['organization_id:unknown', []],
    ['organization_id:org_g*', ['7', 'jane']],
    ['organization_id:*acme', ['jane']],
    ['organization_id:(org_acme OR unknown)', ['jane']],
    ['_exists_:organization_id', ['7', 'jane']],
    ['NOT _exists_:organization_id', ['bob']],
    ['organization_id:*', ['7', 'jane']],
    ['organization_id:org_globex AND NOT organization_id:org_acme', ['7']],
    ['organization_id:org_acme OR username:b', ['bob', 'jane']],
    ['organization_id:org_globex AND user_metadata.hobby:surfing', ['jane']],
    ['surfing', []],
    ['jane', ['jane']],
    ['identities.provider:auth0', ['bob', 'jane']],
    ['identities.provider:"google-oauth2"', ['7']],
    ['username:[a TO b]', ['bob']],
    ['username:{b TO *}', ['jane']],
    ['logins_count:[* TO 10}', []],
    ['last_login:[2025-12-01 TO 2025-12-31]', []],
    ['created_at:[* TO *]', everybody],
    ['created_at:{* TO 2016-01-01]', []],
    ['user_metadata.\\"\\$:1', []],
  ])('finds by %j', async (q, ids) => {
    expect(await found(q)).toEqual(ids)
  })

  it('takes a day for all of it', async () => {
    expect(await found(`created_at:${day}`)).toEqual(everybody)
    expect(await found(`created_at:[${day} TO ${day}]`)).toEqual(everybody)
    expect(await found(`created_at:[* TO ${day}}`)).toEqual([])
    expect(await found(`created_at:{${day} TO *]`)).toEqual([])
  })

  it('finds and sorts by changes of metadata', async () => {
    const users = (await world.call<Body[]>('GET', '/users?sort=updated_at:-1')).body

    expect(users.map(({ user_id }) => user_id)).toEqual(['auth0|jane', 'google-oauth2|7', 'auth0|bob'])
    expect(await found(`updated_at:"${users[0]!.updated_at}"`)).toEqual(['jane'])
  })

  it('does not take the tenant for an organization', async () => {
    expect(await found(`organization_id:${world.directory.defaultOrgId}`)).toEqual([])
    expect(await found(`NOT organization_id:${world.directory.defaultOrgId}`)).toEqual(everybody)
  })

  it('finds members of an organization page by page, sorted and with totals', async () => {
    const page = '&fields=email&sort=email:1&per_page=1&page=1&include_totals=true'

    expect((await world.call('GET', `/users?q=organization_id:org_globex${page}`)).body).toEqual({
      start: 1,
      limit: 1,
      length: 1,
      users: [{ email: 'jane.doe@example.com' }],
      total: 2,
    })
  })

  it('refuses wildcards and ranges on user_metadata with strict, as the service does', async () => {
    for (const q of ['user_metadata.hobby:surf*', 'user_metadata.hobby:*', 'user_metadata.hobby:[a TO *]']) {
      expect(await strict.call('GET', `/users?q=${encodeURIComponent(q)}`)).toMatchObject({
        status: 400,
        body: { errorCode: 'operation_not_supported' },
      })
    }
    expect(await found('user_metadata.hobby:surfing', strict)).toEqual(['jane'])
    expect(await found('app_metadata.seats:[5 TO 10] AND app_metadata.plan:f*', strict)).toEqual(['jane'])
  })

  it.each([
    ['user_metadata:surfing', 'operation_not_supported'],
    ['user_metadatas.hobby:surfing', 'operation_not_supported'],
    ['name:[a TO b]', 'operation_not_supported'],
    ['email_verified:[false TO true]', 'operation_not_supported'],
    ['created_at:2016*', 'operation_not_supported'],
    ['created_at:yesterday', 'invalid_query_string'],
    ['created_at:[2016-02-30 TO *]', 'invalid_query_string'],
    ['created_at:[2016 TO', 'invalid_query_string'],
    [`_exists_:user_metadata.${Array(200).fill('a').join('.')}`, 'invalid_query_string'],
    [`${'(NOT '.repeat(45)}(a OR b)${')'.repeat(45)}`, 'invalid_query_string'],
    [Array(249).fill('a').join(' OR '), 'invalid_query_string'],
  ])('refuses %s', async (q, errorCode) => {
    expect(await world.call('GET', `/users?q=${encodeURIComponent(q)}`)).toMatchObject({
      status: 400,
      body: { errorCode },
    })
  })

  it('refuses to sort by metadata', async () => {
    expect(await world.call('GET', '/users?sort=user_metadata.hobby:1')).toMatchObject({
      status: 400,
      body: { errorCode: 'operation_not_supported' },
    })
  })
})
