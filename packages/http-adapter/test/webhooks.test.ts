import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { createDirectory, type Directory } from '@indwell/core'
import { sendWebhooks, type WebhookEndpointOptions, type WebhooksOptions } from '@indwell/http-adapter/webhooks'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const secret = `whsec_${Buffer.alloc(24, 'a').toString('base64')}`
const nextSecret = `whsec_${Buffer.alloc(32, 'b').toString('base64')}`

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

describe('webhooks', () => {
  let directory: Directory
  let server: Server
  let url: string
  let received: Received[]
  let reply: (message: Received) => Reply | undefined

  beforeEach(async () => {
    received = []
    reply = () => ({ status: 204 })
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const message = { headers: request.headers, body: Buffer.concat(chunks).toString() }
      received.push(message)
      const answer = reply(message)
      if (answer !== undefined) response.writeHead(answer.status, answer.headers).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/hook`
    directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
    const { orgs, users } = directory.asSystem('test')
    await orgs.create({ orgId: 'acme', name: 'Acme' })
    for (const userId of ['ada', 'bob']) await users.createHuman({ userId, orgId: 'acme', userName: userId })
  })
  afterEach(async () => {
    await directory.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const send = async (endpoint: Partial<WebhookEndpointOptions> = {}, options: Partial<WebhooksOptions> = {}) => {
    const sender = sendWebhooks(directory, {
      firstRetryMs: 1,
      longestRetryMs: 5,
      ...options,
      endpoints: [{ id: 'crm', url, secrets: [secret], types: ['user.locked', 'user.unlocked'], ...endpoint }],
    })
    await until(async () => (await sender.endpoint('crm').status()).isHeld)
    return sender.endpoint('crm')
  }
  const until = async (holds: () => boolean | Promise<boolean>) => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const lock = (userId: string) => directory.asSystem('test').users.lock(userId)
  const unlock = (userId: string) => directory.asSystem('test').users.unlock(userId)
  const headersOf = ({ headers }: Received) => headers as Record<string, string>

  it('sends changes that receivers of Standard Webhooks verify, by each of the secrets', async () => {
    await send({ secrets: [secret, nextSecret] })
    await lock('ada')
    await until(() => received.length === 1)

    const [message] = received as [Received]
    for (const known of [secret, nextSecret]) {
      expect(new Webhook(known).verify(message.body, headersOf(message))).toMatchObject({
        type: 'user.locked',
        data: {
          instanceId: 'default',
          aggregate: { type: 'user', id: 'ada' },
          orgId: 'acme',
          sequence: '2',
          actor: { type: 'system', reason: 'test' },
          fields: { state: { before: 'active', after: 'locked' } },
        },
      })
    }
    const stranger = `whsec_${Buffer.alloc(24, 'c').toString('base64')}`
    expect(() => new Webhook(stranger).verify(message.body, headersOf(message))).toThrow()
    expect(() => new Webhook(secret).verify(`${message.body} `, headersOf(message))).toThrow()
    expect(new Date(JSON.parse(message.body).timestamp).getTime()).toBe(JSON.parse(message.body).data.at)
  })

  it('tries again under the same id what was not taken, and logs each attempt', async () => {
    reply = () => ({ status: received.length < 3 ? 500 : 200 })
    const endpoint = await send()
    await lock('ada')
    await until(async () => (await endpoint.deliveries()).length === 3)

    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(received[0]!.headers['webhook-id']).toMatch(/^msg_[\w-]{27}$/)
    expect(await endpoint.deliveries()).toMatchObject([
      { attempt: 1, status: 500, error: 'answered 500' },
      { attempt: 2, status: 500 },
      { attempt: 3, status: 200 },
    ])
  })

  it('parks what is never taken, and goes on', async () => {
    reply = ({ body }) => ({ status: body.includes('"ada"') ? 500 : 200 })
    const endpoint = await send({}, { attempts: 2 })
    await lock('ada')
    await lock('bob')
    await until(async () => (await endpoint.status()).parked.length === 1)
    await until(async () => (await endpoint.status()).handled === 1)
    expect((await endpoint.status()).parked).toMatchObject([{ type: 'user.locked', attempts: 2 }])
    reply = () => ({ status: 200 })
    await endpoint.retryParked()
    await until(async () => (await endpoint.status()).handled === 2)
  })

  it('waits as long as Retry-After asks for, with everything', async () => {
    reply = () => (received.length === 1 ? { status: 503, headers: { 'retry-after': '1' } } : { status: 200 })
    const endpoint = await send({}, { pollMs: 20 })
    const begun = Date.now()
    await lock('ada')
    await lock('bob')
    await until(async () => (await endpoint.status()).handled === 2)
    expect(Date.now() - begun).toBeGreaterThanOrEqual(900)
    expect(received).toHaveLength(3)
  })

  it('is disabled by 410, and goes on with the same message when it is enabled', async () => {
    reply = () => ({ status: 410 })
    const endpoint = await send()
    await lock('ada')
    await until(async () => (await endpoint.status()).disabledAt !== undefined)
    await unlock('ada')
    expect(received).toHaveLength(1)
    reply = () => ({ status: 200 })
    await endpoint.enable()
    await until(async () => (await endpoint.status()).handled === 2)
    expect(received.map(({ body }) => JSON.parse(body).type)).toEqual(['user.locked', 'user.locked', 'user.unlocked'])
  })

  it('follows no redirect', async () => {
    reply = () => ({ status: 302, headers: { location: url } })
    const endpoint = await send({}, { attempts: 1 })
    await lock('ada')
    await until(async () => (await endpoint.status()).parked.length === 1)
    expect(received).toHaveLength(1)
    expect((await endpoint.deliveries())[0]!.error).toContain('redirects are not followed')
  })

  it('gives up an attempt that is not answered in time', async () => {
    reply = () => undefined
    const endpoint = await send({}, { attempts: 1, timeoutMs: 30 })
    await lock('ada')
    await until(async () => (await endpoint.status()).parked.length === 1)
    expect((await endpoint.deliveries())[0]).toMatchObject({ error: 'no answer within 30 ms' })
  })

  it('sends nothing where it is not allowed to', async () => {
    const asked: string[] = []
    const allow = ({ hostname }: URL) => asked.push(hostname) < 0
    const endpoint = await send({}, { attempts: 2, allow })
    await lock('ada')
    await until(async () => (await endpoint.status()).parked.length === 1)
    expect(received).toEqual([])
    expect(asked).toEqual(['127.0.0.1', '127.0.0.1'])
    expect((await endpoint.status()).lastError).toBe('the URL is not allowed')
  })

  it('leaves out of a message that is too long what was before and after', async () => {
    await send({ types: ['user.metadata.set'] }, { maxBodyBytes: 1024 })
    await directory
      .asSystem('test')
      .users.metadata('ada')
      .set({ a: 'x'.repeat(2000) })
    await directory
      .asSystem('test')
      .users.metadata('ada')
      .set({ b: new Uint8Array([1, 2]) })
    await until(() => received.length === 2)
    const [long, short] = received.map(({ body }) => JSON.parse(body).data)
    expect(long).toMatchObject({ truncated: true, sequence: '2', record: { kind: 'user', userId: 'ada' } })
    expect(long).not.toHaveProperty('metadata')
    expect(short.metadata).toEqual([{ namespace: 'app', key: 'b', after: { base64: 'AQI=' } }])
  })

  it('sends everything again from any position, under the same ids', async () => {
    const endpoint = await send()
    await lock('ada')
    await lock('bob')
    await until(() => received.length === 2)
    await endpoint.replay(JSON.parse(received[0]!.body).data.position)
    await until(() => received.length === 3)
    expect(received[2]!.headers['webhook-id']).toBe(received[1]!.headers['webhook-id'])
    expect(received[2]!.body).toBe(received[1]!.body)
  })

  it('sends by one process at a time', async () => {
    await send()
    const sender = sendWebhooks(directory, {
      endpoints: [{ id: 'crm', url, secrets: [secret], types: ['user.locked', 'user.unlocked'] }],
    })
    for (let round = 0; round < 5; round++) {
      await lock('ada')
      await unlock('ada')
    }
    await until(async () => (await sender.endpoint('crm').status()).handled === 10)
    expect(received).toHaveLength(10)
  })

  it('names what makes no sense, and no secret', () => {
    const good = { id: 'crm', url, secrets: [secret] }
    const refusals: readonly (readonly [object, string])[] = [
      [{ endpoints: undefined }, 'endpoints'],
      [{ endpoints: [{ ...good, id: '' }] }, 'endpoints.0.id'],
      [{ endpoints: [good, good] }, 'endpoints.1.id'],
      [{ endpoints: [{ ...good, url: 'ftp://a.example' }] }, 'endpoints.0.url'],
      [{ endpoints: [{ ...good, url: 'https://user:pass@a.example' }] }, 'endpoints.0.url'],
      [{ endpoints: [{ ...good, secrets: [] }] }, 'endpoints.0.secrets'],
      [{ endpoints: [{ ...good, secrets: ['whsec_c2hvcnQ='] }] }, 'endpoints.0.secrets.0'],
      [{ endpoints: [good], timeoutMs: 0 }, 'timeoutMs'],
      [{ endpoints: [good], maxBodyBytes: 1 }, 'maxBodyBytes'],
      [{ endpoints: [good], attempts: 0 }, 'attempts'],
    ]
    for (const [options, path] of refusals) {
      expect(() => sendWebhooks(directory, options as WebhooksOptions)).toThrow(
        expect.objectContaining({ code: 'invalid_input', path, message: expect.not.stringContaining('c2hvcnQ') }),
      )
    }
  })
})
