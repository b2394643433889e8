import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grpcCodes } from '../../src/zitadel/grpc-code'
import { minimalMessage } from './minimal-message'
import { type Route, routes, v1Routes } from './routes'
import { createSubjects, subjectOf } from './subjects'
import { createTrialWorld } from './trial-world'
import { type Answer, type CallOptions, createWorld, zitadelErrorBody as err, type World } from './world'

const guarded = v1Routes.filter(({ permission }) => permission !== 'authenticated')
const withBody = routes.filter(({ hasBody }) => hasBody)
const withVariables = routes.filter(({ path }) => path.includes('{'))

const utf8 = (text: string) => new TextEncoder().encode(text)

describe('bad input', () => {
  let world: World
  let foreigner: string
  let nobody: string
  let before: number
  const send = ({ httpMethod, path }: Route, options: CallOptions & { readonly id?: string } = {}): Promise<Answer> =>
    world.call(httpMethod, path.replace(/\{\w+\}/g, options.id ?? 'x'), options)

  beforeAll(async () => {
    world = await createWorld()
    const { orgId } = await world.directory.asSystem('test').orgs.create({ name: 'Beta' })
    foreigner = (await world.machine('foreigner', { orgId, roles: ['ORG_OWNER'] })).token
    nobody = (await world.machine('nobody', { roles: ['ORG_USER_SELF_MANAGER'] })).token
    before = (await world.log()).length
  })
  afterAll(async () => {
    expect(await world.log()).toHaveLength(before)
    expect(world.errors).toEqual([])
    await world.close()
  })

  describe.each(routes)('$httpMethod $path', (route) => {
    it('asks for a token before anything else but a readable body', async () => {
      expect(await send(route, { token: null, orgId: 'nope', id: 'x'.repeat(201) })).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'auth header missing' },
        body: { code: 16, message: 'auth header missing' },
      })
    })

    it.each([
      ['Basic x', 'invalid auth header'],
      ['Bearer x y', 'invalid auth header'],
      ['Bearer unknown', 'Token is invalid'],
      ['Bearer \u00ff', 'Token is invalid'],
    ])('refuses the header %j', async (authorization, text) => {
      const { status, body } = await send(route, { token: null, headers: { authorization } })
      expect([status, body]).toEqual([401, err(16, 'AUTH-7fs1e', text)])
    })

    it('refuses an org that does not exist', async () => {
      const { status, body } = await send(route, { orgId: 'nope' })
      expect([status, body]).toEqual([403, err(7, 'AUTH-Bs7Ds', "Organisation doesn't exist")])
    })
  })

  describe.each(guarded)('$httpMethod $path', (route) => {
    it('tells a caller who may not call nothing else', async () => {
      const tooLong = 'x'.repeat(201)

      for (const id of ['x', tooLong]) {
        const strange = await send(route, { token: foreigner, orgId: world.acme, id })
        expect([strange.status, strange.body]).toEqual([404, err(5, 'AUTHZ-cdgFk', 'membership not found')])
        const powerless = await send(route, { token: nobody, id })
        expect([powerless.status, powerless.body]).toEqual([403, err(7, 'AUTH-5mWD2', 'No matching permissions found')])
      }
    })
  })

  describe.each(withBody)('the body of $httpMethod $path', (route) => {
    it.each([
      ['cut off', utf8('{"a":')],
      ['no JSON', utf8('id=x')],
      ['no object', utf8('[]')],
      ['null', utf8('null')],
      ['a repeated member', utf8('{"x":1,"x":2}')],
      ['too deep', utf8(`{"x":${'['.repeat(200)}${']'.repeat(200)}}`)],
      ['deep without end', utf8('['.repeat(100_000))],
      ['not UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)],
    ])('is refused when it is %s, without a token too', async (_, body) => {
      for (const token of [world.rootToken, null]) {
        const answer = await send(route, { body, token })
        expect(answer.status).toBe(400)
        expect(answer.body).toEqual({ code: 3, message: expect.any(String) })
      }
    })

    it.each(route.layout.fields)('is refused when $jsonName has a wrong type', async (field) => {
      const wrong: readonly unknown[] = field.repeated ? ['x', 1, {}, [null]] : [[], [[]], ...wrongValues(field.kind)]
      for (const value of wrong) {
        const { status, body } = await send(route, { body: { [field.jsonName]: value } })
        expect([value, status, body]).toEqual([value, 400, { code: 3, message: expect.any(String) }])
      }
    })
  })

  describe.each(withVariables)('the path of $httpMethod $path', (route) => {
    it.each(['%zz', '%ff', '%', '%c0%80'])('is refused when it holds %s', async (id) => {
      const { status, body } = await send(route, { id })
      expect([status, body]).toEqual([400, { code: 3, message: 'malformed percent-encoding in path' }])
    })

    it('may hold anything else', async () => {
      const loose = await createWorld()
      const bodies = [undefined, '{"value":"YQ==","userName":"u","name":"n","roles":["ORG_OWNER"],"keys":["\\u0000"]}']
      for (const id of ['%00', '%F0%9F%98%80', "'%20or%201=1", '__proto__', 'constructor', '..', '%25', '+']) {
        for (const body of bodies) {
          const answer = await loose.call(route.httpMethod, route.path.replace(/\{\w+\}/g, id), { body })
          expect([id, answer.status < 500]).toEqual([id, true])
        }
      }
      expect(loose.errors).toEqual([])
      await loose.close()
    })
  })

  it('tells what is malformed before it asks for a token, and what breaks a rule after', async () => {
    const set = (key: string, body: string) => world.manage('POST', `/users/x/metadata/${key}`, { token: null, body })

    expect((await set('k', '{"value":"***"}')).status).toBe(400)
    expect((await set('k'.repeat(201), '{"value":"YQ=="}')).status).toBe(401)
  })

  it('answers what it refuses to read in its own shape', async () => {
    const small = await createWorld({ limits: { maxBodyBytes: 10 } })
    const { RequestRefusedError } = await import('../../src/request-refused-error')
    const refused = new RequestRefusedError('body_too_large', 10)
    const request = {
      method: 'POST',
      url: '/management/v1/users/human',
      headers: {},
      body: () => Promise.reject(refused),
      signal: new AbortController().signal,
    }

    const answers = await Promise.all([
      small.exchange(request),
      small.exchange({ ...request, method: 'GET', refused: new RequestRefusedError('url_too_long', 10) }),
    ])

    expect(answers.map((answer) => [answer?.status, JSON.parse(String(answer?.body)).code])).toEqual([
      [413, 8],
      [414, 3],
    ])
    await small.close()
  })

  it('answers a storage that is gone with 503, and tells the host why', async () => {
    const broken = await createWorld()
    await broken.close()

    expect(await broken.manage('GET', '/users/x')).toMatchObject({
      status: 503,
      body: { code: 14, message: 'An internal error occurred' },
    })
    expect(broken.errors).toMatchObject([{ code: 'storage_unavailable' }])
  })

  it('never fails, whatever a message holds, and changes nothing when it refuses', async () => {
    const fuzzed = await createTrialWorld()
    const subjects = await createSubjects(fuzzed.directory, fuzzed.acme)
    const texts = fc.oneof(
      fc.constantFrom(
        '',
        ' ',
        '\u0000',
        '\ud800',
        '__proto__',
        'YQ==',
        'a@b.ch',
        '+411',
        '%',
        'ORG_OWNER',
        fuzzed.acme,
      ),
      fc.string({ unit: 'grapheme', maxLength: 10 }),
      fc.nat().map(String),
    )
    const bodyOf = (layout: Route['layout'], depth: number): fc.Arbitrary<object> =>
      fc.record(Object.fromEntries(layout.fields.map((field) => [field.jsonName, fieldValue(field, depth)])), {
        requiredKeys: [],
      })
    const fieldValue = (field: Route['layout']['fields'][number], depth: number): fc.Arbitrary<unknown> => {
      const single = singleOf(field, depth)
      return field.repeated ? fc.array(single, { maxLength: 3 }) : single
    }
    const singleOf = (field: Route['layout']['fields'][number], depth: number): fc.Arbitrary<unknown> => {
      if (field.kind === 'message') return depth > 3 ? fc.constant({}) : bodyOf(field.message(), depth + 1)
      if (field.kind === 'bool') return fc.boolean()
      if (field.kind === 'uint32') return fc.integer({ min: 0, max: 1100 })
      if (field.kind === 'uint64') return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String)
      if (field.kind === 'enum') return fc.constantFrom(...(field.enumeration?.numbers.keys() ?? []), 99)
      if (field.kind === 'timestamp') return fc.constantFrom('0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z')
      return texts
    }
    /** A good request of which one member is odd; one of its own fields; or any JSON at all. */
    const bodies = (route: Route): fc.Arbitrary<unknown> =>
      fc.oneof(
        bodyOf(route.layout, 0).map((odd) => {
          const [name] = Object.keys(odd)
          const good = minimalMessage(route.layout, subjectOf(route, subjects, fuzzed.acme))
          return name === undefined ? good : { ...good, [name]: odd[name as keyof typeof odd] }
        }),
        bodyOf(route.layout, 0),
        fc.dictionary(
          fc.constantFrom('__proto__', 'x', ...route.layout.fields.map(({ jsonName }) => jsonName)),
          fc.jsonValue(),
        ),
        fc.jsonValue(),
      )
    const calls = fc.constantFrom(...routes).chain((route) =>
      fc.record({
        route: fc.constant(route),
        id: fc.oneof(texts, fc.constantFrom(...Object.values(subjects))),
        body: bodies(route),
      }),
    )
    const statuses = new Map(Object.values(grpcCodes).map(({ number, httpStatus }) => [number, httpStatus]))

    await fc.assert(
      fc.asyncProperty(calls, async ({ route, id, body }) => {
        const path = route.path.replace(/\{\w+\}/g, () => encodeURIComponent(id.toWellFormed()))
        const { answer, rows } = await fuzzed.attempt(() =>
          fuzzed.call(route.httpMethod, path, { body: JSON.stringify(body) }),
        )
        if (answer.status < 300) return
        const { code, message, details = [], ...rest } = answer.body
        expect([path, answer.status, rows, rest]).toEqual([path, statuses.get(code), 0, {}])
        // Codes in answers, and admins of no kind, are what a message can ask for and nobody serves.
        expect([path, answer.status < 500 || answer.status === 501]).toEqual([path, true])
        for (const detail of details) {
          expect(detail).toEqual({
            '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail',
            id: expect.stringMatching(/^[A-Za-z0-9]+-\w+$/),
            message: expect.any(String),
          })
          expect(message).toBe(`${detail.message} (${detail.id})`)
        }
        expect(message).toEqual(expect.stringMatching(/./))
        expect(details.length).toBeLessThan(2)
      }),
      { numRuns: 2000 },
    )
    expect(fuzzed.errors).toEqual([])
    await fuzzed.close()
  })
})

function wrongValues(kind: string): readonly unknown[] {
  switch (kind) {
    case 'message':
      return ['x', 1, true]
    case 'bytes':
      return ['***', '+_', 1, {}]
    case 'bool':
      return ['true', 1, {}]
    case 'uint32':
    case 'uint64':
      return [-1, 1.5, 'x', {}, true]
    case 'enum':
      return [1.5, {}, true]
    case 'timestamp':
      return ['tomorrow', 1, {}]
    default:
      return [1, {}, true]
  }
}
