import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMigratedDatabase, type PostgresDatabase } from '../../../../test/postgres'
import { hosts } from '../hosts'
import { createWorld, type Json, type World } from './world'

/** What a client does in a day, with what it hears. */
async function aDay(
  call: (method: string, path: string, body?: Json) => Promise<{ status: number; body: Json }>,
): Promise<void> {
  const human = await call('POST', '/users/human', {
    userName: 'ada',
    profile: { firstName: 'Ada', lastName: 'Lovelace' },
    email: { email: 'ada@acme.ch', isEmailVerified: true },
    initialPassword: 'Secret-1!',
  })
  expect([human.status, human.body.details.sequence]).toEqual([200, '2'])
  const ada = `/users/${human.body.userId}`
  expect((await call('GET', ada)).body.user).toMatchObject({ state: 'USER_STATE_ACTIVE', userName: 'ada' })
  expect((await call('POST', '/users/machine', { userName: 'ADA', name: 'A' })).status).toBe(409)

  expect((await call('POST', `${ada}/metadata/plan`, { value: 'Z29sZA==' })).body.details.sequence).toBe('3')
  expect((await call('POST', `${ada}/metadata/plan`, { value: 'Z29sZA==' })).body.details.sequence).toBe('3')
  const key = encodeURIComponent('ключ 😀')
  expect((await call('POST', `${ada}/metadata/${key}`, { value: 'AP8=' })).status).toBe(200)
  expect((await call('GET', `${ada}/metadata/${key}`)).body.metadata).toMatchObject({ key: 'ключ 😀', value: 'AP8=' })
  const twice = [
    { key: 'a', value: 'MQ==' },
    { key: 'a', value: 'Mg==' },
  ]
  expect((await call('POST', `${ada}/metadata/_bulk`, { metadata: twice })).body.details.sequence).toBe('6')
  const list = await call('POST', `${ada}/metadata/_search`, { queries: [{ keyQuery: { key: 'A', method: 1 } }] })
  expect(list.body).toMatchObject({ details: { totalResult: '1' }, result: [{ key: 'a', value: 'Mg==' }] })
  expect((await call('DELETE', `${ada}/metadata/_bulk`, { keys: ['a', 'none'] })).status).toBe(404)
  expect((await call('DELETE', `${ada}/metadata/_bulk`, { keys: ['a', 'plan'] })).status).toBe(200)
  expect((await call('DELETE', `${ada}/metadata/plan`)).status).toBe(404)
  for (const bad of ['%00', `${key}%00`]) {
    for (const method of ['GET', 'DELETE', 'POST']) {
      expect(
        (await call(method, `${ada}/metadata/${bad}`, method === 'POST' ? { value: 'AA==' } : undefined)).status,
      ).toBe(400)
    }
  }
  expect((await call('GET', '/users/%00')).status).toBe(404)
  const nul = { userNameQuery: { userName: '\u0000', method: 'TEXT_QUERY_METHOD_CONTAINS' } }
  expect((await call('POST', '/users/_search', { queries: [nul] })).body).not.toHaveProperty('result')

  for (const [verb, status] of [
    ['deactivate', 200],
    ['lock', 400],
    ['reactivate', 200],
    ['lock', 200],
    ['unlock', 200],
  ] as const) {
    expect([verb, (await call('POST', `${ada}/_${verb}`)).status]).toEqual([verb, status])
  }
  const users = await call('POST', '/users/_search', {
    sortingColumn: 'USER_FIELD_NAME_USER_NAME',
    query: { asc: true },
    queries: [{ notQuery: { query: { typeQuery: { type: 'TYPE_MACHINE' } } } }],
  })
  expect(users.body).toMatchObject({ details: { totalResult: '1' }, result: [{ userName: 'ada' }] })
  const changes = await call('POST', `${ada}/changes/_search`, { query: { asc: true, sequence: '2', limit: 1 } })
  expect(changes.body.result).toMatchObject([{ sequence: '3', eventType: { localizedMessage: 'User metadata set' } }])

  const org = await call('POST', '/orgs', { name: 'Beta' })
  expect([org.status, (await call('POST', '/orgs', { name: 'BETA' })).status]).toEqual([200, 409])
  const member = { userId: human.body.userId, roles: ['ORG_OWNER'] }
  expect((await call('POST', '/orgs/me/members', member)).status).toBe(200)
  expect((await call('POST', '/orgs/me/members', member)).status).toBe(409)
  expect((await call('POST', '/orgs/me/members/_search')).body.result).toMatchObject([{ userId: human.body.userId }])

  expect((await call('DELETE', ada)).status).toBe(200)
  expect((await call('GET', ada)).status).toBe(404)
  expect((await call('POST', '/orgs/me/members/_search')).body).not.toHaveProperty('result')
  expect((await call('POST', `${ada}/metadata/k`, { value: 'YQ==' })).body.code).toBe(9)
}

describe('ZITADEL on Postgres', () => {
  let database: PostgresDatabase
  let world: World
  beforeEach(async () => {
    database = await createMigratedDatabase()
    world = await createWorld({ storage: postgresStorage({ connectionString: database.url, max: 4 }) })
  })
  afterEach(async () => {
    await world.close()
    await database.drop()
  })

  it('answers as on SQLite', async () => {
    await aDay((method, path, body) => world.manage(method, path, { body }))

    expect(world.errors).toEqual([])
  })

  it('gives every one of many writers a sequence of its own', async () => {
    const { body } = await world.manage('POST', '/users/machine', { body: { userName: 'm', name: 'M' } })

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        world.manage('POST', `/users/${body.userId}/metadata/k${index}`, { body: { value: 'YQ==' } }),
      ),
    )

    const sequences = answers.map((answer) => Number(answer.body.details.sequence)).sort((a, b) => a - b)
    expect(sequences).toEqual(Array.from({ length: 50 }, (_, index) => index + 2))
  })

  it('never fails for what a text may hold', async () => {
    const { body } = await world.manage('POST', '/users/machine', { body: { userName: 'm', name: 'M' } })
    const nul = 'a\u0000b'
    const calls: readonly (readonly [string, string, Json?])[] = [
      ['POST', '/users/machine', { userName: nul, name: 'M' }],
      ['POST', '/users/machine', { userName: 'm2', name: 'M', userId: nul }],
      [
        'POST',
        '/users/human',
        { userName: nul, profile: { firstName: nul, lastName: nul }, email: { email: 'a@b.ch' } },
      ],
      ['POST', `/users/${body.userId}/metadata/_bulk`, { metadata: [{ key: nul, value: 'YQ==' }] }],
      ['DELETE', `/users/${body.userId}/metadata/_bulk`, { keys: [nul] }],
      ['POST', `/users/${body.userId}/metadata/_search`, { queries: [{ keyQuery: { key: nul } }] }],
      [
        'POST',
        '/users/_search',
        { queries: [{ inUserIdsQuery: { userIds: [nul] } }, { emailQuery: { emailAddress: nul } }] },
      ],
      ['POST', '/orgs', { name: nul }],
      ['POST', '/orgs/me/members', { userId: nul, roles: ['ORG_OWNER'] }],
      ['POST', '/orgs/me/members', { userId: body.userId, roles: [nul] }],
      ['POST', '/orgs/me/members/_search', { queries: [{ userIdQuery: { userId: nul } }] }],
      ['GET', '/users/_is_unique?userName=%00&email=%00'],
      ['GET', '/global/users/_by_login_name?loginName=%00'],
      ['POST', '/users/a%00b/changes/_search', { query: { sequence: '18446744073709551615', asc: true } }],
      ['DELETE', '/users/a%00b'],
      ['GET', '/users/a%00b/pats/%00'],
      ['POST', '/users/a%00b/pats'],
      ['DELETE', '/orgs/me/members/%00'],
      ['PUT', '/users/a%00b/username', { userName: 'x' }],
      ['POST', '/users/_search', { query: { offset: '18446744073709551615' } }],
    ]
    for (const [method, path, sent] of calls) {
      const answer = await world.manage(method, path, { body: sent })
      expect([path, sent, answer.status < 500]).toEqual([path, sent, true])
    }
    expect(world.errors).toEqual([])
  })
})

describe.each(hosts.filter(({ name }) => name === 'Express 5' || name === 'Hono 4 on Node'))(
  'ZITADEL on $name',
  (host) => {
    it.each([false, true])('answers as without a host, behind a body parser: %j', async (parser) => {
      const world = await createWorld({ storage: sqliteStorage({ filename: ':memory:' }) })
      const mounted = await host.mount(world.exchange, { prefix: '', parser: parser && host.parses })

      await aDay(async (method, path, body) => {
        const response = await mounted.fetch(`${mounted.url}/management/v1${path}`, {
          method,
          headers: { authorization: `Bearer ${world.rootToken}`, 'content-type': 'application/json' },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        })
        return { status: response.status, body: await response.json() }
      })

      expect(world.errors).toEqual([])
      await mounted.close()
      await world.close()
    })
  },
)
