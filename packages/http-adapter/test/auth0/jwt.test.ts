import { createDirectory, type Directory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { SignJWT, UnsecuredJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auth0 } from '../../src/auth0'
import { jwtSecret } from '../../src/authenticators'
import { createFetch } from '../../src/create-fetch'
import { createHttpAdapter } from '../../src/create-http-adapter'

const secret = new TextEncoder().encode('a secret of thirty-two characters')
const audience = 'https://tenant.test/api/v2/'

let directory: Directory
let fetchIt: typeof fetch

beforeEach(async () => {
  directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
  const authenticate = jwtSecret({ secret, audience, issuer: 'https://tenant.test/' })
  fetchIt = createFetch(createHttpAdapter(directory, { faces: [auth0()], authenticate }))
  const { users } = directory.asSystem('test')
  await users.createHuman({ userId: 'u1', userName: 'auth0|u1', email: 'jane@example.com' })
  await users.createHuman({ userId: 'u2', userName: 'auth0|u2', email: 'bob@example.com' })
})
afterEach(() => directory.close())

interface TokenOptions {
  readonly subject?: string
  readonly scope?: string
  readonly claims?: Readonly<Record<string, unknown>>
  readonly key?: Uint8Array
  readonly expires?: string | number
  readonly audience?: string
  readonly issuer?: string
}

function tokenOf(options: TokenOptions = {}): Promise<string> {
  const { subject = 'robot@clients', scope = 'read:users', claims = {}, key = secret, expires = '1h' } = options
  return new SignJWT({ scope, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setAudience(options.audience ?? audience)
    .setIssuer(options.issuer ?? 'https://tenant.test/')
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(key)
}

async function call(authorization: string, path = '/users', method = 'GET', body?: unknown) {
  const response = await fetchIt(`https://tenant.test/api/v2${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    body: text === '' ? undefined : JSON.parse(text),
  }
}
const bearer = async (options?: TokenOptions) => `Bearer ${await tokenOf(options)}`

const unauthorized = (message: string) => ({
  status: 401,
  challenge: 'Bearer',
  body: { statusCode: 401, error: 'Unauthorized', message, attributes: { error: message } },
})
const forbidden = (message: string) => ({
  status: 403,
  challenge: null,
  body: { statusCode: 403, error: 'Forbidden', message, errorCode: 'insufficient_scope' },
})
const expired = 'Expired token received for JSON Web Token validation'
const forged = 'Invalid signature received for JSON Web Token validation'
const mismatch = 'User to be acted on does not match subject in bearer token.'

describe('a JWT', () => {
  it('opens what its scopes say', async () => {
    expect((await call(await bearer())).status).toBe(200)
    expect((await call((await bearer()).replace('Bearer', 'bearer'))).status).toBe(200)
    expect((await call(await bearer({ scope: 'x  read:users' }))).status).toBe(200)
  })

  it.each([
    ['expired', { expires: 1 }, expired],
    ['signed by somebody else', { key: new TextEncoder().encode('another secret of 32 characters..') }, forged],
    ['expired and signed by somebody else', { expires: 1, key: new Uint8Array(32) }, forged],
    ['of another audience', { audience: 'https://elsewhere.test/' }, 'Invalid token'],
    ['of another issuer', { issuer: 'https://elsewhere.test/' }, 'Invalid token'],
    ['not valid yet', { claims: { nbf: 9_999_999_999 } }, 'Invalid token'],
    ['of nobody', { subject: '' }, 'Invalid token'],
    ['of a subject that can be nobody', { subject: 'a\0' }, 'Invalid token'],
    ['with scopes that are no text', { claims: { scope: ['read:users'] } }, 'Invalid token'],
  ] satisfies [string, TokenOptions, string][])('V117: %s is refused', async (_, options, message) => {
    expect(await call(await bearer(options))).toEqual(unauthorized(message))
  })

  it('V116: that is none, unsigned, or sent in a way of its own is refused', async () => {
    const token = await tokenOf()
    const unsigned = new UnsecuredJWT({ scope: 'read:users' }).setSubject('u1').setAudience(audience).encode()
    const changed = token.replace(
      /\.[^.]+\./,
      `.${Buffer.from('{"sub":"u1","scope":"read:users"}').toString('base64url')}.`,
    )

    expect(await call(`Bearer ${unsigned}`)).toEqual(unauthorized('Invalid token'))
    expect(await call(`Bearer ${changed}`)).toEqual(unauthorized(forged))
    for (const authorization of [
      'Bearer notajwt',
      'Bearer a.b.c',
      'Bearer',
      `Basic ${token}`,
      token,
      `Bearer ${token}, Bearer ${token}`,
    ]) {
      expect(await call(authorization)).toEqual(unauthorized('Invalid token'))
    }
  })

  it('V118: without a scope, or without the right one, is told which', async () => {
    const message = 'Insufficient scope, expected any of: read:users,read:user_idp_tokens'

    expect(await call(await bearer({ scope: '' }))).toEqual(forbidden(message))
    expect(await call(await bearer({ claims: { scope: undefined } }))).toEqual(forbidden(message))
    expect(await call(await bearer({ scope: 'READ:USERS read:users2 xread:users read:clients' }))).toEqual(
      forbidden(message),
    )
  })
})

describe('scopes for oneself', () => {
  const scope = 'read:current_user update:current_user_metadata delete:current_user'

  it.each(['auth0|u1', 'u1'])('count for the subject %s alone', async (subject) => {
    const jane = await bearer({ subject, scope })

    expect((await call(jane, '/users/auth0%7Cu1')).body).toMatchObject({ user_id: 'auth0|u1' })
    const change = { user_metadata: { a: 1 } }
    expect((await call(jane, '/users/auth0%7Cu1', 'PATCH', change)).body).toMatchObject(change)
    for (const [method, body] of [['GET'], ['PATCH', change], ['DELETE']] as const) {
      expect(await call(jane, '/users/auth0%7Cu2', method, body)).toEqual(forbidden(mismatch))
      expect(await call(jane, '/users/auth0%7Cnobody', method, body)).toEqual(forbidden(mismatch))
    }
    expect((await call(jane, '/users')).status).toBe(403)
    expect((await call(jane, '/users-by-email?email=jane%40example.com')).status).toBe(403)
    expect((await call(jane, '/users/auth0%7Cu1', 'DELETE')).status).toBe(204)
    expect((await call(await bearer(), '/users')).body).toHaveLength(1)
  })

  it('add up with scopes for everybody', async () => {
    const subject = 'auth0|u1'
    const reader = await bearer({ subject, scope: `${scope} read:users` })
    const keeper = await bearer({ subject, scope: 'update:current_user_metadata update:users_app_metadata' })
    const both = { user_metadata: { a: 1 }, app_metadata: { b: 2 } }

    expect((await call(reader, '/users/auth0%7Cu2')).status).toBe(200)
    expect((await call(keeper, '/users/auth0%7Cu1', 'PATCH', both)).body).toMatchObject(both)
    expect((await call(keeper, '/users/auth0%7Cu2', 'PATCH', { app_metadata: { b: 2 } })).status).toBe(200)
    expect(await call(keeper, '/users/auth0%7Cu2', 'PATCH', both)).toEqual(forbidden(mismatch))
  })
})

it('update:users_app_metadata writes app_metadata and nothing else', async () => {
  const keeper = await bearer({ scope: 'update:users_app_metadata' })
  const patch = (body: unknown) => call(keeper, '/users/auth0%7Cu1', 'PATCH', body)

  expect((await patch({ app_metadata: { plan: 'full' } })).status).toBe(200)
  for (const body of [
    { name: 'x' },
    { blocked: true },
    { email: 'x@example.com' },
    { app_metadata: {}, password: 'x' },
  ]) {
    expect(await patch(body)).toEqual(forbidden('Insufficient scope, expected any of: update:users'))
  }
  expect(await patch({ user_metadata: {} })).toEqual(
    forbidden('Insufficient scope, expected any of: update:users,update:current_user_metadata'),
  )
  expect((await call(await bearer(), '/users/auth0%7Cu1')).body).toMatchObject({ app_metadata: { plan: 'full' } })
})

describe('members of a client', () => {
  const create = async () => {
    const creator = await bearer({ scope: 'create:clients' })
    const settings = {
      app_type: 'spa',
      description: 'd',
      callbacks: ['https://example.com/'],
      encryption_key: { pub: 'p', cert: 'c' },
    }
    const { body } = await call(creator, '/clients', 'POST', { name: 'M', client_metadata: { a: 'b' }, ...settings })
    return `/clients/${body.client_id}`
  }
  const summary = ['app_type', 'client_id', 'description', 'name', 'tenant']

  it.each([
    ['read:client_summary', [], ['client_metadata', 'callbacks', 'client_secret', 'encryption_key']],
    ['read:client_credentials', ['encryption_key'], ['client_metadata', 'callbacks']],
    ['read:clients', ['client_metadata', 'callbacks'], ['client_secret', 'encryption_key', 'signing_keys']],
    ['read:client_keys', ['client_metadata', 'callbacks', 'encryption_key'], []],
  ])('%s shows the summary and %j; naming one of %j is forbidden', async (scope, shown, forbiddenNames) => {
    const path = await create()
    const reader = await bearer({ scope })
    const one = await call(reader, path)
    const list = await call(reader, '/clients')

    expect([one.status, list.body]).toEqual([200, [one.body]])
    for (const name of [...summary, ...shown]) {
      expect(one.body).toHaveProperty(name)
      expect((await call(reader, `${path}?fields=${name}`)).body).toHaveProperty(name)
    }
    if (shown.length === 0) expect(Object.keys(one.body).sort()).toEqual(summary)
    for (const name of forbiddenNames) {
      expect(one.body).not.toHaveProperty(name)
      for (const target of [path, '/clients']) {
        expect(await call(reader, `${target}?fields=name,${name}`)).toMatchObject({
          status: 403,
          body: { errorCode: 'insufficient_scope', message: expect.stringContaining('expected any of: read:client') },
        })
        expect((await call(reader, `${target}?fields=${name}&include_fields=false`)).status).toBe(200)
      }
    }
  })
})
