import { describe, expect, it } from 'vitest'
import { auth0World } from './auth0-world'

const seed = {
  user_id: 'u1',
  email: 'jane.doe@example.com',
  user_metadata: { hobby: 'surfing' },
  app_metadata: { plan: 'full' },
}
const home = '123 Main Street, Anytown, ST 12345'
const work = '100 Industrial Way, Anytown, ST 12345'

async function worldWith(user: object = seed) {
  const world = await auth0World()
  await world.call('POST', '/users', { user_id: 'u1', email: 'jane.doe@example.com', ...user })
  const patch = (body: unknown, query = '') => world.call('PATCH', `/users/auth0%7Cu1${query}`, body)
  const get = async () => (await world.call('GET', '/users/auth0%7Cu1')).body
  return { ...world, patch, get }
}

const badBody = (message: unknown) => ({ status: 400, body: { statusCode: 400, message, errorCode: 'invalid_body' } })

describe('metadata of a user', () => {
  it('V49: merges at the root and answers the whole user', async () => {
    const { patch, get } = await worldWith()

    const { status, body } = await patch({ user_metadata: { addresses: { home } } })

    expect(status).toBe(200)
    expect(body).toMatchObject({
      user_id: 'auth0|u1',
      user_metadata: { hobby: 'surfing', addresses: { home } },
      app_metadata: { plan: 'full' },
    })
    expect(await get()).toEqual(body)
  })

  it('V50, V51: replaces what is below the root', async () => {
    const { patch } = await worldWith({ user_metadata: { hobby: 'surfing', addresses: { home } } })

    const both = await patch({ user_metadata: { addresses: { home, work } } })
    const one = await patch({ user_metadata: { addresses: { work: 'W' } } })

    expect(both.body.user_metadata).toEqual({ hobby: 'surfing', addresses: { home, work } })
    expect(one.body.user_metadata).toEqual({ hobby: 'surfing', addresses: { work: 'W' } })
  })

  it('V52: removes by null', async () => {
    const before = { baz: 'qux', foo: 'bar' }
    const { patch } = await worldWith({ user_metadata: before, app_metadata: before })
    const change = { baz: null, foo: 'bars' }

    const { body } = await patch({ user_metadata: change, app_metadata: change })

    expect(body).toMatchObject({ user_metadata: { foo: 'bars' }, app_metadata: { foo: 'bars' } })
    expect(body.user_metadata).not.toHaveProperty('baz')
    expect(body.app_metadata).not.toHaveProperty('baz')
  })

  it('V53: keeps what is not named', async () => {
    const { patch } = await worldWith({ app_metadata: { facts: ['a', 'b'] } })

    expect((await patch({ app_metadata: { foo: 'bar' } })).body.app_metadata).toEqual({ facts: ['a', 'b'], foo: 'bar' })
  })

  it('V54, V55, V56: clears by an empty object', async () => {
    const { patch, get } = await worldWith()

    const cleared = await patch({ user_metadata: {}, app_metadata: {} })

    expect(cleared.status).toBe(200)
    expect(cleared.body.user_metadata).toEqual({})
    expect(cleared.body).not.toHaveProperty('app_metadata')
    expect(await get()).toEqual(cleared.body)
  })

  it('shows the same once the last name is removed by null', async () => {
    const { patch } = await worldWith()

    const { body } = await patch({ user_metadata: { hobby: null }, app_metadata: { plan: null } })

    expect(body.user_metadata).toEqual({})
    expect(body).not.toHaveProperty('app_metadata')
  })

  it.each([
    [
      'V57',
      { user_metadata: null },
      /^Payload validation error: 'Expected type object but found type null' on property user_metadata \(.+\)\.$/,
    ],
    [
      'V58',
      { app_metadata: 5 },
      /^Payload validation error: 'Expected type object but found type integer' on property app_metadata \(.+\)\.$/,
    ],
    ['V59', { user_metadata: { 'a.b': 1 } }, /^Fields with "\." are not allowed/],
    ['a dollar', { user_metadata: { a: { $b: 1 } } }, /"\$"/],
    ['a reserved name', { app_metadata: { user_id: 1 } }, /reserved/],
    ['an empty name', { user_metadata: { '': 1 } }, /must be 1 to 255 characters/],
    ['a name too long', { user_metadata: { ['k'.repeat(256)]: 1 } }, /must be 1 to 255 characters/],
    ['a name with NUL', { user_metadata: { 'a\0': 1 } }, /must be text without NUL/],
    ['a name with half a pair', '{"user_metadata":{"\\ud800":1}}', /must be text without NUL/],
    ['a number beyond JSON', '{"user_metadata":{"a":1e999}}', /must be JSON/],
  ])('%s is refused', async (_, body, message) => {
    const { patch, countEvents } = await worldWith()
    const before = await countEvents()

    expect(await patch(body)).toMatchObject(badBody(expect.stringMatching(message)))
    expect(await countEvents()).toBe(before)
  })

  it('V60: replaces lists', async () => {
    const { patch } = await worldWith({ user_metadata: { tags: ['x'] } })

    expect((await patch({ user_metadata: { tags: ['y'] } })).body.user_metadata).toEqual({ tags: ['y'] })
  })

  it('V61: leaves alone what is not there', async () => {
    const { patch } = await worldWith({})

    const { status, body } = await patch({ user_metadata: { nope: null } })

    expect(status).toBe(200)
    expect(body).not.toHaveProperty('user_metadata')
  })

  it('keeps every value as it was sent', async () => {
    const { patch, get } = await worldWith()
    const values =
      '{"__proto__":{"a":1},"constructor":null,"n":-1.5e-7,"s":"\\u0000\\ud800 ü 😀","l":[null,{"x":null}],"toString":{}}'

    expect((await patch(`{"app_metadata":{}, "user_metadata":${values}}`)).status).toBe(200)

    const stored = (await get()).user_metadata as object
    expect(Object.keys(stored).sort()).toEqual(['__proto__', 'hobby', 'l', 'n', 's', 'toString'])
    expect(Object.getOwnPropertyDescriptor(stored, '__proto__')?.value).toEqual({ a: 1 })
    expect(stored).toMatchObject({ n: -1.5e-7, s: '\0\ud800 ü 😀', l: [null, { x: null }] })
  })

  it('takes the last of several equal names', async () => {
    const { patch } = await worldWith({})

    expect((await patch('{"user_metadata":{"a":1,"a":2},"user_metadata":{"b":1,"b":3}}')).body.user_metadata).toEqual({
      b: 3,
    })
  })

  it('loses nothing when many callers merge at the same time', async () => {
    const { patch, get } = await worldWith({})
    const names = Array.from({ length: 30 }, (_, index) => `k${index}`)

    const answers = await Promise.all(names.map((name) => patch({ user_metadata: { [name]: name } })))

    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200))
    expect(Object.keys((await get()).user_metadata as object).sort()).toEqual([...names].sort())
  })
})

describe('PATCH /users/{id}', () => {
  it('V62: changes the profile and the time', async () => {
    const { patch } = await worldWith()
    const profile = {
      name: 'Firstname Lastname',
      given_name: 'Firstname',
      family_name: 'Lastname',
      picture: 'https://www.example.com/picture.jpg',
    }

    const { status, body } = await patch(profile)

    expect(status).toBe(200)
    expect(body).toMatchObject(profile)
    expect(String(body.updated_at) > String(body.created_at)).toBe(true)
  })

  it('moves the time for metadata too', async () => {
    const { patch, get } = await worldWith()
    const before = await get()

    await patch({ app_metadata: { plan: 'none' } })

    const after = await get()
    expect(after.created_at).toBe(before.created_at)
    expect(String(after.updated_at) > String(before.updated_at)).toBe(true)
  })

  it('leaves the time alone when nothing changes', async () => {
    const { patch, get, countEvents } = await worldWith()
    const [before, events] = [await get(), await countEvents()]

    const { status, body } = await patch({ user_metadata: { hobby: 'surfing' }, email_verified: false })

    expect([status, body]).toEqual([200, before])
    expect(await countEvents()).toBe(events)
  })

  it('V63: changes the username and nothing else', async () => {
    const { patch } = await worldWith({ username: 'user_x' })

    expect((await patch({ username: 'user_x_terra' })).body).toMatchObject({
      username: 'user_x_terra',
      name: 'jane.doe@example.com',
      nickname: 'jane.doe',
    })
  })

  it('V64: notes when a password was set', async () => {
    const { patch } = await worldWith()
    const connection = 'Username-Password-Authentication'

    const { body } = await patch({
      connection,
      password: 'I have a password and its a secret',
      app_metadata: { foo: 'bar' },
    })

    expect(body).toMatchObject({
      last_password_reset: expect.stringMatching(/^\d{4}-.+Z$/),
      app_metadata: { plan: 'full', foo: 'bar' },
    })
    expect(body).not.toHaveProperty('password')
  })

  it('V65: ignores its query', async () => {
    const { patch } = await worldWith()

    const { body } = await patch({ email_verified: true, user_metadata: { a: 1 } }, '?fields=email')

    expect(body).toMatchObject({ user_id: 'auth0|u1', email_verified: true, user_metadata: { hobby: 'surfing', a: 1 } })
  })

  it.each([
    ['V66', {}, /^Payload validation error: 'None of the valid schemas were met'\. Inner errors: \[ /],
    ['V67', '', /^Payload validation error: 'Expected type object but found type null'\.$/],
    [
      'V70',
      { blocked: null },
      /^Payload validation error: 'Expected type boolean but found type null' on property blocked \(.+\)\.$/,
    ],
    ['V71', { user_id: 'x' }, /Additional properties not allowed: user_id/],
  ])('%s: refuses %j', async (_, body, message) => {
    const { patch } = await worldWith()

    expect(await patch(body)).toMatchObject(badBody(expect.stringMatching(message)))
  })

  it('V68: does not change password and e-mail together', async () => {
    const { patch } = await worldWith()

    expect(await patch({ password: 'x', email: 'y@example.com' })).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching(/^Cannot update password and email simultaneously/) },
    })
  })

  it('V69: refuses the e-mail and the username of somebody else', async () => {
    const { call, patch, get } = await worldWith({ username: 'jane' })
    await call('POST', '/users', { email: 'bob@example.com', username: 'bob' })
    const before = await get()

    expect(await patch({ email: 'Bob@example.com', user_metadata: { a: 1 } })).toMatchObject({
      status: 400,
      body: { message: 'The specified new email already exists' },
    })
    expect(await patch({ username: 'bob' })).toMatchObject({
      status: 400,
      body: { message: 'The username provided is in use already.' },
    })
    expect(await get()).toEqual(before)
  })

  it('refuses a new e-mail of a user whom another provider vouches for', async () => {
    const { call, directory } = await worldWith()
    const userName = 'google-oauth2|7'
    const { users } = directory.asSystem('test')
    await users.createHuman({ userId: userName, userName, connection: 'google-oauth2', email: 'g@example.com' })
    await call('POST', '/users', { connection: 'email', user_id: 'p1', email: 'p@example.com' })

    for (const email of ['new@example.com', null]) {
      expect(await call('PATCH', '/users/google-oauth2%7C7', { email, user_metadata: { a: 1 } })).toMatchObject({
        status: 400,
        body: { message: 'Cannot update email for non-database user.', errorCode: 'operation_not_supported' },
      })
    }
    expect(await call('PATCH', '/users/google-oauth2%7C7', { name: 'G' })).toMatchObject({
      status: 200,
      body: { email: 'g@example.com' },
    })
    expect(await call('PATCH', '/users/email%7Cp1', { email: 'q@example.com' })).toMatchObject({ status: 200 })
  })

  it('V72: does not know a user that is not there', async () => {
    const { call } = await worldWith()

    expect(await call('PATCH', '/users/auth0%7Cu2', { name: 'x' })).toMatchObject({
      status: 404,
      body: { errorCode: 'inexistent_user' },
    })
  })

  it('lower-cases a new e-mail and takes it as unverified', async () => {
    const { patch } = await worldWith({ email_verified: true })

    expect((await patch({ email: 'New@Example.com' })).body).toMatchObject({
      email: 'new@example.com',
      email_verified: false,
    })
    expect((await patch({ email: 'newer@example.com', email_verified: true })).body).toMatchObject({
      email_verified: true,
    })
  })

  it('takes away by null', async () => {
    const { patch } = await worldWith({ given_name: 'Jane', phone_number: '+12025550123', username: 'jane', name: 'J' })

    const { body } = await patch({
      given_name: null,
      phone_number: null,
      name: null,
      nickname: null,
      picture: null,
      username: null,
    })

    for (const name of ['given_name', 'phone_number', 'phone_verified', 'username'])
      expect(body).not.toHaveProperty(name)
    expect(body).toMatchObject({ name: 'jane.doe@example.com', nickname: 'jane.doe' })
  })

  it('refuses another connection than the user’s', async () => {
    const { patch } = await worldWith()

    expect(await patch({ connection: 'other', password: 'x' })).toMatchObject({
      status: 400,
      body: { errorCode: 'inexistent_connection' },
    })
  })
})

describe('DELETE /users/{id}', () => {
  it('V73, V74, V75: removes a user, and answers the same when it is gone', async () => {
    const { call } = await worldWith()

    const first = await call('DELETE', '/users/auth0%7Cu1')
    const read = await call('GET', '/users/auth0%7Cu1')
    const second = await call('DELETE', '/users/auth0%7Cu1')

    expect([first.status, first.body]).toEqual([204, undefined])
    expect(read).toMatchObject({ status: 404, body: { errorCode: 'inexistent_user' } })
    expect([second.status, second.body]).toEqual([204, undefined])
    expect((await call('POST', '/users', seed)).status).toBe(201)
  })

  it('V76: refuses an id without a bar', async () => {
    const { call } = await worldWith()

    expect(await call('DELETE', '/users/nope')).toMatchObject({
      status: 400,
      body: { message: "Object didn't pass validation for format user-id: nope" },
    })
  })

  it('V77: does not remove everybody', async () => {
    const { call } = await worldWith()

    expect(await call('DELETE', '/users')).toMatchObject({ status: 404, body: { message: 'Not Found' } })
  })
})
