import http from 'node:http'
import http2 from 'node:http2'
import { Code, ConnectError, type Transport } from '@connectrpc/connect'
import { type NodeHandler, toNodeHandler } from '@indwell/http-adapter'
import { createServerTransport } from '@zitadel/client/node'
import { createManagementServiceClient } from '@zitadel/client/v1'
import { createOrganizationServiceClient, createUserServiceClient } from '@zitadel/client/v2'
import { createClientTransport } from '@zitadel/client/web'
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../world'
import { connectClients } from './connect-clients'
import { createUser } from './conversation'
import { grpcJsClient } from './grpc-js-client'
import { heldStorage } from './held-storage'
import { type OpenListener, openServer } from './open-server'

const person = (userName: string) => ({
  userName,
  profile: { firstName: 'Zoë', lastName: '日本' },
  email: { email: 'zoe@acme.example', isEmailVerified: true },
})

const transports = [
  {
    name: 'gRPC, by @zitadel/client/node',
    serve: (handler: NodeHandler) => http2.createServer(handler),
    createTransport: createServerTransport,
  },
  {
    name: 'gRPC-web, by @zitadel/client/web',
    serve: (handler: NodeHandler) => http.createServer(handler),
    createTransport: createClientTransport,
  },
]

describe.each(transports)('$name', ({ serve, createTransport }) => {
  let world: World
  let listener: OpenListener
  let transport: Transport
  let held: Awaited<ReturnType<typeof heldStorage>>

  beforeEach(async () => {
    held = await heldStorage()
    world = await createWorld({
      storage: held.storage,
      directory: { limits: { metadataValueBytes: 450_000 } },
    })
    listener = await openServer(serve(toNodeHandler(world.exchange)))
    transport = createTransport(world.rootToken, { baseUrl: listener.url })
  })
  afterEach(async () => {
    await listener.close()
    await world.close()
  })

  it('carries the services of v2', async () => {
    const orgs = createOrganizationServiceClient(transport)
    const users = createUserServiceClient(transport)

    const { organizationId } = await orgs.addOrganization({ name: 'Grüße' })
    const { userId, emailCode } = await users.addHumanUser({
      username: 'zoe',
      organization: { org: { case: 'orgId', value: organizationId } },
      profile: { givenName: 'Zoë', familyName: 'Y' },
      email: { email: 'zoe@acme.example', verification: { case: 'returnCode', value: {} } },
      metadata: [{ key: 'größe', value: Buffer.from('日本') }],
    })
    await users.verifyEmail({ userId, verificationCode: emailCode! })
    await users.setUserMetadata({ userId, metadata: [{ key: 'plan', value: Buffer.from('pro') }] })
    await users.deleteUserMetadata({ userId, keys: ['größe'] })
    const { metadata } = await users.listUserMetadata({ userId })
    const { user } = await users.getUserByID({ userId })
    const found = await orgs.listOrganizations({
      queries: [{ query: { case: 'idQuery', value: { id: organizationId } } }],
    })
    const listed = await users.listUsers({
      queries: [{ query: { case: 'organizationIdQuery', value: { organizationId } } }],
    })

    expect(metadata.map(({ key, value }) => [key, Buffer.from(value).toString()])).toEqual([['plan', 'pro']])
    expect(user).toMatchObject({ userId, details: { resourceOwner: organizationId } })
    expect(user!.type).toMatchObject({
      case: 'human',
      value: { profile: { givenName: 'Zoë' }, email: { isVerified: true } },
    })
    expect(found.result.map(({ name }) => name)).toEqual(['Grüße'])
    expect(listed.result.map((one) => one.userId)).toEqual([userId])
  })

  it('reads an error as JSON tells it', async () => {
    const failure = await refused(createUserServiceClient(transport).getUserByID({ userId: 'nobody' }))

    expect(failure).toMatchObject({ code: Code.NotFound, rawMessage: 'User could not be found (QUERY-Dfbg2)' })
    expect(failure.findDetails(ErrorDetailSchema)).toMatchObject([
      { id: 'QUERY-Dfbg2', message: 'User could not be found' },
    ])
  })

  it('reads a message of any letters', async () => {
    const management = createManagementServiceClient(transport)
    const { userId: id } = await management.addHumanUser(person('zoe'))

    const failure = await refused(
      management.setUserMetadata({ id, key: '100 % «Größe» 日本', value: Buffer.alloc(450_001, 1) }),
    )

    expect(failure.code).toBe(Code.InvalidArgument)
    expect(failure.rawMessage).toContain('100 % «Größe» 日本')
  })

  it('is told which header names the org', async () => {
    const { orgId } = await world.directory.asSystem('test').orgs.create({ name: 'Beta' })

    const management = createManagementServiceClient(transport)
    const { org } = await management.getMyOrg({}, { headers: { 'x-zitadel-orgid': orgId } })

    expect(org).toMatchObject({ id: orgId, name: 'Beta' })
  })

  it.each([
    [
      'has no more time',
      Code.DeadlineExceeded,
      (call: (options: object) => Promise<unknown>) => call({ timeoutMs: 100 }),
    ],
    [
      'is called off',
      Code.Canceled,
      async (call: (options: object) => Promise<unknown>) => {
        const leaving = new AbortController()
        const calling = call({ signal: leaving.signal })
        await expect.poll(held.waiting).toBeGreaterThan(0)
        leaving.abort()
        return calling
      },
    ],
  ])('ends a call that %s, while its write goes on to its end', async (_, code, make) => {
    const management = createManagementServiceClient(transport)
    await management.getMyOrg({})
    const letGo = held.hold()

    const failure = await refused(make((options) => management.addHumanUser(person('late'), options)))
    letGo()

    expect(failure.code).toBe(code)
    const { users } = world.directory.asSystem('test')
    await expect.poll(async () => (await users.list()).items.map(({ userName }) => userName)).toContain('late')
    expect(world.errors).toEqual([])
  })

  it('carries answers of megabytes, and is told that a request is too long', async () => {
    const management = createManagementServiceClient(transport)
    const { userId: id } = await management.addHumanUser(person('zoe'))
    const entries = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ key: `key${index}`, value: Buffer.alloc(400_000, index + 1) }))

    for (const entry of entries(14)) await management.setUserMetadata({ id, ...entry })
    const { result } = await management.listUserMetadata({ id, query: { limit: 100 } })
    const failure = await refused(management.bulkSetUserMetadata({ id, metadata: entries(11) }))

    const sent = new Map(entries(14).map(({ key, value }) => [key, value]))
    expect(result.map(({ key, value }) => [key, sent.get(key)?.equals(value)]).sort()).toEqual(
      [...sent.keys()].sort().map((key) => [key, true]),
    )
    expect(failure.code).toBe(Code.ResourceExhausted)
  })
})

describe('one channel', () => {
  let world: World
  let sessions: number
  beforeEach(async () => {
    world = await createWorld()
    sessions = 0
  })
  afterEach(() => world.close())

  const serve = (port = 0) => {
    const server = http2.createServer(toNodeHandler(world.exchange))
    server.on('session', () => {
      sessions += 1
    })
    return openServer(server, 'http', port)
  }

  it.each([connectClients[0]!, grpcJsClient])('of $name carries a hundred calls at once', async (client) => {
    const { url, close } = await serve()
    const channel = client.open({ url, token: world.rootToken })
    const userNames = Array.from({ length: 100 }, (_, index) => `user${index}`)
    await createUser(channel.call, 'first')

    const outcomes = await Promise.all(userNames.map((userName) => createUser(channel.call, userName)))
    await channel.close()
    await close()

    expect(outcomes.filter((outcome) => 'fails' in outcome)).toEqual([])
    expect(sessions).toBe(1)
    const { items } = await world.directory.asSystem('test').users.list({ limit: 200 })
    expect(items.map(({ userName }) => userName)).toEqual(expect.arrayContaining(userNames))
  })

  it.each([connectClients[0]!, grpcJsClient])('of $name goes on when its server is there again', async (client) => {
    const { url, close } = await serve()
    const channel = client.open({ url, token: world.rootToken })
    expect(await createUser(channel.call, 'before')).toMatchObject({ answer: {} })

    await close()
    // Whoever has not heard yet that its connection is gone says something else once.
    await expect.poll(() => createUser(channel.call, 'meanwhile')).toMatchObject({ fails: { code: Code.Unavailable } })
    const again = await serve(Number(new URL(url).port))
    await expect.poll(() => createUser(channel.call, 'after'), { timeout: 10_000 }).toMatchObject({ answer: {} })
    await channel.close()
    await again.close()

    expect(sessions).toBe(2)
  })
})

async function refused(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(
    () => new Error('it was answered'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ConnectError)) throw error
  return error
}
