import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { auth0World } from './auth0-world'

const connection = 'Username-Password-Authentication'
const seed = {
  email: 'jane.doe@example.com',
  user_metadata: { hobby: 'surfing' },
  app_metadata: { plan: 'full' },
}
const jane = { connection, user_id: 'u1', ...seed }

const invalidBody = (message: unknown) => ({
  statusCode: 400,
  error: 'Bad Request',
  message,
  errorCode: 'invalid_body',
})
const property = (text: string, name: string) =>
  expect.stringMatching(
    new RegExp(
      `^Payload validation error: '${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}' on property ${name} \\(.+\\)\\.$`,
    ),
  )

it('V1: creates a user with both metadata and echoes it', async () => {
  const { call } = await auth0World()

  const { status, body } = await call('POST', '/users', jane)

  expect(status).toBe(201)
  expect(body).toMatchObject({
    user_id: 'auth0|u1',
    identities: [{ user_id: 'u1', connection, provider: 'auth0', isSocial: false }],
    user_metadata: { hobby: 'surfing' },
    app_metadata: { plan: 'full' },
    email_verified: false,
    name: 'jane.doe@example.com',
    nickname: 'jane.doe',
  })
  expect(body).not.toHaveProperty('connection')
  expect(body.created_at).toBe(body.updated_at)
  expect((await call('GET', '/users/auth0%7Cu1')).body).toEqual(body)
})

it('takes a user whose e-mail, or id, ends with a domain of an org', async () => {
  const { call, directory } = await auth0World()
  const { orgs } = directory.asSystem('test')
  const { orgId } = await orgs.create({ name: 'Acme' })
  await orgs.domains(orgId).add('acme.example')

  const { status, body } = await call('POST', '/users', { ...jane, email: 'j@acme.example', user_id: 'j@acme.example' })

  expect([status, body.user_id]).toEqual([201, 'auth0|j@acme.example'])
  expect((await call('PATCH', '/users/auth0%7Cj@acme.example', { email: 'k@acme.example' })).status).toBe(200)
})

it('V2: demands a connection in strict mode', async () => {
  const { call, countEvents } = await auth0World({ strict: true })
  const before = await countEvents()

  const { status, body } = await call('POST', '/users', seed)

  expect(status).toBe(400)
  expect(body).toEqual(invalidBody("Payload validation error: 'Missing required property: connection'."))
  expect(await countEvents()).toBe(before)
})

it('V3: fills in the default connection otherwise', async () => {
  const { call } = await auth0World({ defaultConnection: 'people' })

  const { status, body } = await call('POST', '/users', seed)

  expect(status).toBe(201)
  expect(body).toMatchObject({ ...seed, identities: [{ connection: 'people' }] })
})

it('V4: makes an id of 24 hex digits', async () => {
  const { call } = await auth0World()

  expect((await call('POST', '/users', seed)).body.user_id).toMatch(/^auth0\|[0-9a-f]{24}$/)
  expect((await call('POST', '/users', { email: 'a@example.com', user_id: '' })).body.user_id).toMatch(
    /^auth0\|[0-9a-f]{24}$/,
  )
})

it('V5: pictures a user by the e-mail and the first letters of the name', async () => {
  const { call } = await auth0World()

  const { body } = await call('POST', '/users', { connection, name: 'herbert', email: 'x@example.net' })

  expect(body.name).toBe('herbert')
  expect(body.picture).toContain(createHash('md5').update('x@example.net').digest('hex'))
  expect(body.picture).toMatch(/avatars%2Fhe\.png$/)
})

it('V6: echoes the profile, and names by default the e-mail', async () => {
  const { call } = await auth0World()
  const profile = {
    given_name: 'Jane',
    family_name: 'Doe',
    nickname: 'jd',
    blocked: false,
    email_verified: true,
    phone_number: '+12025550123',
    username: 'janedoe',
    picture: 'https://example.com/jane.png',
  }

  const { status, body } = await call('POST', '/users', {
    connection,
    email: 'jane.doe@example.com',
    password: 'x',
    ...profile,
  })

  expect(status).toBe(201)
  expect(body).toMatchObject({ ...profile, name: 'jane.doe@example.com', phone_verified: false })
  expect(body).not.toHaveProperty('password')
  expect(body).not.toHaveProperty('last_password_reset')
})

it('V7: refuses an e-mail of the connection twice', async () => {
  const { call } = await auth0World()
  await call('POST', '/users', jane)
  const conflict = {
    status: 409,
    body: { statusCode: 409, error: 'Conflict', message: 'The user already exists.', errorCode: 'auth0_idp_error' },
  }

  expect(await call('POST', '/users', { ...jane, user_id: 'u2' })).toMatchObject(conflict)
  expect(await call('POST', '/users', { ...jane, email: 'other@example.com' })).toMatchObject(conflict)
  expect(await call('POST', '/users', { ...seed, email: 'JANE.DOE@EXAMPLE.COM' })).toMatchObject(conflict)
})

it('V8: lets another connection have the same e-mail', async () => {
  const { call } = await auth0World()
  await call('POST', '/users', jane)

  const { status, body } = await call('POST', '/users', { ...seed, connection: 'other' })

  expect(status).toBe(201)
  expect(body).toMatchObject({ identities: [{ connection: 'other', provider: 'auth0' }] })
})

it('V11: takes any connection, since there are none to know', async () => {
  const { call } = await auth0World()

  const { status, body } = await call('POST', '/users', { ...seed, connection: 'Nope' })

  expect(status).toBe(201)
  expect(body.identities).toMatchObject([{ connection: 'Nope' }])
})

it('V22: has no policy for passwords, and keeps none', async () => {
  const { call } = await auth0World()

  const { status, body } = await call('POST', '/users', { ...seed, password: '1' })

  expect(status).toBe(201)
  expect(JSON.stringify(body)).not.toMatch(/password_|"1"/)
})

it.each([
  [
    'V9',
    { email: 'thisisnotvalid' },
    "Payload validation error: 'Object didn't pass validation for format email: thisisnotvalid' on property email (The user's email).",
  ],
  ['V10', { connection }, "Payload validation error: 'Missing required property: email'."],
  ['V12', { ...jane, foo: 1, bar: 2 }, "Payload validation error: 'Additional properties not allowed: bar,foo'."],
  ['V13', { ...jane, user_metadata: null }, property('Expected type object but found type null', 'user_metadata')],
  ['V14', { ...jane, user_metadata: [] }, property('Expected type object but found type array', 'user_metadata')],
  ['V15', { ...jane, app_metadata: 'x' }, property('Expected type object but found type string', 'app_metadata')],
  [
    'V16',
    { ...jane, email_verified: 'yes' },
    property('Expected type boolean but found type string', 'email_verified'),
  ],
  [
    'V17',
    { ...jane, given_name: 'x'.repeat(151) },
    property('String is too long (151 chars), maximum 150', 'given_name'),
  ],
  [
    'V18',
    { ...jane, phone_number: '12' },
    property('String does not match pattern ^\\+[0-9]{1,15}$: 12', 'phone_number'),
  ],
  ['V19', { ...jane, connection: '' }, property('String is too short (0 chars), minimum 1', 'connection')],
  ['V20', [], "Payload validation error: 'Expected type object but found type array'."],
  ['V21', { ...jane, user_id: 'a b' }, property('String does not match pattern ^\\S*$: a b', 'user_id')],
])('%s: refuses %j', async (_, sent, message) => {
  const { call, countEvents } = await auth0World()
  const before = await countEvents()

  const { status, body } = await call('POST', '/users', sent)

  expect(status).toBe(400)
  expect(body).toEqual(invalidBody(message))
  expect(await countEvents()).toBe(before)
})

it('V23: keeps the e-mail in lower case', async () => {
  const { call } = await auth0World()

  const { body } = await call('POST', '/users', { email: 'Jane@Example.com' })

  expect(body).toMatchObject({ email: 'jane@example.com', name: 'jane@example.com', nickname: 'jane' })
})

it('refuses a username of the connection twice', async () => {
  const { call } = await auth0World()
  await call('POST', '/users', { email: 'a@example.com', username: 'jane' })

  const { status, body } = await call('POST', '/users', { email: 'b@example.com', username: 'jane' })

  expect(status).toBe(400)
  expect(body).toMatchObject({ message: 'The username provided is in use already.' })
})

it('knows a user of a passwordless connection by its phone number', async () => {
  const { call } = await auth0World()

  const missing = await call('POST', '/users', { connection: 'sms', email: 'a@example.com' })
  const created = await call('POST', '/users', { connection: 'sms', user_id: 'p1', phone_number: '+12025550123' })

  expect(missing.body.message).toBe("Payload validation error: 'Missing required property: phone_number'.")
  expect(created.body).toMatchObject({
    user_id: 'sms|p1',
    name: '+12025550123',
    phone_verified: false,
    identities: [{ provider: 'sms', user_id: 'p1', connection: 'sms' }],
  })
  expect((await call('GET', '/users/sms%7Cp1')).status).toBe(200)
})

it('drops root names that are null, and shows an empty user_metadata', async () => {
  const { call } = await auth0World()

  const { body } = await call('POST', '/users', { ...jane, user_metadata: { gone: null }, app_metadata: {} })

  expect(body.user_metadata).toEqual({})
  expect(body).not.toHaveProperty('app_metadata')
})

it('says in the events which scope let the caller in, and for whom', async () => {
  const { call, directory } = await auth0World()

  await call('POST', '/users', jane)

  const [added] = await directory.asSystem('test').events({ subject: { type: 'user', id: 'u1' } })
  expect(added?.actor).toEqual({ type: 'system', id: 'robot@clients', reason: 'auth0 create:users' })
})
