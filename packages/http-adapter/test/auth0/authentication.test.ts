import { beforeEach, describe, expect, it } from 'vitest'
import { RequestRefusedError } from '../../src/request-refused-error'
import { type Auth0World, auth0World } from './auth0-world'

let world: Auth0World

beforeEach(async () => {
  world = await auth0World()
  await world.call('POST', '/users', { user_id: 'u1', email: 'jane@example.com' })
  await world.call('POST', '/users', { user_id: 'u2', email: 'bob@example.com' })
})

const as = (scopes: readonly string[], userId = 'robot@clients') => ({ token: world.asCaller({ userId, scopes }) })
const invalidToken = (message = 'Invalid token') => ({
  status: 401,
  headers: { 'www-authenticate': 'Bearer' },
  body: { statusCode: 401, error: 'Unauthorized', message, attributes: { error: message } },
})
const insufficient = (scopes: string) => ({
  status: 403,
  body: {
    statusCode: 403,
    error: 'Forbidden',
    message: `Insufficient scope, expected any of: ${scopes}`,
    errorCode: 'insufficient_scope',
  },
})
const mismatch = { status: 403, body: { message: 'User to be acted on does not match subject in bearer token.' } }

describe('a caller', () => {
  it('V115: is asked for credentials', async () => {
    const { status, headers, body } = await world.call('GET', '/users', undefined, { token: null })

    expect([status, body]).toEqual([401, { statusCode: 401, error: 'Unauthorized', message: 'Missing authentication' }])
    expect(headers['www-authenticate']).toBe('Bearer')
  })

  it('V116: with a token nobody knows is refused, JWT or not', async () => {
    expect(await world.call('GET', '/users', undefined, { token: 'notajwt' })).toMatchObject(invalidToken())
    expect(
      await world.call('GET', '/users', undefined, { token: null, headers: { authorization: 'Basic eA==' } }),
    ).toMatchObject(invalidToken())
  })

  it('V117: is told that the token expired, or that its signature is wrong', async () => {
    expect(await world.call('GET', '/users', undefined, { token: 'expired' })).toMatchObject(
      invalidToken('Expired token received for JSON Web Token validation'),
    )
    expect(await world.call('GET', '/users', undefined, { token: 'forged' })).toMatchObject(
      invalidToken('Invalid signature received for JSON Web Token validation'),
    )
  })

  it('with a subject that can be nobody is refused', async () => {
    expect(await world.call('GET', '/users', undefined, as(['read:users'], 'a\0'))).toMatchObject(invalidToken())
  })

  it('V118: without any of the scopes is told which ones there are', async () => {
    expect(await world.call('GET', '/users', undefined, as(['read:clients']))).toMatchObject(
      insufficient('read:users,read:user_idp_tokens'),
    )
  })

  it('needs a scope before its body is read', async () => {
    expect(await world.call('POST', '/users', '{', as([]))).toMatchObject(insufficient('create:users'))
    expect(await world.call('PATCH', '/clients/x', '{', as(['update:users']))).toMatchObject({ status: 403 })
    expect(await world.call('DELETE', '/clients/x', undefined, as(['read:clients']))).toMatchObject({ status: 403 })
  })
})

describe('a user with current_user scopes', () => {
  it('reads, changes and removes only itself', async () => {
    const scopes = ['read:current_user', 'update:current_user_metadata', 'delete:current_user']
    const jane = as(scopes, 'u1')

    expect(await world.call('GET', '/users/auth0%7Cu1', undefined, jane)).toMatchObject({ status: 200 })
    expect(await world.call('GET', '/users/auth0%7Cu2', undefined, jane)).toMatchObject(mismatch)
    expect(await world.call('PATCH', '/users/auth0%7Cu1', { user_metadata: { a: 1 } }, jane)).toMatchObject({
      status: 200,
    })
    expect(await world.call('PATCH', '/users/auth0%7Cu2', { user_metadata: { a: 1 } }, jane)).toMatchObject(mismatch)
    expect(await world.call('PATCH', '/users/auth0%7Cu1', { app_metadata: { a: 1 } }, jane)).toMatchObject(
      insufficient('update:users,update:users_app_metadata'),
    )
    expect(await world.call('PATCH', '/users/auth0%7Cu1', { name: 'x' }, jane)).toMatchObject(
      insufficient('update:users'),
    )
    expect(await world.call('DELETE', '/users/auth0%7Cu2', undefined, jane)).toMatchObject(mismatch)
    expect(await world.call('DELETE', '/users/auth0%7Cu1', undefined, jane)).toMatchObject({ status: 204 })
  })

  it('is kept out once it is blocked, from the next call on', async () => {
    const jane = as(['read:current_user', 'update:current_user_metadata'], 'u1')
    await world.call('PATCH', '/users/auth0%7Cu1', { blocked: true })
    const before = await world.countEvents()

    expect(await world.call('GET', '/users/auth0%7Cu1', undefined, jane)).toMatchObject(invalidToken())
    expect(await world.call('PATCH', '/users/auth0%7Cu1', { user_metadata: { a: 1 } }, jane)).toMatchObject(
      invalidToken(),
    )
    expect(await world.call('GET', '/users/auth0%7Cu1?nope=1', undefined, jane)).toMatchObject(invalidToken())
    expect(await world.countEvents()).toBe(before)
  })
})

it('lets update:users_app_metadata write app_metadata alone', async () => {
  const robot = as(['update:users_app_metadata'])

  expect(await world.call('PATCH', '/users/auth0%7Cu1', { app_metadata: { a: 1 } }, robot)).toMatchObject({
    status: 200,
  })
  expect(await world.call('PATCH', '/users/auth0%7Cu1', { app_metadata: {}, user_metadata: {} }, robot)).toMatchObject({
    status: 403,
  })
})

describe('a caller with a stored token', () => {
  const owner = async () => {
    const { directory } = world
    const bootstrapped = await directory.bootstrapOwner()
    if (!bootstrapped.created) throw new Error('there is an owner already')
    return { userId: bootstrapped.userId, token: world.asCaller({ userId: bootstrapped.userId }) }
  }

  it('may do what its roles in the instance permit, and stands in the events', async () => {
    const { token, userId } = await owner()

    const created = await world.call('POST', '/users', { user_id: 'u3', email: 'eve@example.com' }, { token })
    const client = await world.call('POST', '/clients', { name: 'M' }, { token })

    expect([created.status, client.status]).toEqual([201, 201])
    expect((await world.call('GET', '/users', undefined, { token })).body).toHaveLength(3)
    expect((await world.call('GET', `/clients/${client.body.client_id}`, undefined, { token })).body).toHaveProperty(
      'name',
    )
    const [added] = await world.directory.asSystem('test').events({ subject: { type: 'user', id: 'u3' } })
    expect(added?.actor).toMatchObject({ type: 'user', id: userId })
  })

  it('without roles is told the scopes of the route', async () => {
    const token = world.asCaller({ userId: 'u1' })
    const before = await world.countEvents()

    expect(await world.call('GET', '/users', undefined, { token })).toMatchObject(
      insufficient('read:users,read:user_idp_tokens'),
    )
    expect(await world.call('POST', '/users', { email: 'x@example.com' }, { token })).toMatchObject(
      insufficient('create:users'),
    )
    expect(await world.call('PATCH', '/users/auth0%7Cu1', { name: 'x' }, { token })).toMatchObject({ status: 403 })
    expect(await world.call('DELETE', '/users/auth0%7Cu2', undefined, { token })).toMatchObject({ status: 403 })
    expect(await world.call('POST', '/clients', { name: 'x' }, { token })).toMatchObject(insufficient('create:clients'))
    expect(await world.call('PATCH', '/clients/x', { name: 'x' }, { token })).toMatchObject({ status: 403 })
    expect(await world.call('DELETE', '/clients/x', undefined, { token })).toMatchObject({ status: 403 })
    expect(await world.countEvents()).toBe(before)
  })

  it('is nobody once its user is locked or gone', async () => {
    const { directory } = world
    const { token, userId } = await owner()

    await directory.asSystem('test').users.lock(userId)
    expect(await world.call('GET', '/users', undefined, { token })).toMatchObject(invalidToken())

    await directory.asSystem('test').users.delete(userId)
    expect(await world.call('GET', '/users', undefined, { token })).toMatchObject(invalidToken())
  })
})

describe('a path', () => {
  it('V120: that nobody serves is not found, without credentials too', async () => {
    const notFound = { status: 404, body: { statusCode: 404, error: 'Not Found', message: 'Not Found' } }

    expect(await world.call('GET', '/nothing', undefined, { token: null })).toMatchObject(notFound)
    expect(await world.call('PUT', '/users')).toMatchObject(notFound)
    expect(await world.call('GET', '')).toMatchObject(notFound)
    expect(await world.call('GET', '/users/')).toMatchObject(notFound)
  })

  it('outside of /api/v2 is the host’s', () => {
    const request = (url: string) => ({
      method: 'GET',
      url,
      headers: {},
      body: async () => new Uint8Array(),
      signal: new AbortController().signal,
    })

    for (const url of ['/', '/api/v22/users', '/api/v1/users', '/management/v1/users/me']) {
      expect(world.answer(request(url))).toBeUndefined()
    }
  })

  it('with a malformed escape is refused', async () => {
    expect(await world.call('GET', '/users/%E0%A4%A')).toMatchObject({
      status: 400,
      body: { errorCode: 'invalid_uri' },
    })
  })
})

describe('a request beyond the limits', () => {
  it('is refused in the service’s shape', async () => {
    const { call } = await auth0World({ limits: { maxBodyBytes: 100, maxJsonDepth: 3 } })

    expect(await call('POST', '/users', { email: 'x'.repeat(200) })).toMatchObject({
      status: 413,
      body: {
        statusCode: 413,
        error: 'Payload Too Large',
        message: 'Payload content length greater than maximum allowed: 100',
      },
    })
    expect(await call('POST', '/users', '[[[[]]]]')).toMatchObject({ status: 400, body: { errorCode: 'invalid_body' } })
    expect(
      await call('GET', '/users', undefined, { refused: new RequestRefusedError('url_too_long', 10) }),
    ).toMatchObject({ status: 414, body: { statusCode: 414, error: 'URI Too Long' } })
  })
})

it('answers an outage with 503, and tells the host why', async () => {
  const errors: unknown[] = []
  const { call, directory } = await auth0World({ onError: (error) => errors.push(error) })
  await directory.close()

  const { status, body } = await call('GET', '/users')

  expect(status).toBe(503)
  expect(body).toMatchObject({ statusCode: 503, error: 'Service Unavailable' })
  expect(errors).toMatchObject([{ code: 'storage_unavailable' }])
})
