import { createDirectory, type Directory } from '@indwell/core'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exportUsers, type ImportUsersOptions, importUsers, type RowReport } from '../../src/auth0'
import { type Auth0World, auth0World } from './auth0-world'
import { emptyStorage, storageKinds } from './storages'

const connection = 'Username-Password-Authentication'
const jane = {
  email: 'Jane@example.com',
  email_verified: true,
  user_id: 'auth0|j1',
  username: 'jane',
  given_name: 'Jane',
  family_name: 'Doe',
  name: 'Jane Doe',
  nickname: 'jd',
  picture: 'https://example.com/jane.png',
  phone_number: '+12025550123',
  phone_verified: true,
  blocked: false,
  user_metadata: { hobby: 'surfing', nested: { a: [1, null] } },
  app_metadata: { plan: 'full' },
}

const collected = async (text: AsyncIterable<string>) => {
  let whole = ''
  for await (const piece of text) whole += piece
  return whole
}
const linesOf = async (directory: Directory) =>
  (await collected(exportUsers(directory, { format: 'json' }))).split('\n').filter((line) => line !== '')
const dated = new Set(['updated_at', 'created_at'])
const undated = (line: string) =>
  Object.fromEntries(Object.entries(JSON.parse(line)).filter(([name]) => !dated.has(name)))

describe.each(storageKinds)('files of Auth0 on %s', (kind) => {
  let world: Auth0World
  let dispose: () => Promise<void>
  beforeEach(async () => {
    const empty = await emptyStorage(kind)
    dispose = empty.dispose
    world = await auth0World({ storage: empty.storage })
  })
  afterEach(() => dispose())

  const run = async (rows: unknown, options: Partial<ImportUsersOptions> = {}) => {
    const reports: RowReport[] = []
    const source = typeof rows === 'string' ? rows : JSON.stringify(rows)
    const result = await importUsers(world.directory, source, {
      format: 'auth0',
      onError: (report) => reports.push(report),
      ...options,
    })
    return { result, reports }
  }
  const summary = (inserted: number, updated: number, failed: number) => ({
    inserted,
    updated,
    failed,
    total: inserted + updated + failed,
  })
  const userOf = async (id: string) => (await world.call('GET', `/users/${encodeURIComponent(id)}`)).body

  it('keep ids, times, names, flags and metadata', async () => {
    const created_at = '2019-05-01T12:00:00.000Z'
    const { result } = await run([{ ...jane, created_at, updated_at: '2020-01-01T00:00:00.000Z', last_ip: '::1' }])

    expect(result).toEqual({ ...summary(1, 0, 0), dropped: { updated_at: 1, last_ip: 1 } })
    expect(await userOf('auth0|j1')).toMatchObject({
      ...jane,
      email: 'jane@example.com',
      created_at,
      identities: [{ connection, provider: 'auth0', user_id: 'j1' }],
    })
    const stored = await world.directory.asSystem('test').users.get('j1')
    expect(stored.createdAt).toBe(Date.parse(created_at))
  })

  it('need the permissions of who imports them, whose word does not count for times', async () => {
    const { directory } = world
    const system = directory.asSystem('test')
    await system.users.createMachine({ userId: 'robot', userName: 'robot', name: 'R' })
    const robot = directory.as({ userId: 'robot', across: 'instance' })
    const source = JSON.stringify([{ email: 'a@example.com', user_id: 'a', created_at: '2019-05-01T12:00:00.000Z' }])
    const importing = () => importUsers(robot, source, { format: 'auth0', upsert: true })

    await expect(importing()).rejects.toMatchObject({ cause: { code: 'permission_denied' } })
    await system.members.add({ userId: 'robot', roles: ['IAM_OWNER'] })
    expect(await importing()).toEqual({ ...summary(1, 0, 0), dropped: { created_at: 1 } })
    expect((await userOf('auth0|a')).created_at).toMatch(/^2026/)
    expect(await collected(exportUsers(robot, { format: 'csv', fields: [{ name: 'email' }] }))).toBe(
      'email\r\na@example.com\r\n',
    )
  })

  it('take ids with and without their provider, and make one where there is none', async () => {
    await run([
      { email: 'a@example.com', user_id: 'raw' },
      { email: 'b@example.com', user_id: 'auth0|prefixed' },
      { email: 'c@example.com' },
      { email: 'd@example.com', user_id: 'email|e1', identities: [{ connection: 'email', provider: 'email' }] },
      { email: 'e@example.com', user_id: 'a|b' },
      { email: 'f@example.com', user_id: '|c', identities: [{ connection: 'x', provider: '' }] },
    ])

    const ids = (await linesOf(world.directory)).map((line) => JSON.parse(line).user_id)
    expect(ids).toEqual(
      expect.arrayContaining([
        'auth0|raw',
        'auth0|prefixed',
        'email|e1',
        'auth0|a|b',
        'auth0||c',
        expect.stringMatching(/\|[0-9a-f]{24}$/),
      ]),
    )
  })

  it('are NDJSON as well as an array, text or bytes, whole or in pieces', async () => {
    const rows = ['a', 'b', 'c'].map((name) => ({ email: `${name}@example.com`, user_id: name, name: 'Zoë 😀' }))
    const bytes = new TextEncoder().encode(rows.map((row) => JSON.stringify(row)).join('\n'))
    const sources = [
      JSON.stringify(rows),
      bytes,
      (function* () {
        for (const byte of bytes) yield new Uint8Array([byte])
      })(),
      (async function* () {
        for (const unit of JSON.stringify(rows).split('')) yield unit
      })(),
      new Blob([bytes]).stream(),
    ]

    for (const [index, source] of sources.entries()) {
      const result = await importUsers(world.directory, source, { format: 'auth0', upsert: true })
      expect(result).toMatchObject(index === 0 ? summary(3, 0, 0) : summary(0, 3, 0))
    }
    expect(await userOf('auth0|c')).toMatchObject({ name: 'Zoë 😀' })
  })

  it('fail rows of users that are there, unless they may update them', async () => {
    await run([jane])
    const before = await world.countEvents()

    const { result, reports } = await run([
      jane,
      { email: 'new@example.com', user_id: 'j1' },
      { email: 'n2@example.com', username: 'JANE' },
    ])

    expect(result).toMatchObject(summary(0, 0, 3))
    expect(reports.map(({ errors }) => errors)).toEqual(
      Array(3).fill([{ code: 'DUPLICATED_USER', message: 'The user already exist and upsert parameter is false' }]),
    )
    expect(await world.countEvents()).toBe(before)
  })

  it('share phone numbers, have usernames of any length, and pictures as all users do', async () => {
    const { email, phone_number } = jane
    const { result } = await run([
      jane,
      { email: 'b@example.com', user_id: 'b', phone_number },
      { email: 'c@example.com', user_id: 'c', username: 'x'.repeat(128) },
      { email: 'd@example.com', username: 'x'.repeat(129) },
      { email, phone_number },
    ])

    expect(result).toMatchObject(summary(3, 0, 2))
    expect(await userOf('auth0|b')).toMatchObject({
      phone_number,
      picture: expect.stringMatching('^https://s.gravatar.com/avatar/'),
    })
  })

  it('update by e-mail what may be updated, and replace metadata', async () => {
    await run([jane])

    const { result } = await run(
      [
        {
          email: 'JANE@example.com',
          user_id: 'other',
          name: 'J',
          blocked: true,
          username: 'x',
          user_metadata: { hobby: 'chess' },
        },
      ],
      { upsert: true },
    )

    expect(result).toMatchObject(summary(0, 1, 0))
    expect(await userOf('auth0|j1')).toMatchObject({
      name: 'J',
      blocked: false,
      username: 'jane',
      app_metadata: { plan: 'full' },
    })
    expect((await userOf('auth0|j1')).user_metadata).toEqual({ hobby: 'chess' })
    expect((await world.call('GET', '/users/auth0%7Cother')).status).toBe(404)
  })

  it('merge metadata where that is asked for, and clear them by an empty object otherwise', async () => {
    await run([jane])
    const row = { email: jane.email, user_metadata: { color: 'red' }, app_metadata: {} }

    await run([row], { upsert: true, mergeMetadata: true })
    expect(await userOf('auth0|j1')).toMatchObject({
      user_metadata: { ...jane.user_metadata, color: 'red' },
      app_metadata: jane.app_metadata,
    })
    await run([row], { upsert: true })
    expect(await userOf('auth0|j1')).not.toHaveProperty('app_metadata')
  })

  it('write nothing when they are imported again', async () => {
    const rows = [jane, { email: 'b@example.com', user_metadata: {} }]
    await run(rows, { upsert: true })
    const before = await world.countEvents()

    expect((await run(rows, { upsert: true })).result).toMatchObject(summary(0, 2, 0))
    expect(await world.countEvents()).toBe(before)
  })

  it('fail the later of two rows for one user', async () => {
    const rows = [
      jane,
      { email: 'jane@EXAMPLE.com' },
      { email: 'b@example.com', username: 'Jane' },
      { email: 'c@example.com', user_id: 'J1' },
      { email: 'd@example.com' },
    ]
    const { result, reports } = await run(rows, { upsert: true })

    expect(result).toMatchObject(summary(2, 0, 3))
    expect(reports.flatMap(({ errors }) => errors.map(({ code, path }) => [code, path]))).toEqual([
      ['CONFLICT_EMAIL', 'email'],
      ['CONFLICT_USERNAME', 'username'],
      ['CONFLICT', 'user_id'],
    ])
  })

  it('change nothing in a dry run, which answers what a run would', async () => {
    await run([jane])
    const rows = [
      jane,
      { email: 'new@example.com', created_at: '2020-01-01T00:00:00Z' },
      { email: 'new@example.com' },
      { email: 'b@example.com', user_id: 'j1' },
      { email: 'c@example.com', username: 'jane' },
      { email: 'nope' },
      { email: 'd@example.com', password_hash: 'x' },
      { email: 'e@example.com', name: 'a\0b' },
      { email: 'f@example.com', user_metadata: { 'a.b': 1 } },
      { email: 'g@example.com', created_at: '2999-01-01T00:00:00Z' },
    ]
    for (const upsert of [false, true]) {
      const before = await world.countEvents()
      const dry = await run(rows, { upsert, dryRun: true })
      expect(await world.countEvents()).toBe(before)
      expect(await run(rows, { upsert })).toEqual(dry)
      for (const email of ['new', 'd']) {
        const [user] = (await world.call<{ user_id: string }[]>('GET', `/users-by-email?email=${email}@example.com`))
          .body
        await world.call('DELETE', `/users/${encodeURIComponent(user?.user_id ?? '')}`)
      }
    }
  })

  it('go on where a run broke off, and know what its rows were', async () => {
    const rows = Array.from({ length: 450 }, (_, index) => ({ email: `u${index}@example.com` }))
    const ending = new AbortController()
    let done = 0
    const broken = run([...rows, rows[0]], {
      signal: ending.signal,
      onProgress: (progress) => {
        done = progress.rows
        ending.abort(new Error('enough'))
      },
    })
    await expect(broken).rejects.toThrow('enough')
    expect(done).toBe(200)

    const { result, reports } = await run([...rows, rows[0]], { skip: done, upsert: true })

    expect(result).toMatchObject(summary(250, 0, 1))
    expect(reports).toMatchObject([{ user: rows[0], errors: [{ code: 'CONFLICT_EMAIL' }] }])
    expect(await linesOf(world.directory)).toHaveLength(450)
  })

  it('keep what stands before the place where they break off', async () => {
    const text = JSON.stringify([jane, { email: 'b@example.com' }])

    for (const [source, inserted] of [
      [text.slice(0, -1), 2],
      [text.slice(0, -5), 1],
    ] as const) {
      const empty = await createDirectory({ storage: (await emptyStorage('sqlite')).storage })
      await expect(importUsers(empty, source, { format: 'auth0' })).rejects.toMatchObject({
        name: 'UserImportError',
        code: 'malformed_source',
        rows: inserted,
        summary: summary(inserted, 0, 0),
      })
      expect(await linesOf(empty)).toHaveLength(inserted)
    }
  })

  it('tell how far they came when the directory cannot be asked', async () => {
    const { directory } = world
    const rows = Array.from({ length: 250 }, (_, index) => ({ email: `u${index}@example.com` }))
    const source = async function* () {
      yield JSON.stringify(rows).slice(0, -1)
      throw new Error('the disk is gone')
    }

    await expect(importUsers(directory, source(), { format: 'auth0' })).rejects.toMatchObject({
      code: 'interrupted',
      rows: 200,
      cause: { message: 'the disk is gone' },
    })
    await expect(
      importUsers(directory.as({ userId: 'nobody', across: 'instance' }), '[{"email":"a@example.com"}]', {
        format: 'auth0',
      }),
    ).rejects.toMatchObject({ code: 'interrupted', rows: 0, cause: { code: 'unauthenticated' } })
  })

  it('are refused row by row', async () => {
    const wrong: readonly (readonly [row: string, code: string, path?: string])[] = [
      ['{}', 'OBJECT_REQUIRED'],
      ['5', 'INVALID_TYPE'],
      ['null', 'INVALID_TYPE'],
      ['"x"', 'INVALID_TYPE'],
      ['[]', 'INVALID_TYPE'],
      ['{"email":tru}', 'FORMAT'],
      ['{"email":"x"}', 'FORMAT', 'email'],
      ['{"email":"zoë@example.com"}', 'FORMAT', 'email'],
      ['{"email":"a@example.com","surprise":1}', 'NOT_PASSED'],
      ['{"email":"a@example.com","__proto__":{"blocked":true}}', 'NOT_PASSED'],
      ['{"email":"a@example.com","blocked":"yes"}', 'INVALID_TYPE', 'blocked'],
      ['{"email":"a@example.com","name":""}', 'MIN_LENGTH', 'name'],
      [`{"email":"a@example.com","given_name":"${'x'.repeat(151)}"}`, 'MAX_LENGTH', 'given_name'],
      ['{"email":"a@example.com","user_id":"a b"}', 'PATTERN', 'user_id'],
      [`{"email":"a@example.com","user_id":"${'x'.repeat(195)}"}`, 'MAX_LENGTH', 'user_id'],
      ['{"email":"a@example.com","phone_number":"123"}', 'PATTERN', 'phone_number'],
      ['{"email":"a@example.com","nickname":"a\\u0000b"}', 'FORMAT', 'nickname'],
      ['{"email":"a@example.com","nickname":"\\ud800"}', 'FORMAT', 'nickname'],
      ['{"email":"a@example.com","user_metadata":null}', 'INVALID_TYPE', 'user_metadata'],
      ['{"email":"a@example.com","user_metadata":{"a\\u0000":1}}', 'FORMAT', 'user_metadata'],
      ['{"email":"a@example.com","app_metadata":{"email":1}}', 'FORMAT', 'app_metadata'],
      ['{"email":"a@example.com","identities":[]}', 'ARRAY_LENGTH_SHORT', 'identities'],
      [
        '{"email":"a@example.com","identities":[{"connection":"","provider":""}]}',
        'FORMAT',
        'identities[0].connection',
      ],
      [
        '{"email":"a@example.com","identities":[{"connection":"a\\u0000","provider":"x"}]}',
        'FORMAT',
        'identities[0].connection',
      ],
      ['{"email":"a@example.com","created_at":"yesterday"}', 'PATTERN', 'created_at'],
      ['{"email":"a@example.com","created_at":"2020-13-01T00:00:00Z"}', 'FORMAT', 'created_at'],
      [`{"email":"a@example.com","app_metadata":${'{"a":'.repeat(120)}1${'}'.repeat(120)}}`, 'NOT_PASSED'],
      [`{"email":"a@example.com","app_metadata":{"a":"${'x'.repeat(1_048_576)}"}}`, 'MAX_LENGTH'],
    ]
    const { result, reports } = await run(`[${[...wrong.map(([row]) => row), JSON.stringify(jane)].join(',')}]`)

    expect(result).toMatchObject(summary(1, 0, wrong.length))
    expect(reports.map(({ errors: [first] }) => [first?.code, first?.path])).toEqual(
      wrong.map(([, code, path]) => [code, path]),
    )
  })

  it('show no password in reports', async () => {
    const { reports } = await run([
      { email: 'x', password_hash: 'secret', mfa_factors: ['secret'], custom_password_hash: {} },
    ])

    expect(reports).toMatchObject([{ user: { email: 'x' } }])
    expect(JSON.stringify(reports)).not.toContain('secret')
  })

  it('keep metadata as they are named', async () => {
    await run('[{"email":"a@example.com","user_id":"p","user_metadata":{"__proto__":{"x":1},"constructor":"c"}}]')

    expect(JSON.stringify((await userOf('auth0|p')).user_metadata)).toContain('"__proto__":{"x":1}')
    expect((await linesOf(world.directory)).join()).toContain('"__proto__":{"x":1}')
  })

  it('are exported in order of ids, each user once, as many as are asked for', async () => {
    const rows = Array.from({ length: 1203 }, (_, index) => ({ email: `u${index}@example.com`, user_id: `u${index}` }))
    await run(rows)
    await world.directory.asSystem('test').users.createMachine({ userName: 'm', name: 'M' })

    const ids = (await linesOf(world.directory)).map((line) => JSON.parse(line).user_id)

    expect(ids).toEqual(rows.map(({ user_id }) => `auth0|${user_id}`).sort())
    for (const limit of [0, 1, 500, 501]) {
      const text = await collected(exportUsers(world.directory, { format: 'json', limit }))
      expect(text.split('\n').length - 1).toBe(limit)
    }
  })

  it('are exported by connection, by fields, and as CSV', async () => {
    await run([jane, { email: 'b@example.com', user_id: 'b', name: '=1+1' }])
    await run([{ email: 'c@example.com', user_id: 'c' }], { connection: 'other' })
    await world.directory.asSystem('test').users.createHuman({ userId: 'z', email: 'z@example.com' })
    const fields = [
      { name: 'email' },
      { name: 'user_metadata.hobby', export_as: 'hobby' },
      { name: 'identities[0].connection' },
      { name: '__proto__.toString' },
    ]

    expect(await collected(exportUsers(world.directory, { format: 'json', fields, connection: 'other' }))).toBe(
      '{"email":"c@example.com","identities[0].connection":"other"}\n',
    )
    expect(
      await collected(
        exportUsers(world.directory, { format: 'csv', fields: [...fields.slice(0, 2), { name: 'name' }], connection }),
      ),
    ).toBe(
      "email,hobby,name\r\nb@example.com,,'=1+1\r\njane@example.com,surfing,Jane Doe\r\nz@example.com,,z@example.com\r\n",
    )
    expect(await collected(exportUsers(world.directory, { format: 'csv', limit: 1 }))).toMatch(
      /^user_id,email,.*\r\nauth0\|b,b@example.com,false,/,
    )
    expect(() => exportUsers(world.directory, { format: 'csv', fields: Array(31).fill({ name: 'a' }) })).toThrow(
      RangeError,
    )
    expect(() => exportUsers(world.directory, { format: 'json', limit: -1 })).toThrow(RangeError)
  })
})

it('what was exported and imported is exported as it was', async () => {
  const text = (max: number) =>
    fc
      .string({ unit: 'binary', minLength: 1, maxLength: max })
      .filter((value) => !value.includes('\0') && value.isWellFormed())
  const name = fc.string({ minLength: 1, maxLength: 5 }).filter((key) => !/[.$\0]/.test(key))
  const metadata = fc.dictionary(
    name,
    fc.jsonValue({ maxDepth: 1 }).filter((value) => !/[.$]/.test(JSON.stringify(value))),
    { maxKeys: 3 },
  )
  const user = fc.record(
    {
      email: fc.integer({ min: 0, max: 1e9 }).map((id) => `u${id}@example.com`),
      email_verified: fc.boolean(),
      user_id: fc.stringMatching(/^[a-z0-9]{1,10}$/),
      given_name: text(5),
      family_name: text(5),
      name: text(5),
      nickname: text(5),
      phone_number: fc.integer({ min: 1, max: 1e9 }).map((digits) => `+${digits}`),
      phone_verified: fc.boolean(),
      blocked: fc.boolean(),
      user_metadata: metadata,
      app_metadata: metadata.filter((value) =>
        Object.keys(value).every((key) => !/^(__tenant|_id|blocked|email|metadata)$/.test(key)),
      ),
      created_at: fc.integer({ min: 0, max: 1_700_000_000_000 }).map((time) => new Date(time).toISOString()),
    },
    { requiredKeys: ['email', 'user_id'] },
  )
  const unique = fc.uniqueArray(user, {
    maxLength: 5,
    comparator: (a, b) => a.email === b.email || a.user_id === b.user_id,
  })

  await fc.assert(
    fc.asyncProperty(unique, async (rows) => {
      const exports: string[][] = []
      let file = JSON.stringify(rows)
      for (let round = 0; round < 2; round += 1) {
        const { storage, dispose } = await emptyStorage('sqlite')
        const directory = await createDirectory({ storage })
        const result = await importUsers(directory, file, {
          format: 'auth0',
          onError: (report) => expect(report).toBeUndefined(),
        })
        expect(result).toMatchObject({ inserted: rows.length, failed: 0 })
        exports.push(await linesOf(directory))
        file = (exports.at(-1) ?? []).join('\n')
        await dispose()
      }
      const [first, second] = exports.map((lines) => lines.map(undated))
      expect(second).toEqual(first)
      const created = exports.map((lines) => lines.map((line) => JSON.parse(line).created_at))
      expect(created[1]).toEqual(created[0])
    }),
    { numRuns: 25 },
  )
})
