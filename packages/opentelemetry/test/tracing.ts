import {
  createDirectory,
  type Directory,
  type DirectoryStorage,
  OutcomeUnknownError,
  StorageUnavailableError,
} from '@indwell/core'
import { createFetch, createHttpAdapter } from '@indwell/http-adapter'
import { auth0 } from '@indwell/http-adapter/auth0'
import { type OpenTelemetryOptions, openTelemetry } from '@indwell/opentelemetry'
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

export interface TracedDatabase {
  readonly storage: DirectoryStorage
  close(): Promise<unknown>
}

const idOf = (span: ReadableSpan) => span.spanContext().spanId
const attributesOf = ({ attributes }: ReadableSpan) => attributes

/** What spans say, whatever database it is. */
export function describeTracing(system: string, open: () => Promise<TracedDatabase>): void {
  describe(`spans on ${system}`, () => {
    const exporter = new InMemorySpanExporter()
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
    const tracer = tracerProvider.getTracer('host')
    let database: TracedDatabase
    let directory: Directory
    let userIds: readonly string[]

    const openDirectory = (options?: OpenTelemetryOptions, storage = database.storage) =>
      createDirectory({ storage, tracing: openTelemetry({ tracerProvider, ...options }) })
    const spans = () => exporter.getFinishedSpans()
    const spansNamed = (name: string) => spans().filter((span) => span.name === name)
    const below = (parent: ReadableSpan) => spans().filter((span) => span.parentSpanContext?.spanId === idOf(parent))

    beforeAll(async () => {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
      database = await open()
      directory = await openDirectory()
      const { users } = directory.asSystem('set-up')
      const created = await Promise.all(
        Array.from({ length: 8 }, (_, number) => users.createHuman({ userName: `user-${number}` })),
      )
      userIds = created.map(({ userId }) => userId)
      await directory.asSystem('set-up').members.add({ userId: userIds[0]!, roles: ['IAM_OWNER'] })
    })
    beforeEach(() => exporter.reset())
    afterAll(async () => {
      context.disable()
      await database.close()
    })

    it('stand for a call, below the host’s, and for what it asks the database', async () => {
      await tracer.startActiveSpan('GET /users', async (span) => {
        await directory.as({ userId: userIds[0]!, across: 'instance' }).users.list({ limit: 3 })
        span.end()
      })

      const [host] = spansNamed('GET /users')
      const [call] = spansNamed('indwell.users.list')
      expect(below(host!)).toEqual([call])
      expect(call!.kind).toBe(SpanKind.INTERNAL)
      expect(attributesOf(call!)).toEqual({
        'indwell.caller.type': 'user',
        'indwell.subject.type': 'user',
        'indwell.result.count': 3,
      })
      const [search] = below(call!).filter(({ name }) => name === 'search')
      expect(attributesOf(search!)).toEqual({
        'db.system.name': system,
        'db.operation.name': 'search',
        'db.response.returned_rows': 3,
      })
      expect(search!.kind).toBe(system === 'sqlite' ? SpanKind.INTERNAL : SpanKind.CLIENT)
      expect(below(call!).map(({ name }) => name)).toContain('load')
    })

    it.each([
      ['lock', 'commit'],
      ['get', 'load'],
    ] as const)(
      'of calls that the database answers together (%s) are each below their own call',
      async (verb, operation) => {
        await Promise.all(
          userIds.slice(1).map((userId, number) =>
            tracer.startActiveSpan(`request ${number}`, async (span) => {
              await directory.asSystem('test').users[verb](userId)
              span.end()
            }),
          ),
        )

        const calls = spansNamed(`indwell.users.${verb}`)
        expect(new Set(calls.map((call) => call.spanContext().traceId)).size).toBe(7)
        const batched = calls.flatMap(below).filter(({ name }) => name === `BATCH ${operation}`)
        expect(batched).toHaveLength(7)
        for (const one of batched) {
          expect(attributesOf(one)).toEqual({
            'db.system.name': system,
            'db.operation.name': `BATCH ${operation}`,
            'db.operation.batch.size': 7,
            'indwell.batch.callers': 7,
          })
        }
        const first = batched.find(({ links }) => links.length === 0)!
        const others = batched.filter((one) => one !== first)
        expect(others.map(({ links }) => links.map((link) => link.context.spanId))).toEqual(
          others.map(() => [idOf(first)]),
        )
      },
    )

    it('of entries that are set together are below their calls, and so are spans of listeners', async () => {
      const heard: string[] = []
      const end = directory.on('user.metadata.set', ({ aggregate }) => {
        const active = trace.getActiveSpan()
        heard.push(`${aggregate.id} ${active?.spanContext().traceId}`)
      })
      const expected = await Promise.all(
        userIds.slice(1).map((userId) =>
          tracer.startActiveSpan('request', async (span) => {
            await directory.asSystem('test').users.metadata(userId).set({ plan: 'pro' })
            span.end()
            return `${userId} ${span.spanContext().traceId}`
          }),
        ),
      )
      end()

      expect([...heard].sort()).toEqual([...expected].sort())
      for (const call of spansNamed('indwell.users.metadata.set')) {
        expect(below(call).map(({ name }) => name)).toContain('BATCH commitUnread')
      }
    })

    it('of a face are below the host’s span of the request, each with who it found to be calling', async () => {
      const { members, users } = directory.asSystem('set-up')
      const { userId } = await users.createMachine({ userName: 'robot', name: 'Robot' })
      await members.add({ userId, roles: ['IAM_OWNER'] })
      await users.accessTokens(userId).create({ token: 'secret-of-the-owner' })
      const fetch = createFetch(createHttpAdapter(directory, { faces: [auth0()] }))
      exporter.reset()
      const headers = { authorization: 'Bearer secret-of-the-owner' }
      await Promise.all(
        [1, 2].map((number) =>
          tracer.startActiveSpan(`GET ${number}`, async (span) => {
            const { status } = await fetch(`http://localhost/api/v2/users?per_page=${number}`, { headers })
            span.setAttribute('status', status)
            span.end()
          }),
        ),
      )

      for (const number of [1, 2]) {
        const [request] = spansNamed(`GET ${number}`)
        expect(attributesOf(request!)).toEqual({ status: 200 })
        const names = below(request!).map(({ name }) => name)
        expect(names).toEqual(expect.arrayContaining(['indwell.authenticate', 'indwell.users.list']))
        expect(names.filter((name) => !name.startsWith('indwell.'))).toEqual([])
        const [list] = below(request!).filter(({ name }) => name === 'indwell.users.list')
        expect(attributesOf(list!)['indwell.result.count']).toBe(number)
      }
    })

    it('carry the code of what a call is refused with, and no text', async () => {
      const { users } = directory.asSystem('test')
      await expect(users.get('nobody-of-that-name')).rejects.toThrow()
      await expect(users.createHuman({ userName: 'user-1' })).rejects.toThrow()

      const [get] = spansNamed('indwell.users.get')
      const [create] = spansNamed('indwell.users.createHuman')
      expect(get).toMatchObject({ status: { code: SpanStatusCode.ERROR }, events: [] })
      expect(get!.status.message).toBeUndefined()
      expect(attributesOf(get!)['error.type']).toBe('not_found')
      expect(attributesOf(create!)['error.type']).toBe('already_exists')
      // The database did as it was asked.
      for (const asked of [...below(get!), ...below(create!)]) expect(asked.status.code).toBe(SpanStatusCode.UNSET)
    })

    it('tell which question to the database failed', async () => {
      const { commitUnread: _, ...rest } = database.storage
      const failing = await openDirectory(undefined, {
        ...rest,
        commit: async () => {
          throw new OutcomeUnknownError()
        },
      })
      await expect(failing.asSystem('test').users.unlock(userIds[7]!)).rejects.toThrow()

      const [commit] = spansNamed('commit')
      expect(commit!.status.code).toBe(SpanStatusCode.ERROR)
      expect(attributesOf(commit!)['error.type']).toBe('outcome_unknown')
    })

    it('are one for each try', async () => {
      const { load } = database.storage
      let fails = false
      const flaky = await openDirectory(undefined, {
        ...database.storage,
        load: async (instanceId, reads) => {
          if (!fails) return load(instanceId, reads)
          fails = false
          throw new StorageUnavailableError('unreachable')
        },
      })
      fails = true
      expect(await flaky.asSystem('test').users.get(userIds[1]!)).toMatchObject({ userName: 'user-1' })

      const [call] = spansNamed('indwell.users.get')
      expect(below(call!).map((span) => attributesOf(span)['error.type'])).toEqual(['storage_unavailable', undefined])
    })

    it('are none where nobody called: of consumers that look for changes, and of opening', async () => {
      const opened = await openDirectory()
      const handled: unknown[] = []
      const consumer = tracer.startActiveSpan('request', (span) => {
        const started = opened.consumer(`quiet-${system}`, (change) => void handled.push(change), { pollMs: 10 })
        span.end()
        return started
      })
      await expect.poll(() => handled.length).toBeGreaterThan(8)
      await consumer.stop()

      expect(spans().map(({ name }) => name)).toEqual(['request'])
    })

    it('name the instance only where the host says so', async () => {
      await directory.asSystem('test').users.get(userIds[1]!)
      const named = await openDirectory({ instanceId: true })
      await named.asSystem('test').users.get(userIds[1]!)

      const [without, withInstance] = spansNamed('indwell.users.get')
      expect(attributesOf(without!)).not.toHaveProperty('indwell.instance.id')
      expect(attributesOf(withInstance!)['indwell.instance.id']).toBe('default')
    })

    it('hold nothing of anybody', async () => {
      const secrets = [
        'sec-userid',
        'sec-username',
        'sec-first',
        'sec-mail@acme.example',
        'sec-key',
        'sec-value',
        'sec-org',
        'sec-client',
        'sec-role',
        'sec-token',
        'sec-idempotency',
        'sec-reason',
        'sec-namespace',
        'sec-search',
        'sec-listener',
        'sec-work',
        'sec.permission',
        'sec-login',
      ]
      const [userId, userName, firstName, email, key, value, org, client, role, token, idempotency, reason] =
        secrets as [string, string, string, string, string, string, string, string, string, string, string, string]
      const system = directory.asSystem(reason)
      await system.orgs.create({ orgId: org, name: org })
      await system.users.createHuman(
        { userId, orgId: org, userName, firstName, email, metadata: { app: { [key]: value } } },
        { idempotencyKey: idempotency },
      )
      await system.users.createMachine({ userId: 'sec-machine', orgId: org, userName: 'sec-machine', name: firstName })
      await system.users.accessTokens('sec-machine').create({ token })
      expect(await directory.authenticate(token)).toBeDefined()
      await system.clients.create({ clientId: client, orgId: org, name: client })
      await system.roles.create({ roleId: role, name: role, permissions: ['sec.permission'] })
      await system.orgs.members(org).add({ userId, roles: [role] })
      await directory.as({ userId, reason }).can('sec.permission', org)
      await system.users.metadata(userId, 'sec-namespace').merge({ [key]: { [key]: value } })
      await system.users.metadata(userId).patch([{ op: 'replace', path: `/${key}`, value: 'sec-search' }])
      await system.users.find({ where: { userName, metadata: { [key]: 'sec-search' } } })
      await system.users.findByLoginName('sec-login')
      await system.users.history(userId, { key })
      await system.once({ idempotencyKey: 'sec-once', request: 'sec-work' }, async () => 'sec-work')
      const refused = [
        system.users.createHuman({ orgId: org, userName }),
        system.users.metadata(userId).increment(key),
        system.users.metadata(userId).set({ [key]: undefined as never }),
        system.users.get('sec-userid-of-nobody'),
        directory.as({ userId }).users.lock('sec-machine'),
        system.once({ idempotencyKey: 'sec-other', request: 1 }, async () => {
          throw new RangeError('sec-listener')
        }),
      ]
      expect((await Promise.allSettled(refused)).map(({ status }) => status)).toEqual(refused.map(() => 'rejected'))
      await system.users.erase(userId)

      const told = spans().map(({ name, attributes, status, events, links, resource, instrumentationScope }) =>
        JSON.stringify([name, attributes, status, events, links, resource.attributes, instrumentationScope]),
      )
      expect(told.length).toBeGreaterThan(40)
      for (const line of told) expect(line).not.toMatch(/sec[-.]|acme\.example/)
    })
  })
}
