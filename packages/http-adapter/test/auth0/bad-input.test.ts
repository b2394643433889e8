import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Auth0World, auth0World } from './auth0-world'
import { emptyStorage, storageKinds } from './storages'

const deep = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`
const nested = (depth: number) => deep('{"a":', '}', depth)

const bodies: readonly (readonly [name: string, body: string | Uint8Array])[] = [
  ['no body', ''],
  ['blanks', '  '],
  ['half an object', '{'],
  ['two values', '{} {}'],
  ['a comment', '{} // x'],
  ['a form', 'email=x%40example.com&connection=c'],
  ['a byte order mark', '\ufeff{}'],
  ['bytes that are no text', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
  ['null', 'null'],
  ['a number', '1e999'],
  ['a text', '"x"'],
  ['a list', '[]'],
  ['an unknown member', '{"nope":1}'],
  ['members of Object', '{"__proto__":{"name":"x"},"constructor":1,"toString":1}'],
  ['a deep list', deep('[', ']', 50_000)],
  ['a deep value', `{"name":"x","email":"x@example.com","user_metadata":${nested(50_000)},"addons":${nested(50_000)}}`],
  ['a value too deep to keep', `{"email":"x@example.com","user_metadata":${nested(100)}}`],
  ['a body too long', `{"name":"${'x'.repeat(1_100_000)}"}`],
  ['NUL in texts', '{"email":"a\\u0000@example.com","name":"a\\u0000"}'],
  ['NUL in a name', '{"email":"a@example.com","name":"a\\u0000"}'],
  ['NUL in a client', '{"name":"a\\u0000"}'],
  ['half a pair in a name', '{"email":"a@example.com","name":"\\udc00"}'],
  ['half a pair in a client', '{"name":"\\ud800"}'],
  ['NUL in an id', '{"email":"a@example.com","user_id":"a\\u0000"}'],
  ['half a pair in an id', '{"email":"a@example.com","user_id":"\\ud800"}'],
  ['an id too long', `{"email":"a@example.com","user_id":"${'a'.repeat(250)}"}`],
  ['NUL in a connection', '{"email":"a@example.com","connection":"a\\u0000"}'],
  ['a connection too long', `{"email":"a@example.com","connection":"${'a'.repeat(300)}"}`],
  ['NUL in a picture', '{"email":"a@example.com","picture":"https://example.com/\\u0000"}'],
  ['a picture too long', `{"email":"a@example.com","picture":"https://example.com/${'a'.repeat(3000)}"}`],
  ['an e-mail of other letters', '{"email":"jäne@exämple.com"}'],
  ['metadata with NUL in a key', '{"email":"a@example.com","user_metadata":{"a\\u0000":1}}'],
  ['metadata with half a pair in a key', '{"email":"a@example.com","app_metadata":{"\\ud800":1}}'],
  ['metadata with a number beyond JSON', '{"email":"a@example.com","app_metadata":{"a":-1e999}}'],
  ['client metadata with a key too long', `{"name":"x","client_metadata":{"${'k'.repeat(256)}":"v"}}`],
  ['client metadata with an empty key', '{"name":"x","client_metadata":{"":"v"}}'],
  ['client metadata with a foreign key', '{"name":"x","client_metadata":{"__proto__":"v","a.b":"v","a\\u0000":"v"}}'],
  ['client metadata that is no text', '{"name":"x","client_metadata":{"a":{"b":1}}}'],
  ['settings of the wrong type', '{"name":"x","callbacks":"y","jwt_configuration":[]}'],
  ['settings with a number beyond JSON', '{"name":"x","addons":{"a":1e999}}'],
  [
    'wrong types everywhere',
    '{"name":1,"email":[],"user_metadata":1,"app_metadata":true,"blocked":"x","client_metadata":[]}',
  ],
]

const ids = [
  'nope',
  '%00',
  'auth0%7C%00',
  '%7C',
  'auth0%7C',
  'auth0%7C%ED%A0%80',
  'a%2Fb',
  '%2e%2e',
  '__proto__',
  `auth0%7C${'x'.repeat(5000)}`,
  '%F0%9F%98%80%7C%F0%9F%98%80',
  '%zz',
]

const queries = [
  'page=x',
  'page=1.5',
  'page=-0',
  'per_page=9e9',
  'per_page=&page=',
  'include_totals=maybe',
  'fields=',
  'fields=__proto__',
  'fields=%00',
  'include_fields=1',
  'sort=x',
  'sort=__proto__:1',
  'sort=metadata:1',
  'q=%00',
  'q=name:%00',
  'q=name:%22%5C%22',
  `q=${'a'.repeat(9000)}`,
  'q=email:%F0%9F%98%80*',
  'q=%ED%A0%80',
  'search_engine=v9',
  '__proto__=1',
  'constructor=1',
  'page=1&page=2',
  'from=%00',
  'from=MSw',
  'from=MSxh',
  'take=x',
  'take=1&from=OTk5OTk5OTk5OTk5OTk5OSwA',
  'email=%00',
  'email=',
  'email=%F0%9F%98%80',
  'email=a&email=b',
  'app_type=__proto__',
  'is_global=x',
  '%zz=1',
  '&&&=',
]

const bodyRoutes = [
  ['POST', '/users'],
  ['PATCH', '/users/auth0%7Cu1'],
  ['POST', '/clients'],
  ['PATCH', '/clients/{client}'],
] as const
const idRoutes = ['/users/{id}', '/clients/{id}', '/client/{id}'] as const
const listRoutes = ['/users', '/users-by-email', '/clients', '/users/auth0%7Cu1', '/clients/{client}'] as const

describe.each(storageKinds)('bad input on %s', (kind) => {
  let world: Auth0World
  let client: string
  let dispose = async () => {}
  const failures: unknown[] = []

  beforeAll(async () => {
    const onError = (error: unknown) => failures.push(error)
    const { storage, ...rest } = await emptyStorage(kind)
    dispose = rest.dispose
    world = await auth0World({ storage, onError })
    await world.call('POST', '/users', { user_id: 'u1', email: 'jane@example.com' })
    client = String((await world.call('POST', '/clients', { name: 'M' })).body.client_id)
  })
  afterAll(() => dispose())

  const path = (pattern: string, id = '') => pattern.replace('{client}', client).replace('{id}', id)

  describe.each(bodyRoutes)('%s %s', (method, pattern) => {
    it.each(bodies)('refuses %s and changes nothing', async (_, body) => {
      const before = await world.countEvents()

      const answer = await world.call(method, path(pattern), body)

      expect(answer.status, JSON.stringify(answer.body)).toBeGreaterThanOrEqual(400)
      expect(answer.status, String(failures.at(-1))).toBeLessThan(500)
      expect(answer.body).toMatchObject({
        statusCode: answer.status,
        message: expect.any(String),
        errorCode: expect.any(String),
      })
      expect(await world.countEvents()).toBe(before)
    })
  })

  it.each(idRoutes)('%s takes no bad id, and changes nothing', async (pattern) => {
    const before = await world.countEvents()

    for (const id of ids) {
      for (const [method, body] of [
        ['GET', undefined],
        ['PATCH', { name: 'x' }],
        ['DELETE', undefined],
      ] as const) {
        const { status } = await world.call(method, path(pattern, id), body)
        const expected = method === 'DELETE' ? [204, 400, 404] : [400, 404]
        expect(expected, `${method} ${id}: ${status} ${failures.at(-1)}`).toContain(status)
      }
    }
    expect(await world.countEvents()).toBe(before)
  })

  it('answers the largest searches', async () => {
    for (const q of [
      Array(60).fill('a*').join(' OR '),
      Array(60).fill('*abc*').join(' AND '),
      Array(125).fill('user_metadata.a.b:1').join(' OR '),
      Array(166).fill('app_metadata.a:[1 TO 2]').join(' AND '),
      `${'NOT ('.repeat(25)}a${')'.repeat(25)}`,
    ]) {
      const { status, body } = await world.call('GET', `/users?include_totals=true&q=${encodeURIComponent(q)}`)
      expect(status, `${JSON.stringify(body)} ${failures.at(-1)}`).toBe(200)
    }
  })

  it.each(listRoutes)('GET %s answers any query', async (pattern) => {
    for (const query of queries) {
      const { status } = await world.call('GET', `${path(pattern)}?${query}`)
      expect([200, 400], `${query}: ${status} ${failures.at(-1)}`).toContain(status)
    }
  })
})
