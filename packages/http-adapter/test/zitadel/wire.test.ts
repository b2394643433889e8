import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MessageLayout } from '../../src/zitadel/message-layout'
import { hosts } from '../hosts'
import { requestTo } from './request-to'
import { isWrite, type Route, routes, titled, v1Routes } from './routes'
import { createSubjects, type Subjects, subjectOf } from './subjects'
import { createTrialWorld, type TrialWorld } from './trial-world'
import { type Answer, createWorld, zitadelErrorBody as err, type Json } from './world'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'get', '__proto__'] as const

const paths = [...new Set(routes.map(({ path }) => path))].map((path) => path.replace(/\{\w+\}/g, 'x'))

/** The methods of a path, by comparing it with every pattern. */
const methodsOf = (path: string) =>
  routes
    .filter((route) => new RegExp(`^${route.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path))
    .map(({ httpMethod }) => httpMethod)

const tooLong = 'x'.repeat(201)

/** Changes to a message that keeps its rules so that it breaks one; `undefined` where there is none to break. */
function breakRule(layout: MessageLayout): Readonly<Record<string, unknown>> | undefined {
  for (const { jsonName, kind, repeated, rules = {}, ...field } of layout.fields) {
    if (kind === 'string' && !repeated && rules.max !== undefined) return { [jsonName]: 'x'.repeat(rules.max + 1) }
    if (kind === 'string' && repeated && rules.items?.max !== undefined) return { [jsonName]: [tooLong] }
    if (kind === 'message' && rules.required) return { [jsonName]: undefined }
    if (kind === 'message' && repeated) {
      const items = field.message()
      if (items.oneofs.some(({ required }) => required)) return { [jsonName]: [{}] }
      const broken = breakRule(items)
      if (broken !== undefined) return { [jsonName]: [broken] }
    }
  }
  return undefined
}

describe('on the wire', () => {
  let world: TrialWorld
  let subjects: Subjects
  let nobody: string
  let powerless: string
  let locked: string

  beforeAll(async () => {
    world = await createTrialWorld()
    subjects = await createSubjects(world.directory, world.acme)
    nobody = (await world.machine('nobody')).token
    powerless = (await world.machine('powerless', { roles: ['ORG_USER_SELF_MANAGER'] })).token
    const gone = await world.machine('gone', { roles: ['ORG_OWNER'] })
    await world.directory.asSystem('test').users.lock(gone.userId)
    locked = gone.token
  })
  afterAll(async () => {
    expect(world.errors).toEqual([])
    await world.close()
  })

  const known = (route: Route) => subjectOf(route, subjects, world.acme)
  const attempt = async (...request: Parameters<typeof world.call>): Promise<Answer> => {
    const { answer } = await world.attempt(() => world.call(...request))
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' })
    expect(answer.headers['www-authenticate']).toBe(answer.status === 401 ? answer.body.message : undefined)
    return answer
  }

  describe.each(titled(v1Routes))('%s', (_, route) => {
    it('answers JSON that no cache keeps', async () => {
      const answer = await attempt(...requestTo(route, known(route), {}))

      expect([answer.status < 500, typeof answer.body]).toEqual([true, 'object'])
      expect(answer.headers).not.toHaveProperty('allow')
    })

    it('challenges whoever cannot be told', async () => {
      for (const [authorization, message, id] of [
        [undefined, 'auth header missing', undefined],
        ['Basic x', 'invalid auth header', 'AUTH-7fs1e'],
        ['Bearer unknown', 'Token is invalid', 'AUTH-7fs1e'],
        [`Bearer ${locked}`, 'Token is invalid', 'AUTH-7fs1e'],
      ] as const) {
        const headers = authorization === undefined ? {} : { authorization }
        const { status, body } = await attempt(...requestTo(route, known(route), { token: null, headers }))
        expect([authorization, status, body]).toEqual([
          authorization,
          401,
          id === undefined ? { code: 16, message } : err(16, id, message),
        ])
      }
    })

    it('looks at one thing after the other, and tells the first that is wrong', async () => {
      const { httpMethod, layout, hasBody, permission } = route
      const broken = breakRule(layout)
      const message = { ...known(route), ...broken }
      const step = async (options: { token: string | null; orgId?: string; body?: string }) => {
        const [method, path, { body }] = requestTo(route, message, {})
        const { status, body: answer } = await attempt(method, path, { body, ...options })
        return [status, answer.code, answer.details?.[0].id] as const
      }

      const wrong = methods.find(
        (method) => !methodsOf(requestTo(route, message, {})[1].split('?')[0]!).includes(method),
      )!
      const [, path] = requestTo(route, message, {})
      const elsewhere = { token: null, orgId: 'nowhere', body: '{' }
      expect((await attempt(wrong, path, elsewhere)).body).toEqual({ code: 12, message: 'Method Not Allowed' })
      expect((await attempt(httpMethod, `${path.split('?')[0]}/no/such/path`, elsewhere)).body).toEqual({
        code: 5,
        message: 'Not Found',
      })
      if (hasBody) expect(await step(elsewhere)).toEqual([400, 3, undefined])
      expect(await step({ token: null, orgId: 'nowhere' })).toEqual([401, 16, undefined])
      expect(await step({ token: locked, orgId: 'nowhere' })).toEqual([401, 16, 'AUTH-7fs1e'])
      expect(await step({ token: nobody, orgId: 'nowhere' })).toEqual([403, 7, 'AUTH-Bs7Ds'])
      if (permission !== 'authenticated') {
        expect(await step({ token: nobody })).toEqual([404, 5, 'AUTHZ-cdgFk'])
        expect(await step({ token: powerless })).toEqual([403, 7, 'AUTH-5mWD2'])
      }
      if (broken !== undefined) expect(await step({ token: world.rootToken })).toEqual([400, 3, undefined])
    })
  })

  it('has a rule to break wherever a call can break one', () => {
    const fields = v1Routes
      .filter(({ layout }) => breakRule(layout) === undefined)
      .flatMap(({ layout }) => layout.fields)

    // A path cannot hold an empty id, so a least length alone is always kept.
    expect(fields.filter(({ rules = {} }) => Object.keys(rules).some((rule) => rule !== 'min'))).toEqual([])
  })

  it.each(paths)('allows the methods of %s alone', async (path) => {
    const allowed = methodsOf(path)
    const allow = [...new Set(allowed)].sort().join(', ')

    for (const method of methods.filter((one) => !allowed.includes(one))) {
      const { status, headers, body } = await attempt(method, path, { token: null, body: '{' })
      expect([method, status, headers.allow, body]).toEqual([
        method,
        405,
        allow,
        { code: 12, message: 'Method Not Allowed' },
      ])
    }
  })

  it.each(paths)('knows no path around %s', async (path) => {
    for (const other of [`${path}/`, `${path}/no/such`, path.replace('/v', '//v'), path.replace(/[^/]+$/, '')]) {
      if (methodsOf(other).length > 0) continue
      for (const token of [null, world.rootToken]) {
        const call = () => world.call('GET', other, { token, body: '{' })
        if (!/^\/(management|admin|auth)\/v1\/|^\/v2\//.test(other))
          await expect(call()).rejects.toThrow('nobody answers')
        else expect(await call()).toMatchObject({ status: 404, body: { code: 5, message: 'Not Found' } })
      }
    }
  })

  it.each(hosts.filter(({ name }) => name === 'node:http' || name === 'Web fetch'))(
    'answers HEAD and OPTIONS as methods that no path has, on $name',
    async (host) => {
      const hosted = await createWorld({ host })
      for (const path of paths) {
        const head: Answer = await hosted.call('HEAD', path)
        expect([path, head.status, head.headers['content-type'], head.body]).toEqual([
          path,
          405,
          'application/json',
          undefined,
        ])
        const options: Json = await hosted.call('OPTIONS', path, {
          token: null,
          headers: { origin: 'https://x.example' },
        })
        expect([path, options.status, options.headers.allow]).toEqual([path, 405, head.headers.allow])
      }
      expect((await hosted.call('HEAD', '/management/v1/nosuch')).status).toBe(404)
      await hosted.close()
    },
  )

  it('takes the org from one header alone, as it is or as a gateway forwards it', async () => {
    const { orgId } = await world.directory.asSystem('test').orgs.create({ name: 'Elsewhere' })
    const shown = async (headers: Readonly<Record<string, string>>) =>
      (await world.manage('GET', '/orgs/me', { headers })).body.org.id

    expect(await shown({ 'x-zitadel-orgdomain': 'elsewhere.localhost' })).toBe(world.acme)
    expect(await shown({ 'grpc-metadata-x-zitadel-orgid': orgId })).toBe(orgId)
    expect(await shown({ 'x-zitadel-orgid': world.acme, 'grpc-metadata-x-zitadel-orgid': orgId })).toBe(world.acme)
  })

  it('knows writes from reads by their methods and names', () => {
    const reads = v1Routes.filter((route) => !isWrite(route)).map(({ permission }) => permission)

    expect([...new Set(reads)].filter((permission) => /write|delete|create/.test(permission))).toEqual([])
  })
})
