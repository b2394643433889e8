import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { createFetch } from '../../src/create-fetch'
import { facedExchange } from '../faced-exchange'
import { hosts } from '../hosts'
import { type Auth0World, auth0World } from './auth0-world'

const formType = { 'content-type': 'application/x-www-form-urlencoded' }

describe('POST /users', () => {
  let world: Auth0World
  beforeAll(async () => {
    world = await auth0World()
  })
  const post = (body: string | Uint8Array, headers: Record<string, string> = formType) =>
    world.call('POST', '/users', body, { headers })

  it('takes a form: flags are spelled, metadata is JSON', async () => {
    const form = new URLSearchParams({
      email: 'j+d@example.com',
      name: 'Jäne & Co',
      email_verified: 'true',
      blocked: 'false',
      given_name: '12',
      user_metadata: '{"hobby":"surfing","n":1}',
    })
    const { status, body } = await post(form.toString(), {
      'content-type': 'Application/X-WWW-Form-URLEncoded ; charset=utf-8',
    })

    expect(status).toBe(201)
    expect(body).toMatchObject({
      email: 'j+d@example.com',
      name: 'Jäne & Co',
      email_verified: true,
      blocked: false,
      given_name: '12',
      user_metadata: { hobby: 'surfing', n: 1 },
    })
  })

  it('takes what a body parser made of a form', async () => {
    const parsed = JSON.stringify({ email: 'parsed@example.com', email_verified: 'true', app_metadata: '{"a":1}' })

    expect(await post(parsed)).toMatchObject({ status: 201, body: { email_verified: true, app_metadata: { a: 1 } } })
  })

  it.each([
    ['', "Payload validation error: 'Expected type object but found type null'."],
    ['email=a%40example.com&blocked=yes', "'Expected type boolean but found type string' on property blocked"],
    ['email=a%40example.com&email=b%40example.com', "'Expected type string but found type array' on property email"],
    ['email=a%40example.com&user_metadata=%7B', 'Invalid request payload JSON format'],
    ['email=a%40example.com&user_metadata=5', 'found type integer'],
    ['email=a%40example.com&user_metadata%5Ba%5D=1', "'Additional properties not allowed: user_metadata[a]'."],
    ['email=a%40example.com&__proto__=1', "'Additional properties not allowed: __proto__'."],
    ['email=%zz', 'Invalid request payload form format'],
    ['email=%ff', 'Invalid request payload form format'],
    [new Uint8Array([0x61, 0x3d, 0xff]), 'Invalid request payload form format'],
    ['email=a%40example.com&user_id=%00', "Object didn't pass validation for format user-id"],
    [`email=a%40example.com&user_metadata=${'['.repeat(200)}`, 'nests deeper'],
    ['nonsense', "'Additional properties not allowed: nonsense'."],
  ])('refuses the form %j and changes nothing', async (body, message) => {
    const before = await world.countEvents()

    expect(await post(body)).toMatchObject({
      status: 400,
      body: { errorCode: 'invalid_body', message: expect.stringContaining(message) },
    })
    expect(await world.countEvents()).toBe(before)
  })

  it.each([
    ['text/plain', 201],
    ['application/json; charset=utf-8', 201],
    ['application/json; charset=iso-8859-1', 201],
    ['application/json, application/x-www-form-urlencoded', 201],
    ['nonsense', 201],
    ['multipart/form-data; boundary=x', 201],
  ])('reads JSON, in UTF-8, called %s', async (type, status) => {
    const email = `${encodeURIComponent(type)}@example.com`
    expect(await post(JSON.stringify({ email: email.slice(-64) }), { 'content-type': type })).toMatchObject({ status })
  })

  it('does not guess what is in another charset', async () => {
    for (const charset of ['latin1', 'utf16le'] as const) {
      const body = Buffer.from('{"email":"x@example.com","name":"é"}', charset)
      expect(await post(body, { 'content-type': `application/json; charset=${charset}` })).toMatchObject({
        status: 400,
        body: { message: 'Invalid request payload JSON format' },
      })
    }
  })

  it('takes forms nowhere else', async () => {
    expect(await world.call('POST', '/clients', 'name=x', { headers: formType })).toMatchObject({
      status: 400,
      body: { message: 'Invalid request payload JSON format' },
    })
  })
})

describe('a body with a content encoding', () => {
  const zipped = gzipSync('{"email":"zip@example.com"}')
  const headersOf = (coding: string) => ({
    authorization: 'Bearer owner',
    'content-type': 'application/json',
    'content-encoding': coding,
  })
  const limits = { maxBodyBytes: 10_000 }

  it.each(['gzip', 'br', 'identity, gzip', 'GZIP', 'nonsense'])('%s is refused, by both faces', async (coding) => {
    const { exchange } = await facedExchange(limits)
    const fetchIt = createFetch(exchange)
    const init = { method: 'POST', headers: headersOf(coding), body: zipped }

    const auth0 = await fetchIt('https://tenant.test/api/v2/users', init)
    const zitadel = await fetchIt('https://tenant.test/management/v1/users/human', init)

    expect([auth0.status, zitadel.status]).toEqual([415, 415])
    expect([auth0, zitadel].map(({ headers }) => headers.get('accept-encoding'))).toEqual(['identity', 'identity'])
    expect(await auth0.json()).toEqual({
      statusCode: 415,
      error: 'Unsupported Media Type',
      message: 'Request payload has a content encoding',
      errorCode: 'invalid_body',
    })
    expect(await zitadel.json()).toMatchObject({ code: 12, message: expect.any(String) })
  })

  it.each(['identity', '', 'Identity , identity'])('%j is none', async (coding) => {
    const { exchange } = await facedExchange(limits)
    const body = '{"email":"plain@example.com"}'

    const init = { method: 'POST', headers: headersOf(coding), body }
    expect((await createFetch(exchange)('https://tenant.test/api/v2/users', init)).status).toBe(201)
  })

  it.each(hosts.map(({ name, mount, parses }) => ({ name, mount, parses })))(
    'on $name: 415, unless a parser has undone it',
    async ({ mount, parses, name }) => {
      const { exchange } = await facedExchange(limits)
      for (const parser of parses ? [false, true] : [false]) {
        const mounted = await mount(exchange, { prefix: '', parser })
        const init = { method: 'POST', headers: headersOf('gzip'), body: zipped }
        const { status } = await mounted.fetch(`${mounted.url}/api/v2/users`, init)
        await mounted.close()
        const inflates = parser && name.startsWith('Express')
        if (inflates) expect(status).toBe(201)
        else expect([400, 415]).toContain(status)
        if (!parser) expect(status).toBe(415)
      }
    },
  )
})

describe('the list of clients', () => {
  it('has links to other pages where a page was asked for', async () => {
    const { call } = await auth0World()
    for (const name of 'abcde') await call('POST', '/clients', { name })
    const linkOf = async (query: string) => (await call('GET', `/clients${query}`)).headers.link

    expect(await linkOf('?fields=name&include_fields=true&page=0&per_page=2')).toBe(
      '<?fields=name&include_fields=true&page=0&per_page=2>; rel="first", ' +
        '<?fields=name&include_fields=true&page=1&per_page=2>; rel="next", ' +
        '<?fields=name&include_fields=true&page=2&per_page=2>; rel="last"',
    )
    expect(await linkOf('?page=2&per_page=2')).toBe(
      '<?page=0&per_page=2>; rel="first", <?page=2&per_page=2>; rel="last"',
    )
    expect(await linkOf('?per_page=50&app_type=%3C%22%3E')).toBe(
      '<?per_page=50&app_type=%3C%22%3E&page=0>; rel="first", <?per_page=50&app_type=%3C%22%3E&page=0>; rel="last"',
    )
    for (const query of ['', '?include_totals=true&page=0', '?take=2', '?per_page=0']) {
      expect(await linkOf(query)).toBeUndefined()
    }
  })
})
