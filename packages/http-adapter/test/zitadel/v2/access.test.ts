import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttpAdapter } from '../../../src/create-http-adapter'
import { zitadel } from '../../../src/zitadel/index'
import { base64, zitadelErrorBody } from '../world'
import { asking, type Caller, createTwoOrgs, type TwoOrgs } from './two-orgs'

/** Every route about one user, with a message that could be carried out. */
const routes: readonly (readonly [method: string, path: string, body: object | undefined])[] = [
  ['GET', '', undefined],
  ['DELETE', '', undefined],
  ['PUT', '/human', { username: 'x', profile: { givenName: 'A', familyName: 'B' } }],
  ['POST', '/email', { email: 'a@b.ch' }],
  ['POST', '/email/send', {}],
  ['POST', '/email/resend', {}],
  ['POST', '/email/verify', { verificationCode: 'ABC123' }],
  ['POST', '/phone', { phone: '+4171' }],
  ['POST', '/phone/resend', {}],
  ['POST', '/phone/verify', { verificationCode: '123456' }],
  ['DELETE', '/phone', undefined],
  ['POST', '/deactivate', {}],
  ['POST', '/reactivate', {}],
  ['POST', '/lock', {}],
  ['POST', '/unlock', {}],
  ['POST', '/metadata', { metadata: [{ key: 'k', value: base64('v') }] }],
  ['POST', '/metadata/search', {}],
  ['DELETE', '/metadata?keys=k', undefined],
]
const pathOf = (path: string, userId: string) =>
  path === '/human' ? `/users/human/${userId}` : `/users/${userId}${path}`

describe('who may do what over v2', () => {
  let world: TwoOrgs
  let locked: Caller
  beforeAll(async () => {
    world = await createTwoOrgs('sqlite')
    locked = await world.machine('locked', { roles: ['ORG_OWNER'] })
    await world.directory.asSystem('test').users.lock(locked.userId)
  })
  afterAll(() => world.dispose())

  it.each([
    ...routes.map(([method, path, body]) => [method, pathOf(path, 'x'), body] as const),
    ['POST', '/users', {}] as const,
    ['POST', '/organizations/_search', {}] as const,
    ['POST', '/organizations', { name: 'New' }] as const,
    ['POST', '/users/human', {}] as const,
  ])('%s %s %j refuses a header that names no org, and who cannot call', async (method, path, body) => {
    const root = asking(world, { token: world.rootToken })
    expect(await root(method, path, body, { orgId: 'nope' })).toMatchObject({
      status: 403,
      body: zitadelErrorBody(7, 'AUTH-Bs7Ds', "Organisation doesn't exist"),
    })
    expect(await root(method, path, body, { token: null })).toMatchObject({ status: 401, body: { code: 16 } })
    expect(await asking(world, locked)(method, path, body)).toMatchObject({
      status: 401,
      body: zitadelErrorBody(16, 'AUTH-7fs1e', 'Token is invalid'),
    })
  })

  it('tells who cannot call nothing of the domains of orgs', async () => {
    for (const orgDomain of ['beta.localhost', 'nope.localhost']) {
      const body = {
        organization: { orgDomain },
        profile: { givenName: 'A', familyName: 'B' },
        email: { email: 'a@b.ch' },
      }

      expect(await asking(world, locked)('POST', '/users/human', body)).toMatchObject({
        status: 401,
        body: zitadelErrorBody(16, 'AUTH-7fs1e', 'Token is invalid'),
      })
    }
  })

  describe('users themselves, without any role', () => {
    const newMachine = () => {
      machines += 1
      return world.machine(`self-${machines}`)
    }
    let machines = 0

    it('read themselves, and set, list and remove their own metadata', async () => {
      const machine = await newMachine()
      const ask = asking(world, machine)
      const path = `/users/${machine.userId}`

      expect((await ask('GET', path)).body.user.userId).toBe(machine.userId)
      expect((await ask('POST', `${path}/metadata`, { metadata: [{ key: 'k', value: 'YQ==' }] })).status).toBe(200)
      expect((await ask('POST', `${path}/metadata/search`)).body.metadata).toMatchObject([{ key: 'k' }])
      expect((await ask('DELETE', `${path}/metadata?keys=k`)).status).toBe(200)
    })

    it('neither lock, deactivate nor remove themselves', async () => {
      const machine = await newMachine()
      const ask = asking(world, machine)

      for (const [method, path] of [
        ['POST', '/lock'],
        ['POST', '/deactivate'],
        ['DELETE', ''],
      ] as const) {
        const refused = await ask(method, `/users/${machine.userId}${path}`)
        expect(refused).toMatchObject({ status: 404 })
        expect(refused.body).toEqual((await ask(method, `/users/unknown${path}`)).body)
      }
    })

    it('remove themselves with user.self.delete', async () => {
      const machine = await world.machine('self-manager', { roles: ['ORG_USER_SELF_MANAGER'] })
      const ask = asking(world, machine)

      expect(await ask('DELETE', `/users/${world.human}`)).toMatchObject({
        status: 403,
        body: zitadelErrorBody(7, 'AUTH-AWfge', 'No matching permissions found'),
      })
      expect(await ask('DELETE', `/users/${machine.userId}`)).toMatchObject({ status: 200 })
    })

    it('have no such rights over v1', async () => {
      const machine = await newMachine()

      expect(await world.manage('GET', `/users/${machine.userId}`, { token: machine.token })).toMatchObject({
        status: 404,
        body: zitadelErrorBody(5, 'AUTHZ-cdgFk', 'membership not found'),
      })
    })
  })

  it('answers paths and methods that are not served as v1 does', async () => {
    const root = asking(world, { token: world.rootToken })

    for (const path of ['/users/x/nosuch', '/nosuch', '/users/x/email/verified', '/organizations/x']) {
      expect(await root('POST', path, {})).toMatchObject({ status: 404, body: { code: 5, message: 'Not Found' } })
    }
    expect(await root('PATCH', '/users/x')).toMatchObject({
      status: 405,
      body: { code: 12, message: 'Method Not Allowed' },
      headers: { allow: 'DELETE, GET' },
    })
  })

  it('reports nothing as an error of ours', () => {
    expect(world.errors).toEqual([])
  })
})

describe('v2 with a host that says who calls', () => {
  it('lets people change their own e-mail, phone and profile, but not what they have to prove', async () => {
    const world = await createTwoOrgs('sqlite')
    const exchange = createHttpAdapter(world.directory, {
      faces: [zitadel()],
      authenticate: async () => ({ userId: world.human }),
    })
    const ask = async (method: string, path: string, body: object) =>
      exchange({
        method,
        url: `/v2${path}`,
        headers: { authorization: 'Bearer x' },
        body: async () => new TextEncoder().encode(JSON.stringify(body)),
        signal: new AbortController().signal,
      })
    const statusOf = async (...args: Parameters<typeof ask>) => (await ask(...args))?.status
    const jane = `/users/${world.human}`
    const profile = { givenName: 'Janet', familyName: 'Doe' }

    expect(await statusOf('POST', `${jane}/email`, { email: 'new@acme.example' })).toBe(200)
    expect(await statusOf('POST', `${jane}/phone`, { phone: '+4171' })).toBe(200)
    expect(await statusOf('DELETE', `${jane}/phone`, {})).toBe(200)
    expect(await statusOf('PUT', `/users/human/${world.human}`, { profile, phone: { phone: '+4172' } })).toBe(200)
    expect(await statusOf('POST', `${jane}/email`, { email: 'x@acme.example', isVerified: true })).toBe(404)
    expect(await statusOf('POST', `${jane}/phone`, { phone: '+4173', isVerified: true })).toBe(404)
    for (const body of [{ username: 'x' }, { password: { password: { password: 'p' } } }, { profile, username: 'x' }]) {
      expect(await statusOf('PUT', `/users/human/${world.human}`, body)).toBe(404)
    }
    expect(await world.directory.asSystem('test').users.get(world.human)).toMatchObject({
      firstName: 'Janet',
      email: 'new@acme.example',
      emailVerified: false,
      phone: '+4172',
      userName: 'jane',
      passwordChangedAt: null,
    })
    await world.dispose()
  })
})
