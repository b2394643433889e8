import { ManagementClient } from 'auth0'
import { beforeEach, describe, expect, it } from 'vitest'
import type { LimitedRequest, RateLimit } from '../../src/auth0'
import { createFetch } from '../../src/create-fetch'
import { RequestRefusedError } from '../../src/request-refused-error'
import { type Auth0World, auth0World } from './auth0-world'

const roomy: RateLimit = { allowed: true, limit: 10, remaining: 7, resetAt: Date.UTC(2030, 0, 1) + 1 }
const told = {
  'x-ratelimit-limit': '10',
  'x-ratelimit-remaining': '7',
  'x-ratelimit-reset': String(Date.UTC(2030, 0, 1) / 1000 + 1),
}

let world: Auth0World
let asked: LimitedRequest[]
let decide: (request: LimitedRequest) => RateLimit | undefined | Promise<RateLimit>
const causes: unknown[] = []

beforeEach(async () => {
  asked = []
  causes.length = 0
  decide = async () => roomy
  world = await auth0World({
    onError: (cause) => causes.push(cause),
    rateLimit(request) {
      asked.push(request)
      return decide(request)
    },
  })
})

describe('a rate limiter of the host', () => {
  it('has its numbers sent with every answer, whatever it is', async () => {
    const { call } = world
    const answers = [
      await call('POST', '/users', { user_id: 'u1', email: 'jane@example.com' }),
      await call('GET', '/users/auth0%7Cu1'),
      await call('GET', '/users/auth0%7Cu1', undefined, { headers: { 'if-none-match': '*' } }),
      await call('DELETE', '/users/auth0%7Cu1'),
      await call('POST', '/users', '{'),
      await call('GET', '/users', undefined, { token: null }),
      await call('GET', '/users', undefined, { token: world.asCaller({ userId: 'x', scopes: [] }) }),
      await call('GET', '/users/auth0%7Cu1'),
      await call('GET', '/nothing'),
      await call('GET', '/users/%zz'),
      await call('GET', '/users', undefined, { refused: new RequestRefusedError('too_many_headers', 1) }),
    ]

    expect(answers.map(({ status }) => status)).toEqual([201, 200, 304, 204, 400, 401, 403, 404, 404, 400, 431])
    for (const { headers } of answers) {
      expect(headers).toMatchObject(told)
      expect(headers['retry-after']).toBeUndefined()
      expect(headers).toMatchObject({
        'cache-control': 'no-cache',
        vary: expect.stringMatching(/^origin,accept-encoding/),
      })
    }
    expect(asked).toHaveLength(answers.length)
  })

  it('is asked once, before anything happens, by whom what is wanted', async () => {
    decide = () => ({ ...roomy, allowed: false, remaining: 3 })
    const before = await world.countEvents()

    const { status, headers, body } = await world.call('POST', '/users?a=1', { email: 'jane@example.com' })

    expect(asked).toEqual([
      {
        method: 'POST',
        url: '/api/v2/users?a=1',
        headers: { authorization: 'Bearer all' },
        route: 'POST /users',
        caller: expect.objectContaining({ userId: 'robot@clients' }),
      },
    ])
    expect([status, headers['x-ratelimit-remaining']]).toEqual([429, '0'])
    expect(body).toMatchObject({ statusCode: 429 })
    expect(await world.countEvents()).toBe(before)
    await world.call('GET', '/users/auth0%7Cu1', undefined, { token: null })
    await world.call('GET', '/nothing')
    expect(asked.slice(1)).toMatchObject([
      { route: 'GET /users/{id}', caller: undefined },
      { route: undefined, caller: undefined },
    ])
  })

  it('V119: is answered for with 429, its numbers, and when to come back', async () => {
    decide = () => ({ allowed: false, limit: 10, remaining: 0, resetAt: Date.now() + 2_500 })

    const { status, headers, body } = await world.call('GET', '/users')

    expect([status, body]).toEqual([
      429,
      {
        statusCode: 429,
        error: 'Too Many Requests',
        message: 'Global limit has been reached',
        errorCode: 'too_many_requests',
      },
    ])
    expect(headers).toMatchObject({
      'x-ratelimit-limit': '10',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': expect.stringMatching(/^[0-9]{10}$/),
      'retry-after': '3',
    })
    decide = () => ({ allowed: false, limit: 10, remaining: 0, resetAt: 0 })
    expect((await world.call('GET', '/users')).headers['retry-after']).toBe('1')
  })

  it('makes the SDK wait, and come back', async () => {
    const refusedUntil = Date.now() + 900
    decide = () => ({ ...roomy, allowed: Date.now() >= refusedUntil, resetAt: refusedUntil })
    const management = new ManagementClient({ domain: 'tenant.test', token: 'all', fetch: createFetch(world.answer) })

    const page = await management.users.list()

    expect(page.data).toEqual([])
    expect(Date.now()).toBeGreaterThanOrEqual(refusedUntil)
    expect(asked).toHaveLength(2)
    decide = () => ({ ...roomy, allowed: false })
    await expect(management.users.list({}, { maxRetries: 0 })).rejects.toMatchObject({ name: 'TooManyRequestsError' })
  })

  it('that has nothing to say of a request sends no numbers with its answer', async () => {
    decide = () => undefined

    for (const { headers } of [await world.call('GET', '/users'), await world.call('GET', '/nothing')]) {
      expect(Object.keys(headers).filter((name) => name.startsWith('x-ratelimit'))).toEqual([])
    }
    expect(asked).toHaveLength(2)
  })

  it('that fails is our own fault, and tells nothing', async () => {
    const failure = new Error('a secret')
    decide = () => {
      throw failure
    }

    const { status, body } = await world.call('GET', '/users')

    expect([status, causes]).toEqual([500, [failure]])
    expect(JSON.stringify(body)).not.toContain('secret')
  })
})

it('without a limiter no numbers are sent', async () => {
  const { call } = await auth0World()

  for (const { headers } of [await call('GET', '/users'), await call('GET', '/nothing')]) {
    expect(Object.keys(headers).filter((name) => name.startsWith('x-ratelimit'))).toEqual([])
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-cache',
      vary: 'origin,accept-encoding',
    })
  }
})
