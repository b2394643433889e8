import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDirectory, type DirectoryStorage } from '@indwell/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auth0, connectionId } from '../../src/auth0'
import { createFetch } from '../../src/create-fetch'
import { createHttpAdapter } from '../../src/create-http-adapter'
import { type Auth0World, auth0World, managementClient, type WorldOptions } from './auth0-world'
import { emptyStorage, storageKinds } from './storages'

const connection = 'Username-Password-Authentication'
const connection_id = connectionId(connection)

interface JobBody {
  readonly id: string
  readonly status: string
  readonly location?: string
  readonly [name: string]: unknown
}

const boundary = 'xX'
const multipart = (parts: Readonly<Record<string, string>>) =>
  `${Object.entries(parts)
    .map(([name, value]) => {
      const file = name === 'users' ? '; filename="users.json"\r\nContent-Type: application/json' : ''
      return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`
    })
    .join('')}--${boundary}--\r\n`
const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }
const payload = (text: string) => `Payload validation error: '${text}'.`

const post = <Body = JobBody>(world: Auth0World, parts: Readonly<Record<string, string>>) =>
  world.call<Body>('POST', '/jobs/users-imports', multipart({ connection_id, ...parts }), { headers })

async function finished(world: Auth0World, id: string): Promise<JobBody> {
  for (;;) {
    const { body } = await world.call<JobBody>('GET', `/jobs/${id}`)
    if (body.status === 'completed' || body.status === 'failed') return body
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const errorsOf = async (world: Auth0World, id: string) => {
  const { status, body } = await world.call<readonly { user: unknown; errors: unknown }[] | undefined>(
    'GET',
    `/jobs/${id}/errors`,
  )
  return { status, body }
}

describe.each(storageKinds)('jobs on %s', (kind) => {
  let storage: DirectoryStorage
  let dispose: () => Promise<void>
  let world: Auth0World
  beforeEach(async () => {
    ;({ storage, dispose } = await emptyStorage(kind))
    world = await auth0World({ storage })
  })
  afterEach(() => dispose())

  it('V121: tell that a user is there already', async () => {
    const user = { email: 'chuck@example.com', email_verified: true }
    await world.call('POST', '/users', { connection, email: user.email })

    const { status, body } = await post(world, { upsert: 'false', users: JSON.stringify([user]) })

    expect(status).toBe(202)
    expect(await finished(world, body.id)).toMatchObject({
      status: 'completed',
      summary: { failed: 1, updated: 0, inserted: 0, total: 1 },
    })
    expect(await errorsOf(world, body.id)).toEqual({
      status: 200,
      body: [
        {
          user,
          errors: [{ code: 'DUPLICATED_USER', message: 'The user already exist and upsert parameter is false' }],
        },
      ],
    })
  })

  it('V122: import a user, and have no errors then', async () => {
    const users = JSON.stringify([{ email: 'new@example.com', user_id: 'n1', user_metadata: { a: 1 } }])
    const { status, body } = await post(world, { users, external_id: 'ours', send_completion_email: 'false' })

    expect(status).toBe(202)
    expect(body).toEqual({
      type: 'users_import',
      status: 'pending',
      connection_id,
      external_id: 'ours',
      connection,
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
      id: expect.stringMatching(/^job_[A-Za-z0-9]{16}$/),
    })
    expect(await finished(world, body.id)).toEqual({
      ...body,
      status: 'completed',
      summary: { failed: 0, updated: 0, inserted: 1, total: 1 },
    })
    expect(await errorsOf(world, body.id)).toEqual({ status: 204, body: undefined })
    expect((await world.call('GET', '/users/auth0%7Cn1')).body).toMatchObject({ user_metadata: { a: 1 } })
  })

  it('V123: export users to a link that counts for a minute', async () => {
    await world.call('POST', '/users', { connection, email: 'a@example.com', user_id: 'a', name: 'A' })
    const sent = {
      format: 'json',
      limit: 5,
      fields: [{ name: 'name' }, { name: 'email' }, { name: 'identities[0].connection' }],
    }

    const { status, body } = await world.call<JobBody>('POST', '/jobs/users-exports', { connection_id, ...sent })

    expect(status).toBe(200)
    expect(body).toMatchObject({ type: 'users_export', status: 'pending', connection_id, connection, ...sent })
    expect(body.id).toMatch(/^job_[A-Za-z0-9]{16}$/)
    const done = await finished(world, body.id)
    expect(done).toMatchObject({ status: 'completed', percentage_done: 100, time_left_seconds: 0 })
    expect(done.location).toMatch(/^\/api\/v2\/jobs\/job_\w+\/file\?expires=\d+&signature=[\w-]+$/)
    expect(await errorsOf(world, body.id)).toEqual({ status: 204, body: undefined })

    expect(await download(world, String(done.location))).toEqual({
      status: 200,
      type: 'application/x-ndjson; charset=utf-8',
      body: `{"name":"A","email":"a@example.com","identities[0].connection":"${connection}"}\n`,
    })
  })

  it('update where upsert says so', async () => {
    await world.call('POST', '/users', { connection, email: 'a@example.com', user_metadata: { a: 1 } })

    const { body } = await post(world, { upsert: 'true', users: '[{"email":"a@example.com","user_metadata":{"b":2}}]' })

    expect(await finished(world, body.id)).toMatchObject({ summary: { failed: 0, updated: 1, inserted: 0, total: 1 } })
    expect((await world.call('GET', '/users-by-email?email=a@example.com')).body).toMatchObject([
      { user_metadata: { b: 2 } },
    ])
  })

  it('are known to other processes, and to the next ones', async () => {
    const { body } = await post(world, { users: '[{"email":"a@example.com"},{}]' })
    const done = await finished(world, body.id)
    const other = await auth0World({ storage })

    expect((await other.call('GET', `/jobs/${body.id}`)).body).toEqual(done)
    expect((await errorsOf(other, body.id)).body).toHaveLength(1)
  })

  it('answer to the vendor’s SDK', async () => {
    const { client, close } = await managementClient(world)
    const folder = await mkdtemp(join(tmpdir(), 'jobs-'))
    try {
      const file = join(folder, 'users.json')
      await writeFile(file, JSON.stringify([{ email: 'a@example.com' }, { email: 'b@example.com', phone_number: 'x' }]))
      const created = await client.jobs.usersImports.create({
        users: await openAsBlob(file),
        connection_id,
        upsert: true,
      })
      await finished(world, created.id)

      expect(await client.jobs.get(created.id)).toMatchObject({
        status: 'completed',
        summary: { inserted: 1, failed: 1 },
      })
      expect(await client.jobs.errors.get(created.id)).toMatchObject([
        { user: { email: 'b@example.com' }, errors: [{ code: 'PATTERN', path: 'phone_number' }] },
      ])
      const exported = await client.jobs.usersExports.create({
        format: 'csv',
        fields: [{ name: 'email', export_as: 'mail' }],
      })
      const { location } = await finished(world, exported.id)
      expect(await download(world, String(location))).toMatchObject({
        type: 'text/csv; charset=utf-8',
        body: 'mail\r\na@example.com\r\n',
      })
      await expect(client.jobs.get('job_0000000000000000')).rejects.toMatchObject({ statusCode: 404 })
      await expect(
        client.jobs.usersImports.create({ users: new Blob(['[]']), connection_id: 'con_0000000000000000' }),
      ).rejects.toMatchObject({ name: 'BadRequestError', body: { message: 'The connection does not exist.' } })
    } finally {
      await close()
      await rm(folder, { recursive: true })
    }
  })

  it('keep the errors of very many rows', async () => {
    const rows = Array.from({ length: 10_500 }, (_, index) => ({ email: String(index) }))
    const { body } = await post(world, { users: JSON.stringify(rows) })

    expect(await finished(world, body.id)).toMatchObject({ summary: { failed: 10_500, total: 10_500 } })
    const { body: errors } = await errorsOf(world, body.id)
    expect(errors).toHaveLength(10_000)
    expect(errors?.at(-1)?.user).toEqual({ email: '9999' })
  })
})

async function download(world: Auth0World, url: string) {
  const response = await world.answer({
    method: 'GET',
    url,
    headers: {},
    body: async () => new Uint8Array(),
    signal: new AbortController().signal,
  })
  return { status: response?.status, type: response?.headers['content-type'], body: String(response?.body) }
}

describe('links to exports', () => {
  const exported = async (options: WorldOptions = {}) => {
    const world = await auth0World(options)
    await world.call('POST', '/users', { email: 'a@example.com' })
    const { body } = await world.call<JobBody>('POST', '/jobs/users-exports', { format: 'json' })
    const { location } = await finished(world, body.id)
    return { world, id: body.id, location: String(location) }
  }

  it('count for a minute, and for the job they name', async () => {
    let now = Date.UTC(2026, 0, 1)
    const { world, id, location } = await exported({ clock: () => now })
    const other = await world.call<JobBody>('POST', '/jobs/users-exports', { format: 'json' })

    expect((await download(world, location)).status).toBe(200)
    for (const forged of [
      location.replace(id, other.body.id),
      location.replace(/expires=\d+/, `expires=${now + 1e9}`),
      location.replace(/signature=.*/, 'signature='),
      `/api/v2/jobs/${id}/file`,
    ]) {
      const { status, body } = await download(world, forged)
      expect([status, JSON.parse(body).errorCode]).toEqual([403, 'invalid_link'])
    }
    now += 60_000
    expect((await download(world, location)).status).toBe(200)
    now += 1
    expect((await download(world, location)).status).toBe(403)
  })

  it('count in another process that has the same secret', async () => {
    const { storage } = await emptyStorage('sqlite')
    const linkSecret = 's'.repeat(32)
    const { location } = await exported({ storage, linkSecret })

    expect((await download(await auth0World({ storage, linkSecret }), location)).status).toBe(200)
    expect((await download(await auth0World({ storage }), location)).status).toBe(403)
    expect(() => auth0({ linkSecret: 'short' })).toThrow(RangeError)
  })

  it('begin with what the host says clients find it by', async () => {
    const { location } = await exported({ publicUrl: 'https://users.acme.example/' })

    expect(location).toMatch(/^https:\/\/users\.acme\.example\/api\/v2\/jobs\//)
  })

  it('are no way around a rate limit', async () => {
    let allowed = true
    const { world, location } = await exported({
      rateLimit: () => ({ allowed, limit: 1, remaining: 0, resetAt: Date.now() + 1000 }),
    })
    allowed = false

    expect((await download(world, location)).status).toBe(429)
  })
})

describe('an upload', () => {
  const invalid = payload('Invalid multipart payload format')
  const whole = multipart({ connection_id, users: '[]' })

  it.each<[string, string | Uint8Array, string, Record<string, string>?]>([
    ['no form', '{}', invalid, { 'content-type': 'application/json' }],
    ['no boundary', whole, invalid, { 'content-type': 'multipart/form-data' }],
    ['no body', '', invalid],
    ['an end that is missing', whole.slice(0, -10), invalid],
    ['another boundary', whole, invalid, { 'content-type': 'multipart/form-data; boundary=other' }],
    [
      'a part twice',
      multipart({ connection_id, users: '[]' }).replace('name="users"', 'name="connection_id"'),
      invalid,
    ],
    ['bytes that are no UTF-8', Buffer.from(multipart({ connection_id, users: '["\xff"]' }), 'latin1'), invalid],
    ['no file', multipart({ connection_id }), "Must provide 'users' file as multipart part."],
    [
      'a field for a file',
      whole.replace('; filename="users.json"\r\nContent-Type: application/json', ''),
      "Must provide 'users' file as multipart part.",
    ],
    ['an empty file', multipart({ connection_id, users: '' }), 'Users file must not be empty.'],
    ['no connection', multipart({ users: '[]' }), "Must provide 'connection_id' as multipart part."],
    [
      'an unknown connection',
      multipart({ users: '[]', connection_id: 'con_0000000000000000' }),
      'The connection does not exist.',
    ],
    [
      'no id of a connection',
      multipart({ users: '[]', connection_id: 'people' }),
      "Payload validation error: 'String does not match pattern ^con_[A-Za-z0-9]{16}$: people' on property connection_id.",
    ],
    [
      'no boolean',
      multipart({ users: '[]', connection_id, upsert: 'yes' }),
      "Payload validation error: 'Expected type boolean but found type string' on property upsert.",
    ],
    [
      'an unknown part',
      multipart({ users: '[]', connection_id, __proto__2: '1' }),
      payload('Additional properties not allowed: __proto__2'),
    ],
    [
      'a hostile part',
      whole.replace('name="connection_id"', 'name="__proto__"'),
      "Must provide 'connection_id' as multipart part.",
    ],
  ])('with %s is refused', async (_, body, message, sent = headers) => {
    const world = await auth0World()
    const before = await world.countEvents()

    const answer = await world.call('POST', '/jobs/users-imports', body, { headers: sent })

    expect([answer.status, answer.body.message]).toEqual([400, message])
    expect(await world.countEvents()).toBe(before)
  })

  it('is refused above 500 KB, whatever else bodies may be', async () => {
    const world = await auth0World()
    const around = Buffer.byteLength(multipart({ connection_id, users: '' }))
    const file = (length: number) => `[]${' '.repeat(length - around - 2)}`
    const tooLong = {
      statusCode: 413,
      error: 'Payload Too Large',
      message: 'Payload content length greater than maximum allowed: 512000',
      errorCode: 'payload_too_large',
    }

    expect((await post(world, { users: file(512_000) })).status).toBe(202)
    expect((await post(world, { users: file(512_001) })).body).toEqual(tooLong)
    expect((await post(world, { users: file(2_000_000) })).body).toEqual(tooLong)
  })

  it('goes to the connections that the host names', async () => {
    const world = await auth0World({ connections: { con_AAAAAAAAAAAAAAAA: 'people', con_BBBBBBBBBBBBBBBB: 'sms' } })
    const users = '[{"email":"a@example.com"}]'

    const { body } = await post(world, { users, connection_id: 'con_AAAAAAAAAAAAAAAA' })
    await finished(world, body.id)
    expect((await world.call('GET', '/users')).body).toMatchObject([{ identities: [{ connection: 'people' }] }])
    expect((await post(world, { users, connection_id: 'con_BBBBBBBBBBBBBBBB' })).body).toMatchObject({
      message: 'Connection must be a database connection.',
    })
    expect(() => auth0({ connections: { people: 'people' } })).toThrow(RangeError)
  })
})

describe('a job', () => {
  it('needs a scope, or roles', async () => {
    const world = await auth0World()
    await world.directory.asSystem('test').users.createMachine({ userId: 'robot', userName: 'robot', name: 'R' })
    const { body } = await post(world, { users: '[{"email":"a@example.com"}]' })
    await finished(world, body.id)
    const calls = (token: string) => [
      world.call('POST', '/jobs/users-imports', multipart({ connection_id, users: '[]' }), { headers, token }),
      world.call('POST', '/jobs/users-exports', {}, { token }),
      world.call('GET', `/jobs/${body.id}`, undefined, { token }),
      world.call('GET', `/jobs/${body.id}/errors`, undefined, { token }),
    ]
    const statuses = async (token: string) => (await Promise.all(calls(token))).map(({ status }) => status)

    expect(await statuses(world.asCaller({ userId: 'x@clients', scopes: ['read:clients'] }))).toEqual([
      403, 403, 403, 403,
    ])
    expect(await statuses(world.asCaller({ userId: 'x@clients', scopes: ['create:users'] }))).toEqual([
      202, 403, 200, 204,
    ])
    const robot = world.asCaller({ userId: 'robot' })
    expect(await statuses(robot)).toEqual([403, 403, 403, 403])
    await world.directory.asSystem('test').members.add({ userId: 'robot', roles: ['IAM_OWNER'] })
    expect(await statuses(robot)).toEqual([202, 200, 200, 204])
  })

  it('takes what the service takes of a user, and no more', async () => {
    const world = await auth0World()
    const rows = [
      { email: 'a@example.com', created_at: '2020-01-01T00:00:00.000Z' },
      { email: 'b@example.com', password_hash: 'x' },
    ]

    const { body } = await post(world, { users: JSON.stringify(rows) })

    expect(await finished(world, body.id)).toMatchObject({ summary: { inserted: 1, failed: 1 } })
    expect((await errorsOf(world, body.id)).body).toMatchObject([
      { errors: [{ code: 'NOT_PASSED', message: 'Additional properties not allowed: created_at' }] },
    ])
  })

  it('fails where its file breaks off, with the rows before it kept', async () => {
    const world = await auth0World()

    const { body } = await post(world, { users: '[{"email":"a@example.com"},{},{"email":"b@exam' })

    expect(await finished(world, body.id)).toMatchObject({
      status: 'failed',
      summary: { failed: 1, updated: 0, inserted: 1, total: 2 },
      status_details: expect.stringMatching(/^Failed to parse users file JSON/),
    })
    expect((await errorsOf(world, body.id)).body).toHaveLength(1)
  })

  it('has failed when the database fails it, and the host hears why', async () => {
    const { storage } = await emptyStorage('sqlite')
    const heard: unknown[] = []
    let broken = false
    const world = await auth0World({
      storage: {
        ...storage,
        commit: async (instanceId, commits) => {
          if (broken && commits.some(({ aggregates }) => aggregates.some(({ key }) => key.type === 'user'))) {
            throw new Error('the disk is full')
          }
          return storage.commit(instanceId, commits)
        },
      },
      onError: (error) => heard.push(error),
    })
    broken = true

    const { body } = await post(world, { users: '[{"email":"a@example.com"}]' })

    expect(await finished(world, body.id)).toMatchObject({ status: 'failed' })
    await expect.poll(() => heard).toMatchObject([{ name: 'UserImportError', cause: { message: 'the disk is full' } }])
  })

  it('whose process ended is told as failed after two minutes, forgotten after a day, and can be sent again', async () => {
    const { storage } = await emptyStorage('sqlite')
    let now = Date.UTC(2026, 0, 1)
    const clock = () => now
    let commits = 0
    const users = JSON.stringify(Array.from({ length: 450 }, (_, index) => ({ email: `u${index}@example.com` })))
    const dying = await auth0World({
      clock,
      // The process ends in the middle: nothing is written any more, and nothing is answered.
      storage: {
        ...storage,
        commit: (instanceId, list) => {
          if (list.some(({ aggregates }) => aggregates.some(({ key }) => key.type === 'user'))) commits += 1
          return commits > 1 ? new Promise(() => {}) : storage.commit(instanceId, list)
        },
      },
    })
    const { body } = await post(dying, { users })
    await expect.poll(() => commits).toBe(2)

    const next = await auth0World({ storage, clock })
    expect((await next.call('GET', `/jobs/${body.id}`)).body).toMatchObject({ status: 'processing' })
    const again = await post(next, { users, upsert: 'true' })
    expect(await finished(next, again.body.id)).toMatchObject({ summary: { inserted: 250, updated: 200, failed: 0 } })
    now += 2 * 60_000
    expect((await next.call('GET', `/jobs/${body.id}`)).body).toMatchObject({ status: 'processing' })
    now += 1
    expect((await next.call('GET', `/jobs/${body.id}`)).body).toMatchObject({
      status: 'failed',
      status_details: 'The process that worked on the job has ended.',
    })
    now += 24 * 3_600_000
    expect((await next.call('GET', `/jobs/${body.id}`)).status).toBe(404)
    await post(next, { users: '[]' })
    const system = next.directory.asSystem('test')
    const { orgId } = await system.orgs.getDefault()
    expect(Object.keys(await system.orgs.metadata(orgId, 'auth0-jobs').values())).toHaveLength(1)
  })

  it('waits for no third one to import', async () => {
    const { storage } = await emptyStorage('sqlite')
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const world = await auth0World({
      storage: {
        ...storage,
        commit: async (instanceId, commits) => {
          if (commits.some(({ aggregates }) => aggregates.some(({ key }) => key.type === 'user'))) await released
          return storage.commit(instanceId, commits)
        },
      },
    })
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((name) => post(world, { users: `[{"email":"${name}@example.com"}]` })),
    )

    expect(answers.map(({ status }) => status)).toEqual([202, 202, 429])
    expect(
      (
        await (
          await auth0World({ storage })
        ).call('POST', '/jobs/users-imports', multipart({ connection_id, users: '[]' }), { headers })
      ).status,
    ).toBe(429)
    release()
    for (const { body } of answers.slice(0, 2)) await finished(world, body.id)
    expect((await post(world, { users: '[]' })).status).toBe(202)
  })

  it.each(['job_0000000000000000', 'nope', '__proto__', 'a%00b', 'x'.repeat(300)])(
    'with the id %s is none',
    async (id) => {
      const world = await auth0World()

      expect((await world.call('GET', `/jobs/${id}`)).status).toBe(404)
      expect((await world.call('GET', `/jobs/${id}/errors`)).status).toBe(404)
    },
  )

  it.each([
    [{ format: 'xml' }, 'Invalid property "xml"'],
    [{ limit: 0 }, 'Value 0 is less than minimum 1'],
    [{ fields: [{}] }, 'Missing required property: name'],
    [{ fields: Array(31).fill({ name: 'a' }) }, 'Array is too long (31), maximum 30'],
    [{ connection_id: 'con_0000000000000000' }, 'The connection does not exist.'],
    [{ surprise: 1 }, 'Additional properties not allowed: surprise'],
  ])('that exports %j is refused', async (body, message) => {
    const world = await auth0World()

    const answer = await world.call('POST', '/jobs/users-exports', body)

    expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining(message)])
  })
})

it('a body that is longer than the host reads is refused as too long', async () => {
  const directory = await createDirectory({ storage: (await emptyStorage('sqlite')).storage })
  const exchange = createHttpAdapter(directory, {
    faces: [auth0()],
    authenticate: async () => ({ userId: 'x', scopes: ['create:users'] }),
    limits: { maxBodyBytes: 1000 },
  })
  const form = new FormData()
  form.set('users', new Blob(['x'.repeat(2000)]))

  const answer = await createFetch(exchange, { origin: 'https://tenant.test' })(
    'https://tenant.test/api/v2/jobs/users-imports',
    {
      method: 'POST',
      body: form,
    },
  )

  expect(answer.status).toBe(413)
  expect(await answer.json()).toMatchObject({ message: 'Payload content length greater than maximum allowed: 1000' })
})
