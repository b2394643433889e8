import type { DirectoryStorage } from '@indwell/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Auth0World, auth0World } from './auth0-world'
import { emptyStorage, storageKinds } from './storages'

type Body = Record<string, unknown>

const notThere = {
  status: 404,
  body: { statusCode: 404, error: 'Not Found', message: 'No organization found by that id or name' },
}
const taken = {
  status: 409,
  body: { errorCode: 'organization_conflict', message: 'An organization with this name already exists.' },
}
const branding = { logo_url: 'https://example.com/logo.gif' }
const acme = { name: 'acme', display_name: 'Acme', branding }

describe.each(storageKinds)('organizations on %s', (kind) => {
  let world: Auth0World
  let storage: DirectoryStorage
  let dispose: () => Promise<void>

  beforeEach(async () => {
    ;({ storage, dispose } = await emptyStorage(kind))
    world = await auth0World({ storage })
  })
  afterEach(() => dispose())

  const create = async (body: Body = acme) => {
    const answer = await world.call('POST', '/organizations', body)
    expect(answer.status).toBe(201)
    return String(answer.body.id)
  }
  const get = async (id: string) => (await world.call('GET', `/organizations/${id}`)).body
  const patch = (id: string, body: unknown) => world.call('PATCH', `/organizations/${id}`, body)
  const listed = async (query: string) =>
    ((await world.call<Body[]>('GET', `/organizations?${query}`)).body as Body[]).map(({ name }) => name)

  it('V93: creates one, in the order of recorded answers, without metadata', async () => {
    const { status, body } = await world.call('POST', '/organizations', { name: 'acme', display_name: 'Acme' })

    expect(status).toBe(201)
    expect(body).toEqual({ name: 'acme', display_name: 'Acme', id: expect.stringMatching(/^org_[A-Za-z0-9]{16}$/) })
    expect(Object.keys(body)).toEqual(['name', 'display_name', 'id'])
    expect(await get(String(body.id))).toEqual(body)
  })

  it('answers members in the order of each recorded answer', async () => {
    const metadata = { a: 'b' }
    const { body } = await world.call('POST', '/organizations', { ...acme, metadata })
    expect(Object.keys(body)).toEqual(['name', 'display_name', 'branding', 'id', 'metadata'])
    const id = String(body.id)
    expect(Object.keys(await get(id))).toEqual(['id', 'name', 'display_name', 'branding', 'metadata'])
    expect(Object.keys((await patch(id, { display_name: 'A' })).body)).toEqual([
      'branding',
      'id',
      'display_name',
      'name',
      'metadata',
    ])
  })

  it('V94, V95, V96: replaces metadata whole, and shows none once it is empty', async () => {
    const id = await create()
    const both = { another_key: 'another_value', some_key: 'some_value' }

    expect((await patch(id, { metadata: both })).body.metadata).toEqual(both)
    expect((await patch(id, { metadata: { some_key: 'some_value' } })).body.metadata).toEqual({
      some_key: 'some_value',
    })
    const { status, body } = await patch(id, { metadata: {} })

    expect(status).toBe(200)
    expect(body).not.toHaveProperty('metadata')
    expect(body.branding).toEqual(branding)
    expect(await get(id)).not.toHaveProperty('metadata')
  })

  it('drops keys of metadata that are null', async () => {
    const id = await create({ ...acme, metadata: { a: null, b: 'c', ['__proto__']: 'p', constructor: 'q' } })
    expect(JSON.stringify((await get(id)).metadata)).toBe('{"b":"c","__proto__":"p","constructor":"q"}')

    expect((await patch(id, { metadata: { b: null, d: '' } })).body.metadata).toEqual({ d: '' })
  })

  it('V97: keeps what a PATCH does not name', async () => {
    const id = await create({ ...acme, metadata: { a: 'b' }, token_quota: { client_credentials: { per_day: 1 } } })

    const { status, body } = await patch(id, { name: 'new-org-name' })

    expect(status).toBe(200)
    expect(body).toEqual({
      id,
      name: 'new-org-name',
      display_name: 'Acme',
      branding,
      metadata: { a: 'b' },
      token_quota: { client_credentials: { per_day: 1 } },
    })
    expect((await patch(id, { token_quota: null, third_party_client_access: 'block' })).body).toMatchObject({
      third_party_client_access: 'block',
    })
    expect(await get(id)).not.toHaveProperty('token_quota')
    const before = await world.countEvents()
    expect((await patch(id, {})).status).toBe(200)
    expect((await patch(id, { name: 'new-org-name', branding, metadata: { a: 'b' } })).status).toBe(200)
    expect(await world.countEvents()).toBe(before)
  })

  it('V98: is found by exactly its name', async () => {
    const id = await create()

    expect((await world.call('GET', '/organizations/name/acme')).body).toEqual(await get(id))
    for (const name of ['ACME', 'acm', 'nobody', 'a%00', '%20']) {
      expect(await world.call('GET', `/organizations/name/${name}`)).toMatchObject(notThere)
    }
  })

  it('V99: answers 404 without a code for one that is not there', async () => {
    for (const id of ['org_XXXXXXXXXXXXXXXX', 'acme', 'a%00', '..%2F']) {
      const { status, body } = await world.call('GET', `/organizations/${id}`)
      expect({ status, body }).toEqual(notThere)
      expect(await patch(id, { display_name: 'A' })).toMatchObject(notThere)
      expect(await world.call('GET', `/organizations/${id}/members`)).toMatchObject(notThere)
      expect(await world.call('POST', `/organizations/${id}/members`, { members: ['auth0|x'] })).toMatchObject(notThere)
      expect(await world.call('DELETE', `/organizations/${id}/members`, { members: ['auth0|x'] })).toMatchObject(
        notThere,
      )
    }
  })

  it('V100: is removed once, and is not there the second time', async () => {
    const id = await create()

    expect(await world.call('DELETE', `/organizations/${id}`)).toMatchObject({ status: 204, body: undefined })
    expect(await world.call('GET', `/organizations/${id}`)).toMatchObject(notThere)
    expect(await world.call('DELETE', `/organizations/${id}`)).toMatchObject(notThere)
    await create()
  })

  it('V101: refuses a name that is taken, and one that comes to the same domain', async () => {
    await create()
    const other = await create({ name: 'other' })
    const before = await world.countEvents()

    expect(await world.call('POST', '/organizations', { name: 'acme' })).toMatchObject(taken)
    expect(await world.call('POST', '/organizations', { name: 'acme-' })).toMatchObject(taken)
    expect(await patch(other, { name: 'acme', display_name: 'X', metadata: { a: 'b' } })).toMatchObject(taken)
    expect(await world.countEvents()).toBe(before)
  })

  it('lets one of several that want a name at the same time have it', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => world.call('POST', '/organizations', acme)))

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409])
    expect(await listed('')).toEqual(['acme'])
  })

  it('V110: pages behind a cursor, without totals; the last page has no next', async () => {
    for (const name of ['c', 'a', 'b']) await create({ name })

    const { body: first } = await world.call('GET', '/organizations?take=2&include_totals=true&per_page=50')
    expect(Object.keys(first)).toEqual(['organizations', 'next'])
    expect(first.organizations).toMatchObject([{ name: 'c' }, { name: 'a' }])
    const { body: last } = await world.call('GET', `/organizations?take=2&from=${first.next}`)
    expect(Object.keys(last)).toEqual(['organizations'])
    expect(last.organizations).toMatchObject([{ name: 'b' }])
  })

  it('pages behind a cursor in any order, through ties and what has no display name', async () => {
    await dispose()
    ;({ storage, dispose } = await emptyStorage(kind))
    world = await auth0World({ storage, clock: () => Date.UTC(2026, 0, 1) })
    const names = ['e', 'b', 'd', 'a', 'c', 'f', 'g']
    for (const [index, name] of names.entries()) {
      await create({ name, ...(index % 3 > 0 && { display_name: index % 3 === 1 ? 'Same' : `Ünder ${name}` }) })
    }

    for (const sort of ['name:1', 'name:-1', 'display_name:1', 'display_name:-1', 'created_at:1', 'created_at:-1']) {
      const found: unknown[] = []
      let from = ''
      do {
        const { body } = await world.call('GET', `/organizations?take=2&sort=${sort}${from}`)
        found.push(...(body.organizations as Body[]).map(({ name }) => name))
        from = body.next === undefined ? '' : `&from=${body.next}`
      } while (from !== '')
      expect(found, sort).toEqual(await listed(`sort=${sort}`))
      expect([...found].sort(), sort).toEqual([...names].sort())
    }
    expect(await listed('sort=name:-1')).toEqual(['g', 'f', 'e', 'd', 'c', 'b', 'a'])
  })

  it('pages by number, with totals in the recorded order', async () => {
    for (const name of ['c', 'a', 'b']) await create({ name })

    const { body } = await world.call('GET', '/organizations?page=1&per_page=2&include_totals=true')
    expect(Object.keys(body)).toEqual(['organizations', 'start', 'limit', 'total'])
    expect(body).toMatchObject({ organizations: [{ name: 'b' }], start: 2, limit: 2, total: 3 })
    expect(await listed('per_page=2')).toEqual(['c', 'a'])
  })

  it('does not show the tenant, which is the directory’s default org', async () => {
    const { orgId } = await world.directory.asSystem('test').orgs.getDefault()
    const id = await create()
    await world.call('POST', '/users', { connection: 'db', email: 'a@example.com', user_id: 'u1' })
    await world.directory.asSystem('test').orgs.members(orgId).add({ userId: 'u1', roles: [] })

    expect(await listed('')).toEqual(['acme'])
    expect((await world.call('GET', '/organizations?include_totals=true')).body).toMatchObject({ total: 1 })
    expect(await world.call('GET', `/organizations/${orgId}`)).toMatchObject(notThere)
    expect(await world.call('GET', '/organizations/name/Default')).toMatchObject(notThere)
    expect(await patch(orgId, { name: 'x' })).toMatchObject(notThere)
    expect(await world.call('DELETE', `/organizations/${orgId}`)).toMatchObject(notThere)
    for (const method of ['GET', 'POST', 'DELETE']) {
      const body = method === 'GET' ? undefined : { members: ['auth0|u1'] }
      expect(await world.call(method, `/organizations/${orgId}/members`, body)).toMatchObject(notThere)
    }
    expect((await world.call('GET', '/users/auth0%7Cu1/organizations')).body).toEqual([])

    await world.directory.asSystem('test').orgs.setDefault(id)
    expect(await world.call('GET', `/organizations/${id}`)).toMatchObject(notThere)
    expect(await world.call('GET', `/organizations/${orgId}`)).toMatchObject({ status: 200 })
  })

  it('shows orgs of other faces with their names, and what the host set', async () => {
    const { orgs } = world.directory.asSystem('test')
    const { orgId } = await orgs.create({ name: 'Big & Co.', settings: { id: 'no', name: 'no', extra: [1] } })
    await orgs.metadata(orgId).set({ bytes: new Uint8Array([1, 2]), number: 1 })

    expect(await get(orgId)).toEqual({
      id: orgId,
      name: 'Big & Co.',
      metadata: { bytes: 'AQI=', number: 1 },
      extra: [1],
    })
    expect((await world.call('GET', '/organizations/name/Big%20%26%20Co.')).body).toMatchObject({ id: orgId })
  })

  it('keeps connections it is created with, and shows them in that answer alone', async () => {
    const enabled_connections = [{ connection_id: 'con_1', show_as_button: true }]
    const { status, body } = await world.call(
      'POST',
      '/organizations',
      { ...acme, enabled_connections },
      {
        token: world.asCaller({
          userId: 'x@clients',
          scopes: ['create:organizations', 'create:organization_connections'],
        }),
      },
    )

    expect({ status, body }).toMatchObject({ status: 201, body: { enabled_connections } })
    expect(await get(String(body.id))).not.toHaveProperty('enabled_connections')
    expect((await patch(String(body.id), {})).body).not.toHaveProperty('enabled_connections')
    expect((await world.directory.asSystem('test').orgs.get(String(body.id))).settings).toMatchObject({
      enabled_connections,
    })
    expect(await world.call('POST', '/organizations', { name: 'b', enabled_connections })).toMatchObject({
      status: 403,
      body: { message: 'Insufficient scope, expected any of: create:organization_connections' },
    })
  })

  it('serves neither invitations, connections, client grants nor domains', async () => {
    const id = await create()
    for (const path of ['invitations', 'enabled_connections', 'client-grants', 'discovery-domains']) {
      expect(await world.call('GET', `/organizations/${id}/${path}`)).toMatchObject({
        status: 404,
        body: { message: 'Not Found' },
      })
    }
    expect((await world.call('GET', '/organizations/search?q=a')).status).toBe(404)
  })

  it('heeds If-Match, and answers with the tag of each version', async () => {
    const { headers, body } = await world.call('POST', '/organizations', acme)
    const path = `/organizations/${body.id}`
    expect((await world.call('GET', path)).headers.etag).toBe(headers.etag)
    expect((await world.call('GET', path, undefined, { headers: { 'if-none-match': headers.etag! } })).status).toBe(304)

    const changed = await world.call(
      'PATCH',
      path,
      { metadata: { a: 'b' } },
      { headers: { 'if-match': headers.etag! } },
    )
    expect(changed.status).toBe(200)
    for (const [method, sent] of [
      ['PATCH', { metadata: {} }],
      ['DELETE', undefined],
    ] as const) {
      expect(await world.call(method, path, sent, { headers: { 'if-match': headers.etag! } })).toMatchObject({
        status: 412,
        headers: { etag: changed.headers.etag },
      })
    }
    expect(
      (await world.call('DELETE', path, undefined, { headers: { 'if-match': changed.headers.etag! } })).status,
    ).toBe(204)
    expect(await world.call('DELETE', path, undefined, { headers: { 'if-match': '"1"' } })).toMatchObject(notThere)
  })
})

describe('who may', () => {
  it.each([
    ['GET', '/organizations', 'read:organizations,read:organizations_summary'],
    ['POST', '/organizations', 'create:organizations'],
    ['GET', '/organizations/x', 'read:organizations,read:organizations_summary'],
    ['GET', '/organizations/name/x', 'read:organizations'],
    ['PATCH', '/organizations/x', 'update:organizations'],
    ['DELETE', '/organizations/x', 'delete:organizations'],
    ['GET', '/organizations/x/members', 'read:organization_members'],
    ['POST', '/organizations/x/members', 'create:organization_members'],
    ['DELETE', '/organizations/x/members', 'delete:organization_members'],
    ['GET', '/users/auth0%7Cx/organizations', 'read:organizations'],
  ])('%s %s needs a scope', async (method, path, scopes) => {
    const { call, asCaller } = await auth0World()
    const token = asCaller({ userId: 'x@clients', scopes: ['read:users', 'update:users'] })

    expect(await call(method, path, undefined, { token })).toMatchObject({
      status: 403,
      body: { errorCode: 'insufficient_scope', message: `Insufficient scope, expected any of: ${scopes}` },
    })
    expect((await call(method, path, undefined, { token: null })).status).toBe(401)
  })

  it('a summary has no more than id and names', async () => {
    const { call, asCaller } = await auth0World()
    const { body } = await call('POST', '/organizations', { ...acme, metadata: { secret: 'x' } })
    const token = asCaller({ userId: 'x@clients', scopes: ['read:organizations_summary'] })

    const shown = { id: body.id, name: 'acme', display_name: 'Acme' }
    expect((await call('GET', `/organizations/${body.id}`, undefined, { token })).body).toEqual(shown)
    expect((await call('GET', '/organizations', undefined, { token })).body).toEqual([shown])
  })

  it('a caller with a stored token may do what its roles in the instance permit, and joins nothing it creates', async () => {
    const { call, asCaller, directory } = await auth0World()
    const system = directory.asSystem('test')
    await system.users.createHuman({ userId: 'root', userName: 'root' })
    await system.members.add({ userId: 'root', roles: ['IAM_OWNER'] })
    await system.users.createHuman({ userId: 'bob', userName: 'bob' })
    const [root, bob] = ['root', 'bob'].map((userId) => ({ token: asCaller({ userId }) }))

    const { status, body } = await call('POST', '/organizations', acme, root)
    expect(status).toBe(201)
    expect((await call('GET', `/organizations/${body.id}/members`, undefined, root)).body).toEqual([])
    expect((await call('POST', `/organizations/${body.id}/members`, { members: ['auth0|bob'] }, root)).status).toBe(204)
    expect((await call('GET', '/users/auth0%7Cbob/organizations', undefined, root)).body).toMatchObject([
      { name: 'acme' },
    ])
    // A membership without roles opens nothing.
    expect((await call('GET', `/organizations/${body.id}`, undefined, bob)).status).toBe(403)
    expect((await call('DELETE', `/organizations/${body.id}`, undefined, bob)).status).toBe(403)
  })
})

describe('bad input', () => {
  const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']))

  it.each<[string, unknown, RegExp]>([
    ['V102', { name: 'Bad Name' }, /format organization-name: Bad Name' on property name \(.+\)\.$/],
    [
      'V103',
      { name: 'x', metadata: { k: 1 } },
      /'Expected type string,null but found type integer' on property metadata\.k\.$/,
    ],
    ['V104', { name: 'x', metadata: pairs(26) }, /Too many properties defined \(26\), maximum 25/],
    ['a long value', { name: 'x', metadata: { k: 'v'.repeat(256) } }, /String is too long \(256 chars\), maximum 255/],
    ['no name', {}, /Missing required property: name/],
    ['a long name', { name: 'x'.repeat(51) }, /String is too long \(51 chars\), maximum 50/],
    ['an empty display name', { name: 'x', display_name: '' }, /String is too short \(0 chars\), minimum 1/],
    ['NUL in the display name', { name: 'x', display_name: 'a\0' }, /on property display_name/],
    ['half a surrogate pair', { name: 'x', display_name: 'a\ud800' }, /on property display_name/],
    ['NUL in a key', { name: 'x', metadata: { 'a\0': 'x' } }, /must be text without NUL/],
    ['an empty key', { name: 'x', metadata: { '': 'x' } }, /must be 1 to 255 characters/],
    ['half a branding', { name: 'x', branding: { colors: { primary: '#fff' } } }, /Missing required property: page_b/],
    ['an id', { name: 'x', id: 'org_1' }, /Additional properties not allowed: id/],
    ['a list', [], /Expected type object but found type array/],
    ['no body', undefined, /Expected type object but found type null/],
    ['metadata that is null', { name: 'x', metadata: null }, /Expected type object but found type null/],
    ['__proto__', '{"name":"x","__proto__":{"a":1}}', /Additional properties not allowed: __proto__/],
  ])('%s is refused in a POST and changes nothing', async (_, sent, message) => {
    const { call, countEvents } = await auth0World()
    const before = await countEvents()

    expect(await call('POST', '/organizations', sent)).toMatchObject({
      status: 400,
      body: { errorCode: 'invalid_body', message: expect.stringMatching(message) },
    })
    expect(await countEvents()).toBe(before)
  })

  it.each<[unknown, RegExp]>([
    [{ id: 'org_1' }, /Additional properties not allowed: id/],
    [{ enabled_connections: [] }, /Additional properties not allowed: enabled_connections/],
    [{ name: 'new', metadata: pairs(26) }, /Too many properties/],
    [{ name: 'new', metadata: { '': 'x' } }, /must be 1 to 255 characters/],
    [{ display_name: null }, /found type null/],
  ])('%j is refused in a PATCH whole', async (sent, message) => {
    const { call, countEvents } = await auth0World()
    const { body } = await call('POST', '/organizations', acme)
    const before = await countEvents()

    expect(await call('PATCH', `/organizations/${body.id}`, sent)).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching(message) },
    })
    expect(await countEvents()).toBe(before)
  })

  it.each([
    ['page=1001', 'Value 1001 is greater than maximum 1000'],
    ['per_page=0', 'Value 0 is less than minimum 1'],
    ['take=101', 'Value 101 is greater than maximum 100'],
    ['take=0', 'Value 0 is less than minimum 1'],
    ['from=nonsense', "Object didn't pass validation for format checkpoint: nonsense"],
    ['from=WyJjcmVhdGVkQXQ6MSIsInRleHQiLCJ4Il0', "Object didn't pass validation for format checkpoint"],
    ['sort=id:1', 'String does not match pattern'],
    ['sort=name:1&sort=name:1', 'Expected type string but found type array'],
    ['q=x', 'Additional properties not allowed: q'],
  ])('?%s is refused', async (query, message) => {
    const { call } = await auth0World()

    expect(await call('GET', `/organizations?${query}`)).toMatchObject({
      status: 400,
      body: { errorCode: 'invalid_query_string', message: expect.stringContaining(message) },
    })
  })

  it('refuses to ignore what it cannot tell', async () => {
    const { call } = await auth0World()

    expect(await call('GET', '/organizations?include_client_association_for=x')).toMatchObject({
      status: 400,
      body: { errorCode: 'operation_not_supported' },
    })
  })

  it('finds nothing behind a cursor that holds what no database can', async () => {
    const { call } = await auth0World()
    await call('POST', '/organizations', acme)
    const from = Buffer.from(JSON.stringify(['createdAt:1', 0, 'a\0\ud800'])).toString('base64url')

    expect((await call('GET', `/organizations?take=1&from=${from}`)).status).toBe(200)
  })
})
