import { execFile } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createDirectory } from '@indwell/core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createPostgresDatabase } from '../../../test/postgres'
import { storageFromUrl } from '../src/storage-from-url'
import { buildServer, type Environment, RunningServer, runToEnd } from './running-server'

const ownerToken = 'token-of-the-owner-of-acme'
const color = { value: Buffer.from('blue').toString('base64') }

/** How long to wait for what comes right behind the first line. */
const patience = { timeout: 10_000 }

let folder: string
let servers: RunningServer[] = []

beforeAll(buildServer)
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'indwell-server-'))
})
afterEach(async () => {
  for (const server of servers) await server.stop('SIGKILL')
  servers = []
  await rm(folder, { recursive: true, force: true })
})

async function start(environment: Environment = {}): Promise<RunningServer> {
  const server = await RunningServer.start({ DATABASE_URL: `file:${folder}/indwell.db`, ...environment })
  servers.push(server)
  return server
}

/** What happened to the instance, its default org and every user, in a database that no server uses. */
async function eventsOf(databaseUrl: string) {
  const directory = await createDirectory({ storage: storageFromUrl(databaseUrl) })
  try {
    const acting = directory.asSystem('test')
    const { items: users } = await acting.users.list()
    const subjects = [
      { type: 'instance', id: directory.instanceId },
      { type: 'org', id: directory.defaultOrgId },
      ...users.map(({ userId }) => ({ type: 'user', id: userId }) as const),
    ] as const
    // One by one: the log of everything holds events back while others write to the same Postgres.
    return (await Promise.all(subjects.map((subject) => acting.events({ subject })))).flat()
  } finally {
    await directory.close()
  }
}

const sqlite = async () => ({ url: `file:${folder}/other.db`, drop: async () => {} })

describe.each([
  { name: 'an SQLite file', create: sqlite },
  { name: 'Postgres', create: createPostgresDatabase },
])('on $name', ({ create }) => {
  let database: Awaited<ReturnType<typeof create>>

  beforeEach(async () => {
    database = await create()
  })
  afterEach(() => database.drop())

  it('keeps what was written over a restart', async () => {
    const before = await start({ DATABASE_URL: database.url })
    const token = before.printedToken
    expect((await before.call('/management/v1/metadata/color', { token, body: color })).status).toBe(200)
    expect(await before.stop()).toMatchObject({ code: 0, stderr: '' })

    const after = await start({ DATABASE_URL: database.url })

    const { status, body } = await after.call('/management/v1/metadata/color', { token })
    expect(status).toBe(200)
    expect(body).toMatchObject({ metadata: { key: 'color', value: color.value } })
  })

  it('changes nothing when it starts a second time', async () => {
    await (await start({ DATABASE_URL: database.url })).stop()
    const events = await eventsOf(database.url)

    const second = await start({ DATABASE_URL: database.url })
    expect(second.printedToken).toBeUndefined()
    expect(second.curlLines[0]).toContain('$INDWELL_OWNER_TOKEN')
    await second.stop()

    expect(events.length).toBeGreaterThan(0)
    expect(await eventsOf(database.url)).toEqual(events)
  })

  it('has every answered write after SIGKILL in the middle of writing', async () => {
    const server = await start({ DATABASE_URL: database.url, INDWELL_OWNER_TOKEN: ownerToken })
    const answered: string[] = []
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let count = 0; ; count += 1) {
        const key = `key-${writer}-${count}`
        const { status } = await server.call(`/management/v1/metadata/${key}`, { token: ownerToken, body: color })
        if (status === 200) answered.push(key)
        if (answered.length === 100) server.signal('SIGKILL')
      }
    })
    await Promise.allSettled(writers)
    expect(await server.ended).toMatchObject({ signal: 'SIGKILL' })

    const restarted = await start({ DATABASE_URL: database.url })

    const { body } = await restarted.call('/management/v1/metadata/_search', {
      token: ownerToken,
      body: { query: { limit: 1000 } },
    })
    const stored = (body.result as { key: string }[]).map(({ key }) => key)
    expect(answered.length).toBeGreaterThanOrEqual(100)
    expect(stored).toEqual(expect.arrayContaining(answered))
  })
})

describe('the reference server', () => {
  it('begins afresh each time in memory', async () => {
    const first = await start({ DATABASE_URL: ':memory:' })
    const { printedToken: token } = first
    expect((await first.call('/management/v1/orgs/me', { token })).status).toBe(200)
    await first.stop()

    const second = await start({ DATABASE_URL: ':memory:' })

    expect((await second.call('/management/v1/orgs/me', { token })).status).toBe(401)
    expect(await readdir(folder)).toEqual([])
  })

  it('prints lines that work when they are pasted', async () => {
    const made = await start()
    const named = await start({ DATABASE_URL: ':memory:', INDWELL_OWNER_TOKEN: ownerToken })

    for (const server of [made, named]) {
      expect(server.stdout.split('\n')[0]).toBe(`indwell listening on ${server.url}`)
      expect(server.curlLines.some((line) => line.includes('/management/v1/'))).toBe(true)
      expect(server.curlLines.some((line) => line.includes('/api/v2/'))).toBe(true)
      for (const line of server.curlLines) {
        const environment = { PATH: process.env.PATH, INDWELL_OWNER_TOKEN: ownerToken }
        const pasted = line.replace(/^curl/, 'curl --silent --show-error --fail-with-body')
        const { stdout } = await promisify(execFile)('sh', ['-c', pasted], { env: environment })
        expect(JSON.parse(stdout)).toBeTypeOf('object')
      }
    }
  })

  it('does not show or write a token it was given', async () => {
    const tokenFile = join(folder, 'token')
    const server = await start({ INDWELL_OWNER_TOKEN: ownerToken, INDWELL_TOKENS: tokenFile })

    expect((await server.call('/management/v1/orgs/me', { token: ownerToken })).status).toBe(200)
    expect(server.stdout + server.stderr).not.toContain(ownerToken)
    await expect(stat(tokenFile)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('writes a token it made to a file for nobody else', async () => {
    const tokenFile = join(folder, 'token')
    const server = await start({ INDWELL_TOKENS: tokenFile })

    await expect.poll(() => readFile(tokenFile, 'utf8').catch(() => ''), patience).toBe(`${server.printedToken}\n`)
    expect((await stat(tokenFile)).mode & 0o777).toBe(0o600)
    expect((await readdir(folder)).filter((name) => name.startsWith('token'))).toEqual(['token'])
  })

  it('starts and tells when the token cannot be written', async () => {
    const server = await start({ INDWELL_TOKENS: join(folder, 'missing', 'token') })

    await expect.poll(() => server.stderr, patience).toContain('INDWELL_TOKENS')
    expect((await server.call('/management/v1/orgs/me', { token: server.printedToken })).status).toBe(200)
  })

  it('tells that a token named later opens nothing', async () => {
    await (await start()).stop()

    const server = await start({ INDWELL_OWNER_TOKEN: ownerToken })

    await expect.poll(() => server.stderr, patience).toContain('INDWELL_OWNER_TOKEN')
    expect((await server.call('/management/v1/orgs/me', { token: ownerToken })).status).toBe(401)
  })

  it('keeps only the hash of a token', async () => {
    await (await start({ INDWELL_OWNER_TOKEN: ownerToken })).stop()

    for (const name of await readdir(folder)) {
      expect((await readFile(join(folder, name))).includes(ownerToken)).toBe(false)
    }
  })

  it('serves its health, and 404 where nobody is', async () => {
    const server = await start()

    expect(await server.call('/healthz')).toEqual({ status: 200, body: { status: 'ok' } })
    expect(await server.call('/healthz?deep=1')).toEqual({ status: 200, body: { status: 'ok' } })
    expect(await server.call('/')).toEqual({ status: 404, body: { message: 'Not Found' } })
    expect(await server.call('/management/v9/orgs/me')).toEqual({ status: 404, body: { message: 'Not Found' } })
  })
})

describe('INDWELL_JWT_SECRET', () => {
  const secret = 'a secret of at least thirty-two bytes'
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const sign = (claims: Record<string, unknown>, key = secret) => {
    const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
  }
  const now = Math.floor(Date.now() / 1000)
  const claims = { sub: 'auth0|somebody', scope: 'read:users', exp: now + 3600 }

  it('accepts tokens signed with it, for what their scopes open, beside stored ones', async () => {
    const server = await start({ INDWELL_JWT_SECRET: secret, INDWELL_OWNER_TOKEN: ownerToken })

    expect((await server.call('/api/v2/users', { token: sign(claims) })).status).toBe(200)
    expect(await server.call('/api/v2/clients', { token: sign(claims) })).toMatchObject({
      status: 403,
      body: { errorCode: 'insufficient_scope' },
    })
    expect((await server.call('/api/v2/users', { token: ownerToken })).status).toBe(200)
  })

  it.each([
    ['is over', sign({ ...claims, exp: now - 1 })],
    ['has not begun', sign({ ...claims, nbf: now + 3600 })],
    ['somebody else signed', sign(claims, 'another secret of thirty-two bytes')],
  ])('does not accept a token that %s', async (_, token) => {
    const server = await start({ INDWELL_JWT_SECRET: secret })

    expect((await server.call('/api/v2/users', { token })).status).toBe(401)
    expect((await server.call('/management/v1/orgs/me', { token })).status).toBe(401)
  })

  it('is the only way to be let in by a signed token', async () => {
    const server = await start()

    expect((await server.call('/api/v2/users', { token: sign(claims) })).status).toBe(401)
  })
})

describe('INDWELL_STRICT', () => {
  it('makes a face refuse what the vendor refuses', async () => {
    const body = { email: 'ada@acme.example' }
    const kind = await start({ INDWELL_OWNER_TOKEN: ownerToken })
    const strict = await start({ DATABASE_URL: ':memory:', INDWELL_OWNER_TOKEN: ownerToken, INDWELL_STRICT: 'auth0' })

    expect((await kind.call('/api/v2/users', { token: ownerToken, body })).status).toBe(201)
    expect((await strict.call('/api/v2/users', { token: ownerToken, body })).status).toBe(400)
  })
})

describe('a start that fails', () => {
  it.each([
    ['PORT', 'http'],
    ['INDWELL_STRICT', 'okta'],
    ['DATABASE_URL', 'mysql://ada:secret@localhost/acme'],
    ['DATABASE_URL', 'file:'],
    ['DATABASE_URL', 'file://elsewhere/indwell.db'],
  ])('names the variable in one line for %s=%s', async (variable, value) => {
    const { code, stdout, stderr } = await runToEnd({ DATABASE_URL: ':memory:', [variable]: value })

    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(new RegExp(`^indwell: ${variable} .*\n$`))
    expect(stderr).not.toContain('secret')
  })

  it('says that the file or the server is not there', async () => {
    const file = await runToEnd({ DATABASE_URL: `file:${folder}/missing/indwell.db` })
    const postgres = await runToEnd({ DATABASE_URL: 'postgres://ada:secret@127.0.0.1:1/acme' })

    expect(file).toMatchObject({ code: 1, stdout: '' })
    expect(file.stderr).toMatch(/^indwell: storage unreachable.*\n$/)
    expect(postgres).toMatchObject({ code: 1, stdout: '' })
    expect(postgres.stderr).toMatch(/^indwell: storage unreachable.*ECONNREFUSED.*\n$/)
    expect(postgres.stderr).not.toContain('secret')
  })

  it('says that the port is taken', async () => {
    const { port } = new URL((await start()).url)

    const { code, stderr } = await runToEnd({ DATABASE_URL: ':memory:', PORT: port })

    expect(code).toBe(1)
    expect(stderr).toMatch(/^indwell: .*EADDRINUSE.*\n$/)
  })
})
