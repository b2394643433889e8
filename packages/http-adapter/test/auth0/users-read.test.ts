import { beforeAll, describe, expect, it } from 'vitest'
import { type Auth0World, auth0World } from './auth0-world'

const jane = {
  user_id: 'u1',
  email: 'jane.doe@example.com',
  given_name: 'Jane',
  user_metadata: { hobby: 'surfing' },
  app_metadata: { plan: 'full' },
}

type Body = Record<string, unknown>
let world: Auth0World
let call: Auth0World['call']

// What is read here is never written again.
beforeAll(async () => {
  world = await auth0World()
  call = world.call
  await call('POST', '/users', jane)
  await call('POST', '/users', { user_id: 'u2', email: 'bob@example.org', username: 'bob', blocked: true })
  await world.directory.asSystem('test').users.createMachine({ userId: 'm1', userName: 'robot', name: 'Robot' })
  await world.directory.asSystem('test').users.createHuman({
    userId: 'z1',
    userName: 'ada',
    firstName: 'Ada',
    lastName: 'Lovelace',
    email: 'Ada@Example.org',
  })
})

const refusal = (statusCode: number, error: string, message: unknown, errorCode: string) => ({
  status: statusCode,
  body: { statusCode, error, message, errorCode },
})
const invalidQuery = (message: unknown) => refusal(400, 'Bad Request', message, 'invalid_query_string')
const inexistentUser = refusal(404, 'Not Found', 'The user does not exist.', 'inexistent_user')

describe('GET /users/{id}', () => {
  it('V24: answers the whole user', async () => {
    const { status, body } = await call('GET', '/users/auth0%7Cu1')

    expect(status).toBe(200)
    expect(body).toMatchObject({ ...jane, user_id: 'auth0|u1' })
  })

  it('V25: takes the raw bar too', async () => {
    expect((await call('GET', '/users/auth0|u1')).body).toEqual((await call('GET', '/users/auth0%7Cu1')).body)
  })

  it('V26: does not know a user that is not there', async () => {
    expect(await call('GET', '/users/auth0%7Cthis-user-id-does-not-exist')).toMatchObject(inexistentUser)
  })

  it('V27: refuses an id without a bar', async () => {
    expect(await call('GET', '/users/nope')).toMatchObject(
      refusal(400, 'Bad Request', "Object didn't pass validation for format user-id: nope", 'invalid_uri'),
    )
  })

  it('V28: answers exactly the fields asked for', async () => {
    const { body } = await call('GET', '/users/auth0%7Cu1?fields=email&include_fields=true')

    expect(body).toEqual({ email: 'jane.doe@example.com' })
  })

  it('V29: leaves out the fields named', async () => {
    const { body } = await call('GET', '/users/auth0%7Cu1?fields=picture,email,user_id&include_fields=false')

    expect(Object.keys(body)).toEqual(expect.arrayContaining(['name', 'user_metadata', 'identities']))
    for (const name of ['picture', 'email', 'user_id']) expect(body).not.toHaveProperty(name)
  })

  it('V30: answers metadata as a field', async () => {
    expect((await call('GET', '/users/auth0%7Cu1?fields=user_metadata')).body).toEqual({
      user_metadata: { hobby: 'surfing' },
    })
  })

  it('does not see machines', async () => {
    expect(await call('GET', '/users/auth0%7Cm1')).toMatchObject(inexistentUser)
    expect(await call('PATCH', '/users/auth0%7Cm1', { user_metadata: { a: 1 } })).toMatchObject(inexistentUser)
    expect((await call('DELETE', '/users/auth0%7Cm1')).status).toBe(204)
    expect(await world.directory.asSystem('test').users.getOrUndefined('m1')).toBeDefined()
  })

  it('shows users of other faces in the default connection', async () => {
    const { body } = await call('GET', '/users/auth0%7Cz1')

    expect(body).toMatchObject({
      name: 'Ada Lovelace',
      given_name: 'Ada',
      identities: [{ connection: 'Username-Password-Authentication' }],
    })
  })

  it('shows a locked user as blocked', async () => {
    const { call, directory } = await auth0World()
    await directory.asSystem('test').users.createHuman({ userId: 'z1', userName: 'ada' })
    expect((await call('GET', '/users/auth0%7Cz1')).body).not.toHaveProperty('blocked')

    await directory.asSystem('test').users.lock('z1')
    expect((await call('GET', '/users/auth0%7Cz1')).body).toMatchObject({ blocked: true })

    await call('PATCH', '/users/auth0%7Cz1', { blocked: false })
    expect((await call('GET', '/users/auth0%7Cz1')).body).toMatchObject({ blocked: false })
    expect((await directory.asSystem('test').users.get('z1')).state).toBe('active')
  })
})

describe('GET /users-by-email', () => {
  it('V31: answers everybody with the address', async () => {
    const { status, body } = await call<Body[]>('GET', '/users-by-email?email=jane.doe%40example.com')

    expect(status).toBe(200)
    expect(body).toEqual([(await call('GET', '/users/auth0%7Cu1')).body])
  })

  it('V32: answers nobody with an empty list', async () => {
    expect((await call('GET', '/users-by-email?email=nobody%40example.com')).body).toEqual([])
  })

  it('V33: demands an address', async () => {
    expect(await call('GET', '/users-by-email')).toMatchObject(
      invalidQuery("Query validation error: 'Missing required property: email'."),
    )
  })

  it('projects fields', async () => {
    expect((await call('GET', '/users-by-email?email=jane.doe%40example.com&fields=user_id')).body).toEqual([
      { user_id: 'auth0|u1' },
    ])
  })
})

describe('GET /users', () => {
  const found = async (query: string) => {
    const { status, body } = await call<Body[]>('GET', `/users?fields=user_id&sort=user_id:1&${query}`)
    expect(status, JSON.stringify(body)).toBe(200)
    return body.map(({ user_id }) => user_id)
  }

  it('V34: answers a bare list of the humans', async () => {
    const { body } = await call<Body[]>('GET', '/users')

    expect(body.map(({ user_id }) => user_id).sort()).toEqual(['auth0|u1', 'auth0|u2', 'auth0|z1'])
    expect(body).toContainEqual((await call('GET', '/users/auth0%7Cu1')).body)
  })

  it('V35: counts and searches', async () => {
    const query = 'include_totals=true&per_page=50&q=email%3A%22jane.doe%40example.com%22&search_engine=v3'

    const { body } = await call('GET', `/users?${query}`)

    expect(Object.keys(body)).toEqual(['start', 'limit', 'length', 'users', 'total'])
    expect(body).toMatchObject({ start: 0, limit: 50, length: 1, total: 1, users: [{ user_id: 'auth0|u1' }] })
  })

  it('V36: answers pages of exactly the fields asked for', async () => {
    expect((await call('GET', '/users?per_page=1&fields=email&sort=user_id:1')).body).toEqual([
      { email: 'jane.doe@example.com' },
    ])
    expect(await found('per_page=1&page=1')).toEqual(['auth0|u2'])
    expect(await found('per_page=1&page=3')).toEqual([])
    expect((await call('GET', '/users?per_page=0&include_totals=true')).body).toMatchObject({ users: [], total: 3 })
  })

  it.each([
    [
      'V37',
      'per_page=101',
      /^Query validation error: 'Value 101 is greater than maximum 100' on property per_page \(.+\)\.$/,
    ],
    ['V38', 'page=-1', /^Query validation error: 'Value -1 is less than minimum 0' on property page \(.+\)\.$/],
    ['V39', 'foo=1', /^Query validation error: 'Additional properties not allowed: foo'\.$/],
    [
      'V40',
      'fields=id,email,name',
      /^Query validation error: 'String 'id,email,name' does not match pattern\. Must be a comma separated list of the following values: phone_number,email,.+,given_name' on property fields \(.+\)\.$/,
    ],
  ])('%s: refuses %s', async (_, query, message) => {
    expect(await call('GET', `/users?${query}`)).toMatchObject(invalidQuery(expect.stringMatching(message)))
  })

  it('V41: ends at a thousand records', async () => {
    expect(await call('GET', '/users?page=20&per_page=50')).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching(/^You can only page through the first 1000 records\./) },
    })
  })

  it('V48: sorts by creation', async () => {
    const { body } = await call<Body[]>('GET', '/users?sort=created_at:1')

    const times = body.map(({ created_at }) => String(created_at))
    expect(times).toEqual([...times].sort())
  })

  it('refuses retired search engines', async () => {
    expect(await call('GET', '/users?search_engine=v2&q=x')).toMatchObject(
      invalidQuery('You are not allowed to use search_engine=v2. Use search_engine=v3 instead.'),
    )
  })

  it.each([
    ['name:"ada lovelace"', ['z1']],
    ['name:ada*', ['z1']],
    ['name:*LACE', ['z1']],
    ['email:*EXAMPLE.ORG*', ['u2', 'z1']],
    ['email.domain:"example.org"', ['u2', 'z1']],
    ['username:bob', ['u2']],
    ['username:BOB', []],
    ['user_id:"auth0|u1"', ['u1']],
    ['user_id:nonsense', []],
    ['blocked:true', ['u2']],
    ['blocked:false', []],
    ['NOT blocked:true', ['u1', 'z1']],
    ['NOT _exists_:username AND email.domain:"example.org"', ['z1']],
    ['username:bob OR given_name:jane', ['u1', 'u2']],
    ['(username:bob OR given_name:jane) AND NOT blocked:true', ['u1']],
    ['given_name:(jane OR ada)', ['u1', 'z1']],
    ['identities.connection:"Username-Password-Authentication"', ['u1', 'u2', 'z1']],
    ['email_verified:false AND _exists_:given_name', ['u1', 'z1']],
    ['bob', ['u2']],
    ['_exists_:last_login', []],
  ])('finds by %s', async (q, ids) => {
    expect(await found(`q=${encodeURIComponent(q)}`)).toEqual(ids.map((id) => `auth0|${id}`))
  })

  it.each([
    ['nonsense:1', 'operation_not_supported'],
    ['picture:*', 'operation_not_supported'],
    ['organization_id:[a TO b]', 'operation_not_supported'],
    ['name:/x/', 'operation_not_supported'],
    ['name:a~', 'operation_not_supported'],
    ['name:j?ne', 'operation_not_supported'],
    ['name:*ab', 'invalid_query_string'],
    ['name:', 'invalid_query_string'],
    ['(name:a', 'invalid_query_string'],
    ['name:a name:b', 'invalid_query_string'],
    ['name:"a', 'invalid_query_string'],
    ['', 'invalid_query_string'],
    ['AND', 'invalid_query_string'],
    ['_exists_:(a OR b)', 'invalid_query_string'],
    [`${'('.repeat(5000)}a`, 'invalid_query_string'],
    [`${'NOT '.repeat(400)}name:a`, 'invalid_query_string'],
    [Array(400).fill('a').join(' OR '), 'invalid_query_string'],
  ])('refuses to ignore what it cannot search: %s', async (q, errorCode) => {
    expect(await call('GET', `/users?q=${encodeURIComponent(q)}`)).toMatchObject({ status: 400, body: { errorCode } })
  })

  it('refuses to ignore what it cannot sort by', async () => {
    expect(await call('GET', '/users?sort=last_password_reset:1')).toMatchObject({
      status: 400,
      body: { errorCode: 'operation_not_supported' },
    })
  })
})
