import { describe, expect, it } from 'vitest'
import { auth0World } from './auth0-world'

type Body = Record<string, unknown>

async function worldWith(metadata?: object, path = '/clients') {
  const world = await auth0World({ tenant: 'acme' })
  const { body } = await world.call('POST', path, { name: 'M', ...(metadata && { client_metadata: metadata }) })
  const patch = (change: unknown) => world.call('PATCH', `/clients/${body.client_id}`, change)
  const get = async (query = '') => (await world.call('GET', `/clients/${body.client_id}${query}`)).body
  return { ...world, id: String(body.client_id), created: body, patch, get }
}

const badBody = (message: unknown) => ({ status: 400, body: { statusCode: 400, message, errorCode: 'invalid_body' } })

describe('POST /clients', () => {
  it('V78: creates a client with its metadata and shows the secret once', async () => {
    const { created, get } = await worldWith({ bar: 'baz', foo: 'zoo' })

    expect(created).toMatchObject({
      client_id: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
      client_secret: expect.stringMatching(/^[\w-]{64}$/),
      client_metadata: { bar: 'baz', foo: 'zoo' },
      tenant: 'acme',
      encrypted: true,
    })
    const { client_secret: _, encrypted: __, ...shown } = created
    expect(await get()).toEqual(shown)
  })

  it.each([
    ['V83', {}, /^Payload validation error: 'Missing required property: name'\.$/],
    ['V84', { name: '<x>' }, /'String does not match pattern \^\[\^<>\]\+\$: <x>' on property name \(.+\)\.$/],
    [
      'V85',
      { name: 'x', client_metadata: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, 'v'])) },
      /'Too many properties defined \(11\), maximum 10' on property client_metadata \(.+\)\.$/,
    ],
    ['V86', { name: 'x', app_type: 'zzz' }, /'Invalid property "zzz"' on property app_type \(.+\)\.$/],
    [
      'a value that is no text',
      { name: 'x', client_metadata: { k: 1 } },
      /'Expected type string,null but found type integer' on property client_metadata\.k/,
    ],
    [
      'the spelling of the vendor’s page',
      { name: 'x', clientMetadata: {} },
      /Additional properties not allowed: clientMetadata/,
    ],
    ['a name too long to keep', { name: 'x'.repeat(201) }, /must be 1 to 200 characters long' on property name\.$/],
  ])('%s: refuses %j', async (_, sent, message) => {
    const { call, countEvents } = await auth0World()
    const before = await countEvents()

    expect(await call('POST', '/clients', sent)).toMatchObject(badBody(expect.stringMatching(message)))
    expect(await countEvents()).toBe(before)
  })

  it('keeps other settings, and shows defaults for what was not sent', async () => {
    const { call } = await auth0World()
    const settings = {
      app_type: 'spa',
      callbacks: ['https://a.example/cb'],
      jwt_configuration: { alg: 'RS256' },
      addons: { x: { y: 1 } },
    }

    const { body } = await call('POST', '/clients', {
      name: 'x',
      ...settings,
      is_first_party: false,
      refresh_token: null,
    })

    expect(body).toMatchObject({
      ...settings,
      is_first_party: false,
      sso_disabled: false,
      refresh_token: { leeway: 0 },
    })
    expect(body).not.toHaveProperty('client_metadata')
  })

  it('answers to the two spellings of the vendor’s page, except in strict mode', async () => {
    const { call, id, get } = await worldWith({ a: 'b' }, '/applications')
    expect((await call('GET', `/client/${id}`)).body).toEqual(await get())
    expect((await call('PATCH', `/client/${id}`, { client_metadata: { a: 'c' } })).body).toMatchObject({
      client_metadata: { a: 'c' },
    })

    const strict = await auth0World({ strict: true })
    expect((await strict.call('POST', '/applications', { name: 'x' })).status).toBe(404)
    expect((await strict.call('GET', `/client/${id}`)).status).toBe(404)
  })
})

describe('PATCH /clients/{id}', () => {
  it('V79, V80, V81: merges metadata, removes by null and keeps an empty object', async () => {
    const { patch, get } = await worldWith({ bar: 'baz', foo: 'zoo' })

    const first = await patch({ client_metadata: { bar: null, foo: 'newZooButOldFoo', newBar: 'newBaz' } })
    const second = await patch({ client_metadata: { bar: 'baz', foo: null, newBar: null } })
    const third = await patch({ client_metadata: { bar: null } })

    expect(first).toMatchObject({ status: 200 })
    expect(first.body.client_metadata).toEqual({ foo: 'newZooButOldFoo', newBar: 'newBaz' })
    expect(second.body.client_metadata).toEqual({ bar: 'baz' })
    expect(third.body.client_metadata).toEqual({})
    expect((await get()).client_metadata).toEqual({})
  })

  it('V82: keeps what is not named', async () => {
    const { patch } = await worldWith({ mycolor: 'red', myflavor: 'grape' })

    expect((await patch({ client_metadata: { mycolor: 'blue' } })).body.client_metadata).toEqual({
      mycolor: 'blue',
      myflavor: 'grape',
    })
  })

  it('clears metadata by an empty object', async () => {
    const { patch } = await worldWith({ mycolor: 'red' })

    expect((await patch({ client_metadata: {} })).body.client_metadata).toEqual({})
  })

  it.each([
    ['V87', {}, /^Payload validation error: 'Too few properties defined \(0\), minimum 1'\.$/],
    ['V88', { client_id: 'x' }, /'Additional properties not allowed: client_id'\.$/],
    ['V89', { client_metadata: null }, /found type null' on property client_metadata \(.+\)\.$/],
  ])('%s: refuses %j', async (_, sent, message) => {
    const { patch, countEvents } = await worldWith()
    const before = await countEvents()

    expect(await patch(sent)).toMatchObject(badBody(expect.stringMatching(message)))
    expect(await countEvents()).toBe(before)
  })

  it('refuses an eleventh pair, also when two callers add one each', async () => {
    const pairs = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`k${index}`, 'v']))
    const { patch, get } = await worldWith(pairs)

    const answers = await Promise.all([patch({ client_metadata: { a: '1' } }), patch({ client_metadata: { b: '1' } })])

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
    expect(answers.find(({ status }) => status === 400)).toMatchObject(
      badBody(
        expect.stringMatching(/'Too many properties defined \(11\), maximum 10' on property client_metadata \(.+\)\.$/),
      ),
    )
    expect(Object.keys((await get()).client_metadata as object)).toHaveLength(10)
    expect((await patch({ client_metadata: { k0: 'w' } })).status).toBe(200)
    expect((await patch({ client_metadata: { k0: null, z: 'w' } })).status).toBe(200)
  })

  it('changes name and settings, and unsets by null', async () => {
    const { patch } = await worldWith()

    const changed = await patch({ name: 'N', description: 'd', organization_usage: 'allow', client_secret: 'x' })
    const unset = await patch({ organization_usage: null })

    expect(changed.body).toMatchObject({ name: 'N', description: 'd', organization_usage: 'allow' })
    expect(unset.body).toMatchObject({ name: 'N', description: 'd' })
    expect(unset.body).not.toHaveProperty('organization_usage')
    expect(unset.body).not.toHaveProperty('client_secret')
  })
})

describe('GET and DELETE /clients/{id}', () => {
  const inexistent = {
    statusCode: 404,
    error: 'Not Found',
    message: 'The client does not exist',
    errorCode: 'inexistent_client',
  }

  it('V90: does not know a client that is not there', async () => {
    const { call } = await auth0World()

    expect(await call('GET', '/clients/this-client-does-not-exist')).toMatchObject({ status: 404, body: inexistent })
    expect(await call('PATCH', '/clients/nope', { name: 'x' })).toMatchObject({ status: 404, body: inexistent })
  })

  it('V91: removes a client, and answers the same when it is gone', async () => {
    const { call, id } = await worldWith({ a: 'b' })

    expect(await call('DELETE', `/clients/${id}`)).toMatchObject({ status: 204, body: undefined })
    expect((await call('GET', `/clients/${id}`)).status).toBe(404)
    expect(await call('DELETE', `/clients/${id}`)).toMatchObject({ status: 204, body: undefined })
  })

  it('projects fields, and shows the tenant always', async () => {
    const { get } = await worldWith()

    expect(await get('?fields=name')).toEqual({ name: 'M', tenant: 'acme' })
    expect(await get('?fields=name,tenant&include_fields=false')).toMatchObject({ tenant: 'acme', global: false })
  })

  it('shows what the scopes reach, and refuses to name what they do not', async () => {
    const { call, id, asCaller } = await worldWith({ a: 'b' })
    const token = asCaller({ userId: 'x', scopes: ['read:client_summary'] })

    expect((await call('GET', `/clients/${id}`, undefined, { token })).body).toEqual({
      client_id: id,
      name: 'M',
      tenant: 'acme',
    })
    expect(await call('GET', `/clients/${id}?fields=client_metadata`, undefined, { token })).toMatchObject({
      status: 403,
      body: { message: 'Insufficient scope, expected any of: read:clients,read:client_keys' },
    })
    expect(
      (await call('GET', `/clients/${id}?fields=client_metadata&include_fields=false`, undefined, { token })).status,
    ).toBe(200)
  })
})

describe('GET /clients', () => {
  const names = Array.from({ length: 7 }, (_, index) => `client ${index}`)
  const worldOf = async () => {
    const world = await auth0World()
    for (const name of names) {
      await world.call('POST', '/clients', {
        name,
        app_type: name < 'client 3' ? 'spa' : 'native',
        client_metadata: { name },
      })
    }
    const list = async <T = Body>(query: string) => (await world.call<T>('GET', `/clients?${query}`)).body
    return { ...world, list }
  }
  const namesOf = (clients: unknown) => (clients as Body[]).map(({ name }) => name)

  it('V92: counts', async () => {
    const { list } = await worldOf()

    const body = await list('include_totals=true&per_page=3&page=1')

    expect(Object.keys(body)).toEqual(['total', 'start', 'limit', 'clients'])
    expect(body).toMatchObject({ total: 7, start: 3, limit: 3 })
    expect(namesOf(body.clients)).toEqual(names.slice(3, 6))
    expect(body.clients).toMatchObject([{ client_metadata: { name: 'client 3' } }, {}, {}])
  })

  it('answers a bare list without totals', async () => {
    const { list } = await worldOf()

    expect(namesOf(await list<Body[]>('fields=name'))).toEqual(names)
  })

  it('pages behind a cursor, whoever is removed meanwhile', async () => {
    const { list, call } = await worldOf()

    const first = await list('take=3&include_totals=true')
    expect(namesOf(first.clients)).toEqual(names.slice(0, 3))
    expect(Object.keys(first)).toEqual(['clients', 'next'])

    for (const { client_id } of first.clients as Body[]) await call('DELETE', `/clients/${client_id}`)
    const second = await list(`take=3&from=${first.next}`)
    expect(namesOf(second.clients)).toEqual(names.slice(3, 6))

    const last = await list(`take=3&from=${second.next}`)
    expect(namesOf(last.clients)).toEqual(names.slice(6))
    expect(last).not.toHaveProperty('next')
  })

  it('chooses by kind and party', async () => {
    const { list } = await worldOf()

    expect(namesOf(await list('app_type=spa,regular_web'))).toEqual(names.slice(0, 3))
    expect((await list('app_type=native&include_totals=true&per_page=1&page=1')).total).toBe(4)
    expect(await list('is_first_party=false')).toEqual([])
    expect(await list('is_global=true')).toEqual([])
    expect(namesOf((await list('take=2&app_type=native')).clients)).toEqual(names.slice(3, 5))
  })

  it.each([
    'q=client_grant.organization_id:x',
    'external_client_id=x',
    'from=nonsense',
    'take=0',
    'take=101',
    'nope=1',
    'page=99999999999999999999&per_page=100',
  ])('refuses %s', async (query) => {
    const { call } = await auth0World()

    expect((await call('GET', `/clients?${query}`)).status).toBe(400)
  })
})

describe('POST /clients/{id}/rotate-secret', () => {
  it('shows a new secret each time, and changes nothing else', async () => {
    const { call, id, created, get, countEvents } = await worldWith({ a: 'b' })
    const before = await countEvents()

    const [first, second] = [
      await call('POST', `/clients/${id}/rotate-secret`),
      await call('POST', `/clients/${id}/rotate-secret`),
    ]

    expect([first.status, second.status]).toEqual([200, 200])
    const secrets = [created, first.body, second.body].map(({ client_secret }) => client_secret)
    expect(secrets).toEqual(Array(3).fill(expect.stringMatching(/^[\w-]{64}$/)))
    expect(new Set(secrets).size).toBe(3)
    const { client_secret: _, ...shown } = first.body
    expect(shown).toEqual(await get())
    expect(await countEvents()).toBe(before)
  })

  it('knows no client that is not there', async () => {
    const { call } = await auth0World()

    expect(await call('POST', '/clients/nobody/rotate-secret')).toMatchObject({
      status: 404,
      body: { errorCode: 'inexistent_client' },
    })
  })
})
