import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { ManagementClient } from 'auth0'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { adaId, auth0Calls, type FaceCall, foreignCalls, maxBodyBytes, maxUrlLength, zitadelCalls } from './face-calls'
import { type FacedExchange, facedExchange } from './faced-exchange'
import { type Host, hosts, type MountedHost, type MountOptions } from './hosts'
import { connectTo, rawRequest } from './raw-request'
import { type SeenAnswer, sendCall } from './send-call'

/** Where a host itself answers, or hands on something else than was sent. Which is why to mount before its parser. */
const exclusions: readonly {
  readonly reason: string
  readonly hosts: readonly string[]
  readonly prefix?: string
  readonly parser?: boolean
  readonly cases: readonly string[]
}[] = [
  {
    reason: 'the parser answers what it cannot parse',
    hosts: ['Express 4', 'Express 5', 'Fastify 5'],
    parser: true,
    cases: ['sends JSON that is cut off', 'sends no JSON', 'sends text behind the JSON'],
  },
  {
    reason: 'the parser keeps the last of two members',
    hosts: ['Express 4', 'Express 5', 'Fastify 5'],
    parser: true,
    cases: ['sends a member twice'],
  },
  {
    reason: 'the parser puts U+FFFD in the place of what is not UTF-8',
    hosts: ['Express 4', 'Express 5', 'Fastify 5'],
    parser: true,
    cases: ['sends bytes beyond UTF-8'],
  },
  {
    reason: 'its parser answers what is neither object nor list',
    hosts: ['Express 4', 'Express 5'],
    parser: true,
    cases: ['sends a text for a message', 'sends a text for an object', 'sends an object in a text'],
  },
  {
    reason: 'its parser answers an empty JSON body',
    hosts: ['Fastify 5'],
    parser: true,
    cases: [
      'searches entries with an empty body called JSON',
      'removes an entry and calls nothing JSON',
      'deletes a user and calls nothing JSON',
      'sends an empty body called JSON',
    ],
  },
  {
    reason: 'it answers media types it has no parser for',
    hosts: ['Fastify 5'],
    parser: true,
    cases: ['sets an entry from a form', 'sends a form'],
  },
  {
    reason: 'its parser answers a member __proto__',
    hosts: ['Fastify 5'],
    parser: true,
    cases: ['keeps a key every object has'],
  },
  {
    reason: 'its router answers malformed escapes before any hook or route',
    hosts: ['Fastify 5'],
    cases: [
      'reads a key of malformed escapes',
      'reads a key of bytes beyond UTF-8',
      'reads a user by malformed escapes',
    ],
  },
  {
    reason: 'it cuts one slash more than the prefix off',
    hosts: ['Express 4'],
    prefix: '/in',
    cases: ['gets //management/v1/users', 'posts to //management/v1/users'],
  },
]

interface Mounting extends MountOptions {
  readonly host: Host
}

const mountings: readonly Mounting[] = hosts.flatMap((host) =>
  ['', '/in'].flatMap((prefix) => (host.parses ? [false, true] : [false]).map((parser) => ({ host, prefix, parser }))),
)
const plainest = mountings[0]!

const limits = { maxBodyBytes, maxUrlLength, maxHeaderCount: 100 }

const conversations = [
  { title: 'ZITADEL', calls: zitadelCalls },
  { title: 'Auth0', calls: auth0Calls },
  { title: 'the host', calls: foreignCalls },
]

describe.each(mountings)('$host.name, mounted at "$prefix", behind a parser: $parser', (mounting) => {
  describe.each(conversations)('answers for $title', ({ calls }) => {
    let answers: ReadonlyMap<string, SeenAnswer>
    let expected: ReadonlyMap<string, SeenAnswer>
    beforeAll(async () => {
      expected = await answersOfPlainest(calls)
      answers = await converse(mounting, calls)
    })

    for (const { name, answer } of calls) {
      const reason = exclusionOf(mounting, name)?.reason
      it.skipIf(reason !== undefined)(`to who ${name}${reason === undefined ? '' : ` (${reason})`}`, () => {
        const { status, headers, text } = answers.get(name)!

        // Each host has headers of its own.
        if (calls !== foreignCalls) expect({ status, headers, text }).toEqual(expected.get(name))
        if (answer === undefined) return
        expect(status).toBe(answer.status)
        if (answer.text !== undefined) expect(text).toBe(answer.text)
        if (answer.headers) expect(headers).toMatchObject(answer.headers)
        if (answer.body) expect(JSON.parse(text)).toMatchObject(answer.body)
      })
    }
  })

  it('serves the vendor’s SDK', async () => {
    const { directory, exchange, errors } = await facedExchange(limits)
    const mounted = await mounting.host.mount(exchange, mounting)
    const ownFetch = vi.spyOn(globalThis, 'fetch')
    await useSdk(mounted)

    if (!mounting.host.socket) expect(ownFetch).not.toHaveBeenCalled()
    expect(errors).toEqual([])
    ownFetch.mockRestore()
    await mounted.close()
    await directory.close()
  })
})

function exclusionOf({ host, prefix, parser }: Mounting, name: string) {
  return exclusions.find(
    (one) =>
      one.hosts.includes(host.name) &&
      (one.prefix ?? prefix) === prefix &&
      (one.parser ?? parser) === parser &&
      one.cases.includes(name),
  )
}

const answersByCalls = new Map<readonly FaceCall[], Promise<ReadonlyMap<string, SeenAnswer>>>()

function answersOfPlainest(calls: readonly FaceCall[]): Promise<ReadonlyMap<string, SeenAnswer>> {
  const answers = answersByCalls.get(calls) ?? converse(plainest, calls)
  answersByCalls.set(calls, answers)
  return answers
}

/** What the calls are answered, one after the other, by a new directory. */
async function converse(mounting: Mounting, calls: readonly FaceCall[]): Promise<ReadonlyMap<string, SeenAnswer>> {
  const { directory, exchange, errors } = await facedExchange(limits)
  const mounted = await mounting.host.mount(exchange, mounting)
  const agent = mounting.host.socket ? new http.Agent({ keepAlive: true, maxSockets: 1 }) : undefined
  const answers = new Map<string, SeenAnswer>()
  for (const call of calls) {
    if (exclusionOf(mounting, call.name) === undefined) answers.set(call.name, await sendCall(mounted, call, agent))
  }
  agent?.destroy()
  await mounted.close()
  await directory.close()
  expect(errors).toEqual([])
  return answers
}

/** A day of an application that knows nothing of Indwell. */
async function useSdk(mounted: MountedHost): Promise<void> {
  const { users, clients } = new ManagementClient({
    domain: 'tenant.test',
    token: 'allScopes',
    maxRetries: 0,
    fetch: (url, init) => mounted.fetch(String(url).replace(/^https:\/\/[^/]+/, mounted.url), init),
  })
  const connection = 'Username-Password-Authentication'

  const jane = await users.create({
    connection,
    user_id: 'a/b%7Cü😀',
    email: 'jane@example.com',
    user_metadata: { hobby: 'surfing' },
  })
  const janesId = String(jane.user_id)
  expect(await users.get(janesId)).toEqual(jane)
  const merged = await users.update(janesId, { user_metadata: { seats: 3 }, app_metadata: { plan: 'full' } })
  expect(merged).toMatchObject({ user_metadata: { hobby: 'surfing', seats: 3 }, app_metadata: { plan: 'full' } })
  await users.create({ connection, email: 'bob@example.com' })
  const found: unknown[] = []
  for await (const { email } of await users.list({ per_page: 1, sort: 'email:1' })) found.push(email)
  expect(found).toEqual(['bob@example.com', 'jane@example.com'])
  await expect(users.create({ connection, email: 'jane@example.com' })).rejects.toMatchObject({ statusCode: 409 })
  expect(await users.delete(janesId)).toBeUndefined()
  await expect(users.get(janesId)).rejects.toMatchObject({ statusCode: 404, body: { errorCode: 'inexistent_user' } })

  const created = await clients.create({ name: 'M', client_metadata: { mycolor: 'red' } })
  const clientId = String(created.client_id)
  expect(await clients.get(clientId)).toMatchObject({ name: 'M', client_metadata: { mycolor: 'red' } })
  const updated = await clients.update(clientId, { client_metadata: { mycolor: null, myflavor: 'grape' } })
  expect(updated.client_metadata).toEqual({ myflavor: 'grape' })
  expect((await clients.list()).data).toEqual([updated])
  expect(await clients.delete(clientId)).toBeUndefined()
  await expect(clients.get(clientId)).rejects.toMatchObject({ statusCode: 404 })
}

const sockets = mountings.filter(({ host, prefix }) => host.socket && prefix === '')

describe.each(sockets)('$host.name, behind a parser: $parser, under attack', ({ host, prefix, parser }) => {
  const metadata = `/management/v1/users/${adaId}/metadata`
  const unhandled: unknown[] = []
  const note = (error: unknown) => unhandled.push(error)
  let faced: FacedExchange
  let mounted: MountedHost

  beforeEach(async () => {
    process.on('unhandledRejection', note).on('uncaughtException', note)
    vi.spyOn(console, 'error')
    faced = await facedExchange({ ...limits, bodyTimeoutMs: 800 })
    mounted = await host.mount(faced.exchange, { prefix, parser })
  })
  afterEach(async () => {
    await expectService()
    await mounted.close()
    await faced.directory.close()
    process.off('unhandledRejection', note).off('uncaughtException', note)
    expect(unhandled).toEqual([])
    expect(faced.errors).toEqual([])
    expect(console.error).not.toHaveBeenCalled()
    vi.restoreAllMocks()
  })

  /** Whether somebody else is served, by both faces. */
  async function expectService(): Promise<void> {
    const headers = { authorization: 'Bearer owner' }
    const statuses = await Promise.all(
      [`/management/v1/users/${adaId}`, '/api/v2/clients'].map(async (path) => {
        const response = await fetch(`${mounted.url}${path}`, { headers, signal: AbortSignal.timeout(20_000) })
        await response.text()
        return response.status
      }),
    )
    expect(statuses).toEqual([200, 200])
  }

  const head = (method: string, path: string, ...lines: readonly string[]) =>
    [`${method} ${path} HTTP/1.1`, 'Authorization: Bearer owner', ...lines, '', ''].join('\r\n')
  const post = (path: string, length: number) =>
    head('POST', path, 'Host: x', 'Content-Type: application/json', `Content-Length: ${length}`)
  const cutOff = (path: string) => `${post(path, 100)}{"value":`
  const setEntry = (key: string) => `${post(`${metadata}/${key}`, 16)}{"value":"MQ=="}`
  const writes = [`${metadata}/k`, '/api/v2/users', '/management/v1/users/human', '/api/v2/clients']

  it.each(['[', 'a b', 'x:port', '%%', 'evil.example/../', ''])(
    'reads nothing into a Host such as %j',
    async (name) => {
      const received = await rawRequest(
        mounted.url,
        head('GET', `/management/v1/users/${adaId}`, `Host: ${name}`, 'Connection: close'),
      )

      // A Request needs a URL: @hono/node-server answers before anybody else can.
      expect(received).toMatch(name !== '' && host.name.startsWith('Hono') ? /^HTTP\/1.1 400 / : /^HTTP\/1.1 200 /)
    },
  )

  it.skipIf(parser)('gives up on bodies that stall, in the vendor’s words', async () => {
    const stalled = Promise.all(writes.map((path) => rawRequest(mounted.url, cutOff(path), '}')))
    await expectService()

    const [one, two] = await stalled
    expect(one).toContain(' 408 ')
    expect(one).toContain('{"code":4,')
    expect(two).toContain(' 408 ')
    expect(two).toContain('"errorCode":"request_timeout"')
  })

  it('forgets clients that hang up amid a body', async () => {
    const before = await faced.directory.asSystem('test').events({ limit: 1000 })
    const clients = Array.from({ length: 40 }, (_, index) => {
      const client = connectTo(mounted.url)
      client.write(cutOff(writes[index % writes.length]!))
      return client
    })
    await sleep(50)
    await expectService()
    for (const client of clients) client.destroy()
    await sleep(50)

    expect(await faced.directory.asSystem('test').events({ limit: 1000 })).toEqual(before)
  })

  it('forgets clients that do not wait for the answer', async () => {
    for (let round = 0; round < 40; round++) {
      const client = connectTo(mounted.url)
      client.on('connect', () => {
        client.write(setEntry(`k${round}`))
        if (round % 2 === 0) client.destroy()
        else client.resetAndDestroy()
      })
    }
    await sleep(100)
    await expectService()
  })

  it('answers 200 requests of one connection in their order', async () => {
    const refused = (index: number, ...lines: string[]) =>
      head('GET', `/api/v2/users/no-id-${index}`, 'Host: x', ...lines)
    const pairs = Array.from({ length: 99 }, (_, index) => setEntry(`k${index}`) + refused(index))

    const [received] = await Promise.all([
      rawRequest(mounted.url, `${pairs.join('')}${setEntry('k99')}${refused(99, 'Connection: close')}`),
      expectService(),
    ])

    const statuses = [...received.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)
    expect(statuses).toEqual(Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? '200' : '400')))
    const ids = [...received.matchAll(/user-id: no-id-(\d+)/g)].map(([, id]) => Number(id))
    expect(ids).toEqual(Array.from({ length: 100 }, (_, index) => index))
    const sequences = new Set([...received.matchAll(/"sequence":"(\d+)"/g)].map(([, sequence]) => sequence))
    expect(sequences.size).toBe(100)
  })

  it('refuses floods of headers', async () => {
    const lines = (count: number) => Array.from({ length: count }, (_, index) => `X-${index}: ${'x'.repeat(10)}`)
    const flood = (path: string, count: number) =>
      rawRequest(mounted.url, head('GET', path, 'Host: x', 'Connection: close', ...lines(count)))
    const waiting = Array.from({ length: 40 }, () => {
      const client = connectTo(mounted.url)
      client.write(`GET ${metadata}/k HTTP/1.1\r\n${lines(50).join('\r\n')}`)
      return client
    })

    const [many, manyAuth0, huge] = await Promise.all([
      flood(`${metadata}/k`, 300),
      flood('/api/v2/users', 300),
      flood(`${metadata}/k`, 3_000),
    ])
    await expectService()
    for (const client of waiting) client.destroy()

    expect(many).toMatch(/^HTTP\/1.1 431 .*\{"code":3,/s)
    expect(manyAuth0).toMatch(/^HTTP\/1.1 431 .*"errorCode":"too_many_headers"/s)
    // Node's own, above 16 KiB.
    expect(huge).toMatch(/^HTTP\/1.1 431 /)
  })
})

describe('a host without a socket, under attack', () => {
  it('gives up on bodies that stall, and forgets clients that hang up', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', note)
    const { directory, exchange, errors } = await facedExchange({ ...limits, bodyTimeoutMs: 100 })
    const mounted = await hosts.find(({ socket }) => !socket)!.mount(exchange, { prefix: '/in', parser: false })
    const stall = (path: string, signal?: AbortSignal) =>
      mounted.fetch(`${mounted.url}${path}`, {
        method: 'POST',
        headers: { authorization: 'Bearer owner' },
        body: new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{"value":')) }),
        duplex: 'half',
        ...(signal !== undefined && { signal }),
      })

    const client = new AbortController()
    const abandoned = stall('/api/v2/users', client.signal)
    client.abort()
    const [zitadel, auth0] = await Promise.all([
      stall(`/management/v1/users/${adaId}/metadata/k`),
      stall('/api/v2/users'),
    ])

    expect([zitadel.status, await zitadel.json()]).toMatchObject([408, { code: 4 }])
    expect([auth0.status, await auth0.json()]).toMatchObject([408, { errorCode: 'request_timeout' }])
    expect((await abandoned).status).toBe(400)
    await sleep(10)
    expect([unhandled, errors]).toEqual([[], []])
    process.off('unhandledRejection', note)
    await directory.close()
  })
})
