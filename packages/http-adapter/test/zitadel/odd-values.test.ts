import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMigratedDatabase } from '../../../../test/postgres'
import { requestTo } from './request-to'
import { type Route, v1Routes } from './routes'
import { createSubjects, type Subjects, subjectOf, verifyDomain } from './subjects'
import { createWorld, type Json, type World, zitadelErrorBody } from './world'

/** A storage, and a way past it. */
const storages = {
  async SQLite() {
    const database = new Database(':memory:')
    return {
      storage: sqliteStorage({ database }),
      run: async (sql: string) => void database.exec(sql),
      dispose: async () => void database.close(),
    }
  },
  async Postgres() {
    const database = await createMigratedDatabase()
    const pool = new pg.Pool({ connectionString: database.url, max: 2 })
    return {
      storage: postgresStorage({ pool }),
      run: async (sql: string) => void (await pool.query(sql)),
      async dispose() {
        await pool.end()
        await database.drop()
      },
    }
  },
}

const contains = 'TEXT_QUERY_METHOD_CONTAINS'
const methods = ['EQUALS', 'STARTS_WITH', 'CONTAINS', 'ENDS_WITH'].flatMap((name) => [name, `${name}_IGNORE_CASE`])

/** Texts of which some would find the others if their signs meant something to a database. */
const lookAlikes = ['a%b', 'a_b', 'aXb', 'a\\b', 'a*b', 'a.b', 'a[x]b', "a'b", 'A%B']

function matches(method: string, text: string, wanted: string): boolean {
  const [held, value] = method.endsWith('_IGNORE_CASE') ? [text.toLowerCase(), wanted.toLowerCase()] : [text, wanted]
  if (method.startsWith('STARTS_WITH')) return held.startsWith(value)
  if (method.startsWith('ENDS_WITH')) return held.endsWith(value)
  return method.startsWith('CONTAINS') ? held.includes(value) : held === value
}

/** Names that mean something to JavaScript, to paths, or to readers of them. */
const oddNames = [
  '__proto__',
  'constructor',
  'toString',
  '..',
  '.',
  '%2F',
  '%',
  '+',
  'a b',
  'é',
  '😀',
  '#',
  '?',
  '"',
  '\\',
]

describe.each(['SQLite', 'Postgres'] as const)('odd values on %s', (kind) => {
  let world: World
  let subjects: Subjects
  let run: (sql: string) => Promise<void>
  let dispose: () => Promise<void>

  beforeAll(async () => {
    const opened = await storages[kind]()
    run = opened.run
    dispose = opened.dispose
    world = await createWorld({ storage: opened.storage, verifyDomain })
    subjects = await createSubjects(world.directory, world.acme)
  })
  afterAll(async () => {
    expect(world.errors).toEqual([])
    await world.close()
    await dispose()
  })

  const created = async (userName: string) =>
    (await world.manage('POST', '/users/machine', { body: { userName, name: userName } })).body.userId

  it('are names, keys and ids like any other', async () => {
    for (const odd of oddNames) {
      const userId = `id ${odd}`
      const path = `/users/${encodeURIComponent(userId)}`
      const metadata = `${path}/metadata/${encodeURIComponent(odd)}`
      const added = await world.manage('POST', '/users/machine', { body: { userName: odd, name: odd, userId } })
      expect([odd, added.status]).toEqual([odd, 200])

      expect((await world.manage('GET', path)).body.user).toMatchObject({ id: userId, userName: odd })
      expect((await world.manage('POST', metadata, { body: { value: 'eA==' } })).status).toBe(200)
      expect((await world.manage('GET', metadata)).body.metadata).toMatchObject({ key: odd, value: 'eA==' })
      const list = await world.manage('POST', `${path}/metadata/_search`, {
        body: { queries: [{ keyQuery: { key: odd } }] },
      })
      expect(list.body.result).toMatchObject([{ key: odd }])
      const queries = [{ userNameQuery: { userName: odd } }, { inUserIdsQuery: { userIds: [userId] } }]
      expect((await world.manage('POST', '/users/_search', { body: { queries } })).body.result).toMatchObject([
        { id: userId },
      ])
      const member = { userId, roles: ['ORG_OWNER_VIEWER'] }
      expect((await world.manage('POST', '/orgs/me/members', { body: member })).status).toBe(200)
      expect((await world.manage('DELETE', `/orgs/me/members/${encodeURIComponent(userId)}`)).status).toBe(200)
      expect((await world.manage('DELETE', metadata)).status).toBe(200)
      expect((await world.manage('DELETE', path)).status).toBe(200)
    }
  })

  it('are no entries of the user itself', async () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const path = `/users/${subjects.machine}/metadata/${key}`
      expect((await world.manage('GET', path)).body.details[0].id).toBe('QUERY-Rgh32')
      expect((await world.manage('DELETE', path)).body.details[0].id).toBe('META-ncnw3')
    }
  })

  it('part a path at an encoded slash, wherever it stands', async () => {
    for (const path of [
      '/users/a%2Fb',
      `/users/${subjects.human}/metadata/a%2fb`,
      '/metadata/a%2Fb',
      '/orgs/me/domains/a%2Fb',
    ]) {
      const method = path.includes('domains') ? 'DELETE' : 'GET'
      expect([path, (await world.manage(method, path)).body]).toEqual([path, { code: 5, message: 'Not Found' }])
    }
    expect((await world.manage('GET', `/users%2F${subjects.human}`)).status).toBe(200)
  })

  it.each(['a\\ud800b', 'a\\udc00', '\\ud83d', 'a\\u0000b'])(
    'are refused where no database can hold them: %s',
    async (text) => {
      const before = await world.log()
      const human = { userName: 'n', profile: { firstName: 'A', lastName: 'B' }, email: { email: 'a@b.example' } }
      const sent = (body: Json) => JSON.stringify(body).replaceAll('ODD', text)
      const calls: readonly (readonly [string, string, Json])[] = [
        ['POST', '/management/v1/users/machine', { userName: 'ODD', name: 'N' }],
        ['POST', '/management/v1/users/machine', { userName: 'n', name: 'ODD' }],
        ['POST', '/management/v1/users/machine', { userName: 'n', name: 'N', description: 'ODD' }],
        ['POST', '/management/v1/users/machine', { userName: 'n', name: 'N', userId: 'ODD' }],
        ['POST', '/management/v1/users/human', { ...human, profile: { ...human.profile, nickName: 'ODD' } }],
        ['PUT', `/management/v1/users/${subjects.human}/username`, { userName: 'ODD' }],
        [
          'POST',
          `/management/v1/users/${subjects.human}/metadata/_bulk`,
          { metadata: [{ key: 'ODD', value: 'eA==' }] },
        ],
        ['POST', '/management/v1/metadata/_bulk', { metadata: [{ key: 'ODD', value: 'eA==' }] }],
        ['PUT', '/management/v1/orgs/me', { name: 'ODD' }],
        ['POST', '/management/v1/orgs/me/domains', { domain: 'ODD.example' }],
        ['POST', '/admin/v1/orgs/_setup', { org: { name: 'ODD' }, human }],
      ]
      for (const [method, path, body] of calls) {
        const answer = await world.call(method, path, { body: sent(body) })
        expect([path, answer.status, answer.body.code]).toEqual([path, 400, 3])
      }
      expect(await world.log()).toEqual(before)
    },
  )

  it('mean themselves in every search by text', async () => {
    const ids = new Map<string, string>()
    for (const text of lookAlikes) ids.set(text, await created(`${text} ${ids.size}`))
    const { human } = subjects
    const metadata = lookAlikes.map((key) => ({ key, value: 'eA==' }))
    await world.manage('POST', `/users/${human}/metadata/_bulk`, { body: { metadata } })
    await world.manage('POST', '/metadata/_bulk', { body: { metadata } })
    const found = async (path: string, query: Json, textOf: (item: Json) => string) => {
      const { status, body } = await world.manage('POST', path, { body: { query: { limit: 1000 }, queries: [query] } })
      expect(status).toBe(200)
      return (body.result ?? []).map(textOf).sort()
    }
    const stored = [...ids].map(([text], index) => `${text} ${index}`)

    for (const wanted of ['%', '_', '\\', 'a%b', 'a_b', '*', '.', '[x]', "'", 'A%']) {
      for (const name of methods) {
        const method = `TEXT_QUERY_METHOD_${name}`
        const due = (texts: readonly string[]) => texts.filter((text) => matches(name, text, wanted)).sort()
        const users = await found(
          '/users/_search',
          { userNameQuery: { userName: wanted, method } },
          (one) => one.userName,
        )
        expect([wanted, name, users]).toEqual([wanted, name, due(stored)])
        for (const path of [`/users/${human}/metadata/_search`, '/metadata/_search']) {
          const keys = await found(path, { keyQuery: { key: wanted, method } }, (one) => one.key)
          expect([path, wanted, name, keys]).toEqual([path, wanted, name, due(lookAlikes)])
        }
      }
      for (const [path, query] of [
        ['/orgs/me/members/_search', { emailQuery: { email: wanted, method: contains } }],
        ['/orgs/me/members/_search', { firstNameQuery: { firstName: wanted, method: contains } }],
        // A dot stands in every domain.
        ['/orgs/me/domains/_search', { domainNameQuery: { name: wanted.replace('.', '*'), method: contains } }],
      ] as const) {
        expect([path, wanted, await found(path, query, String)]).toEqual([path, wanted, []])
      }
      const orgs = await world.call('POST', '/admin/v1/orgs/_search', {
        body: { queries: [{ nameQuery: { name: wanted, method: contains } }] },
      })
      expect([wanted, orgs.body.result]).toEqual([wanted, undefined])
      const unique = await world.manage('GET', `/users/_is_unique?userName=${encodeURIComponent(wanted)}`)
      expect([wanted, unique.body]).toEqual([wanted, { isUnique: true }])
    }
  })

  it('count beyond what a double can tell apart', async () => {
    const userId = await created('old')
    const path = `/users/${userId}`
    await world.manage('POST', `${path}/metadata/k`, { body: { value: 'YQ==' } })
    await run(`update indwell_aggregate set sequence = 9007199254740992 where id = '${userId}'`)
    const set = async (value: string) =>
      (await world.manage('POST', `${path}/metadata/k`, { body: { value } })).body.details.sequence

    expect(await set('Yg==')).toBe('9007199254740993')
    expect(await set('Yw==')).toBe('9007199254740994')
    expect((await world.manage('GET', `${path}/metadata/k`)).body.metadata.details.sequence).toBe('9007199254740994')
    expect((await world.manage('PUT', `${path}/username`, { body: { userName: 'older' } })).body.details.sequence).toBe(
      '9007199254740995',
    )
    expect((await world.manage('GET', path)).body.user.details.sequence).toBe('9007199254740995')
    for (const [asc, after, due] of [
      [true, '9007199254740992', ['9007199254740993', '9007199254740994', '9007199254740995']],
      [true, '9007199254740993', ['9007199254740994', '9007199254740995']],
      [false, '9007199254740994', ['9007199254740995']],
      [false, '9007199254740995', undefined],
      [true, '9223372036854775807', undefined],
      [true, '18446744073709551615', undefined],
    ] as const) {
      const changes = await world.manage('POST', `${path}/changes/_search`, {
        body: { query: { sequence: after, asc } },
      })
      expect([after, changes.body.result?.map(({ sequence }: Json) => sequence)]).toEqual([after, due])
    }
  })

  describe('limits', () => {
    const paged = v1Routes.filter(({ layout }) => layout.byName.get('query')?.kind === 'message')
    const search = (route: Route, query: Json) =>
      world.call(...requestTo(route, { ...subjectOf(route, subjects, world.acme), query }, {}))

    it.each(paged)('of $path end at 1000', async (route) => {
      for (const limit of [1001, 4_294_967_295]) {
        const { status, body } = await search(route, { limit })
        expect([status, body.code, body.details?.[0].id]).toEqual([400, 3, 'QUERY-4M0fs'])
      }
      for (const limit of [4_294_967_296, -1, 1.5, '1e3x', 'many']) {
        const { status, body } = await search(route, { limit })
        expect([limit, status, body]).toEqual([limit, 400, { code: 3, message: expect.any(String) }])
      }
      for (const limit of [0, 1, 1000, '1000', 1e3])
        expect([limit, (await search(route, { limit })).status]).toEqual([limit, 200])
    })
  })

  it('nest 20 queries deep, whatever they are', async () => {
    const nested = (levels: number): Json => {
      if (levels === 0) return { inUserIdsQuery: { userIds: [subjects.human] } }
      const inner = nested(levels - 1)
      if (levels % 4 < 2) return { notQuery: { query: inner } }
      return levels % 4 === 2 ? { orQuery: { queries: [inner] } } : { andQuery: { queries: [inner] } }
    }
    const search = (levels: number) => world.manage('POST', '/users/_search', { body: { queries: [nested(levels)] } })

    expect((await search(20)).body.result).toMatchObject([{ id: subjects.human }])
    expect((await search(21)).body).toEqual(zitadelErrorBody(3, 'USER-zsQ97', 'Too many query nesting levels (Max 20)'))
  })

  it('leave a bulk unwritten where one entry of it is bad', async () => {
    const before = await world.log()
    const good = { key: 'good', value: 'eA==' }
    for (const path of [`/users/${subjects.human}/metadata/_bulk`, '/metadata/_bulk']) {
      for (const bad of [
        { key: '', value: 'eA==' },
        { key: 'k', value: '' },
        { key: 'k' },
        { value: 'eA==' },
        {},
        { key: 'k'.repeat(201), value: 'eA==' },
        { key: 'a\u0000', value: 'eA==' },
        { key: 'k', value: '***' },
        { key: 'k', value: Buffer.alloc(500_001).toString('base64') },
        null,
        'k',
      ]) {
        for (const metadata of [
          [good, bad],
          [bad, good],
        ]) {
          const { status, body } = await world.manage('POST', path, { body: { metadata } })
          expect([path, bad, status, body.code]).toEqual([path, bad, 400, 3])
        }
      }
      for (const keys of [
        ['k', 'missing'],
        ['k', ''],
        ['missing', 'k'],
        ['k', 'k'.repeat(201)],
        ['k', 'a\u0000'],
      ]) {
        const { status } = await world.manage('DELETE', path, { body: { keys } })
        expect([path, keys, [400, 404].includes(status)]).toEqual([path, keys, true])
      }
    }
    expect(await world.log()).toEqual(before)
  })
})
