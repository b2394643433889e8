import { createDirectory, type Directory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { ManagementClient } from 'auth0'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { auth0, clientCredentials } from '../../src/auth0'
import { createFetch } from '../../src/create-fetch'
import { createHttpAdapter } from '../../src/create-http-adapter'
import { zitadel } from '../../src/zitadel'

let directory: Directory
let fetchIt: typeof fetch
const asked: unknown[] = []

beforeEach(async () => {
  vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('the network was asked'))
  asked.length = 0
  directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
  await directory.bootstrapOwner({ token: 'of-the-owner' })
  const tokens = clientCredentials((credentials) => {
    asked.push(credentials)
    if (credentials.clientId === 'broken') throw new Error('a secret of the host')
    return credentials.clientSecret === 's3cret' ? { accessToken: 'of-the-owner', scope: 'read:users' } : undefined
  })
  const exchange = createHttpAdapter(directory, { faces: [auth0(), zitadel(), tokens], onError: () => {} })
  fetchIt = createFetch(exchange, { origin: 'https://tenant.test' })
})
afterEach(async () => {
  vi.restoreAllMocks()
  await directory.close()
})

const users = ({ users }: ManagementClient) => users.list().then(({ data }) => data)

describe('the vendor’s SDK without a port', () => {
  it('works with a token', async () => {
    const management = new ManagementClient({ domain: 'tenant.test', token: 'of-the-owner', fetch: fetchIt })

    const created = await management.users.create({ connection: 'c', email: 'jane@example.com' })

    expect(await users(management)).toMatchObject([{ user_id: created.user_id, email: 'jane@example.com' }])
    await management.users.delete(String(created.user_id))
    expect(await users(management)).toEqual([])
    expect(asked).toEqual([])
  })

  it('works with a client’s id and secret, which the host turns into a token once', async () => {
    const clientId = 'robot'
    const management = new ManagementClient({ domain: 'tenant.test', clientId, clientSecret: 's3cret', fetch: fetchIt })

    expect(await users(management)).toEqual([])
    expect(await users(management)).toEqual([])
    expect(asked).toEqual([{ clientId, clientSecret: 's3cret', audience: 'https://tenant.test/api/v2/' }])
  })

  it('is told that a token, or a secret, does not count', async () => {
    const credentials = { domain: 'tenant.test', clientId: 'robot', clientSecret: 'guessed', fetch: fetchIt }

    await expect(
      users(new ManagementClient({ domain: 'tenant.test', token: 'x', fetch: fetchIt })),
    ).rejects.toMatchObject({ name: 'UnauthorizedError', statusCode: 401 })
    await expect(users(new ManagementClient(credentials))).rejects.toThrow()
    expect(asked).toHaveLength(1)
  })

  it('hears of another tenant that nobody answers for it', async () => {
    const management = new ManagementClient({ domain: 'other.test', token: 'x', fetch: fetchIt, maxRetries: 0 })

    await expect(users(management)).rejects.toThrow('GET https://other.test/api/v2/users')
  })
})

describe('POST /oauth/token', () => {
  const post = async (body: string, type = 'application/json') => {
    const init = { method: 'POST', body, headers: { 'content-type': type } }
    const response = await fetchIt('https://tenant.test/oauth/token', init)
    return { status: response.status, cache: response.headers.get('cache-control'), body: await response.json() }
  }

  it('takes JSON too, and answers nothing that may be kept', async () => {
    const body = { grant_type: 'client_credentials', client_id: 'robot', client_secret: 's3cret' }

    expect(await post(JSON.stringify(body))).toEqual({
      status: 200,
      cache: 'no-store',
      body: { access_token: 'of-the-owner', scope: 'read:users', expires_in: 86_400, token_type: 'Bearer' },
    })
  })

  it.each([
    ['', 400, { error: 'unsupported_grant_type' }],
    ['[]', 400, { error: 'unsupported_grant_type' }],
    ['{"grant_type":"password"}', 400, { error: 'unsupported_grant_type' }],
    ['{"grant_type":"client_credentials","client_id":"robot","client_secret":1}', 400, { error: 'invalid_request' }],
    ['{"grant_type":"client_credentials","client_id":"robot","client_secret":""}', 401, { error: 'invalid_client' }],
    ['{', 400, { statusCode: 400, errorCode: 'invalid_body' }],
    ['{"grant_type":"client_credentials","client_id":"broken","client_secret":"x"}', 500, { statusCode: 500 }],
  ])('answers %s with %d', async (body, status, expected) => {
    const answer = await post(body)

    expect(answer).toMatchObject({ status, body: expected })
    expect(JSON.stringify(answer)).not.toContain('a secret of the host')
  })
})

it('the other face is asked the same way', async () => {
  const response = await fetchIt('https://tenant.test/auth/v1/users/me', {
    headers: { authorization: 'Bearer of-the-owner' },
  })

  expect(response.status).toBe(200)
  expect(await response.json()).toHaveProperty('user.id')
})
