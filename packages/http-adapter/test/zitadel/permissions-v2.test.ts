import { builtInRoles } from '@indwell/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttpAdapter } from '../../src/create-http-adapter'
import { zitadel } from '../../src/zitadel/index'
import { byName } from './by-name'
import { requestTo } from './request-to'
import { type Route, routesByName, v2Routes } from './routes'
import { createTrialWorld, type TrialWorld } from './trial-world'
import type { Json } from './world'

/** What a route that is about one user asks for in the org that owns it. */
interface Rule {
  /** Of the user service. */
  readonly name: string
  readonly permission: 'user.read' | 'user.write' | 'user.delete'
  /** Whether users may do it to themselves without: always, never, or with another permission. */
  readonly self: boolean | string
  readonly message?: Readonly<Record<string, unknown>>
  /** It is about machines, and no caller is one. */
  readonly ofMachines?: true
}

const write = (name: string, self: Rule['self'], message?: Rule['message']): Rule => ({
  name,
  permission: 'user.write',
  self,
  ...(message !== undefined && { message }),
})
const profile = { givenName: 'New', familyName: 'Name' }
const rules: readonly Rule[] = [
  { name: 'GetUserByID', permission: 'user.read', self: true },
  { name: 'ListUserMetadata', permission: 'user.read', self: true },
  { name: 'DeleteUser', permission: 'user.delete', self: 'user.self.delete' },
  write('UpdateHumanUser', true, { profile }),
  write('UpdateHumanUser', false, { profile, username: 'new' }),
  write('UpdateHumanUser', false, { email: { email: 'new@b.ch', returnCode: {} } }),
  write('UpdateHumanUser', false, { password: { password: { password: 'p' } } }),
  write('SetEmail', true, { email: 'new@b.ch' }),
  write('SetEmail', false, { email: 'new@b.ch', isVerified: true }),
  write('SetEmail', false, { email: 'new@b.ch', returnCode: {} }),
  write('SetEmail', false, { email: 'new@b.ch', sendCode: { urlTemplate: 'https://elsewhere.example' } }),
  write('ResendEmailCode', false),
  write('ResendEmailCode', false, { returnCode: {} }),
  write('SendEmailCode', false),
  write('SendEmailCode', false, { returnCode: {} }),
  write('VerifyEmail', true),
  write('SetPhone', true, { phone: '+41710000009' }),
  write('SetPhone', false, { phone: '+41710000009', isVerified: true }),
  write('SetPhone', false, { phone: '+41710000009', returnCode: {} }),
  write('ResendPhoneCode', false),
  write('ResendPhoneCode', false, { returnCode: {} }),
  write('VerifyPhone', true),
  write('RemovePhone', true),
  write('DeactivateUser', false),
  write('ReactivateUser', false),
  write('LockUser', false),
  write('UnlockUser', false),
  write('SetUserMetadata', true, { metadata: [{ key: 'new', value: 'eA==' }] }),
  write('DeleteUserMetadata', true, { keys: ['k'] }),
  write('UpdateUser', true, { human: { profile: { nickName: 'New' } } }),
  write('UpdateUser', true, { human: { phone: { phone: '' } } }),
  write('UpdateUser', true, { human: { email: { email: 'new@b.ch' } } }),
  write('UpdateUser', false, { username: 'new', human: {} }),
  write('UpdateUser', false, { human: { email: { email: 'new@b.ch', returnCode: {} } } }),
  write('UpdateUser', false, { human: { password: { password: { password: 'p' } } } }),
  { ...write('UpdateUser', false, { machine: { name: 'New', description: 'new' } }), ofMachines: true },
  { ...write('AddPersonalAccessToken', false, { expirationDate: '2099-01-01T00:00:00Z' }), ofMachines: true },
  { ...write('RemovePersonalAccessToken', false, { tokenId: 't' }), ofMachines: true },
]
const calledRoutes = [...v2Routes, ...routesByName]
/** What is asked for in the org that the message names. */
const inOrgNamed = 'CreateUser'
/** What is asked for in the org of the call. */
const inOrgOfCall = { AddHumanUser: 'user.write', AddOrganization: 'org.create' } as const
const lists = ['ListUsers', 'ListOrganizations', 'ListPersonalAccessTokens']

const shortName = ({ name }: Route) => name.slice(name.indexOf('/') + 1)
const routeOf = (name: string): Route => calledRoutes.find((route) => shortName(route) === name)!

/** Who calls, a human of Home. */
interface Caller {
  readonly userId: string
  readonly held?: 'Home' | 'Strange' | 'the instance'
  readonly role?: string
}

const placed = Object.keys(builtInRoles).filter((role) => !role.startsWith('PROJECT'))
const callers: readonly Caller[] = [
  ...placed.flatMap((role) =>
    (role.startsWith('IAM') ? (['the instance'] as const) : (['Home', 'Strange'] as const)).map((held) => ({
      userId: `${role} in ${held}`,
      held,
      role,
    })),
  ),
  ...(['Home', 'Strange', 'the instance'] as const).map((held) => ({ userId: `no role in ${held}`, held })),
  { userId: 'a member of nothing' },
]

type Org = 'Home' | 'Strange'
const reaches = ({ held }: Caller, org: Org) => held === 'the instance' || held === org
const holds = (caller: Caller, permission: string, org: Org) =>
  reaches(caller, org) && (builtInRoles as Json)[caller.role ?? '']?.includes(permission) === true

const abouts = ['its own org', 'a foreign org', 'nobody', 'itself'] as const
type About = (typeof abouts)[number]
type Verdict = 'passes' | 'AUTH-AWfge' | 'knows of nobody'

/** What roles and memberships say, and nothing else. */
function verdictOn({ permission, self }: Rule, caller: Caller, about: About): Verdict {
  if (about === 'nobody') return 'knows of nobody'
  const org = about === 'a foreign org' ? 'Strange' : 'Home'
  const mayItself = typeof self === 'string' ? holds(caller, self, org) : self
  if (holds(caller, permission, org) || (about === 'itself' && mayItself)) return 'passes'
  return reaches(caller, org) ? 'AUTH-AWfge' : 'knows of nobody'
}

describe('permissions of ZITADEL, v2', () => {
  let world: TrialWorld
  let exchange: ReturnType<typeof createHttpAdapter>
  const orgIds = new Map<Org, string>()
  const tokens = new Map<string, string>()
  const codes = new Map<string, { readonly email: string; readonly phone: string }>()

  beforeAll(async () => {
    world = await createTrialWorld()
    const system = world.directory.asSystem('test')
    exchange = createHttpAdapter(world.directory, {
      faces: [zitadel(), byName()],
      authenticate: async ({ headers }) => {
        return { userId: decodeURIComponent(String(headers.authorization).slice('Bearer '.length)) }
      },
    })
    const human = async (userId: string, org: Org) => {
      const { emailCode, phoneCode } = await system.users.createHuman({
        userId,
        orgId: orgIds.get(org)!,
        email: 'a@b.example',
        emailCode: 'return',
        phone: '+41710000001',
        phoneCode: 'return',
        userName: userId,
        metadata: { zitadel: [['k', Uint8Array.of(1)]] },
      })
      codes.set(userId, { email: emailCode!.code, phone: phoneCode!.code })
    }
    for (const org of ['Home', 'Strange'] as const) {
      orgIds.set(org, (await system.orgs.create({ name: org })).orgId)
      await human(`active of ${org}`, org)
      await human(`inactive of ${org}`, org)
      await human(`locked of ${org}`, org)
      const machine = { userId: `machine of ${org}`, userName: `machine of ${org}`, name: 'M' }
      await system.users.createMachine({ ...machine, orgId: orgIds.get(org)! })
      const { tokenId } = await system.users.accessTokens(machine.userId).create()
      tokens.set(machine.userId, tokenId)
      await system.users.deactivate(`inactive of ${org}`)
      await system.users.lock(`locked of ${org}`)
    }
    for (const { userId, held, role } of callers) {
      await human(userId, 'Home')
      const member = { userId, roles: role === undefined ? [] : [role] }
      if (held === 'the instance') await system.members.add(member)
      else if (held !== undefined) await system.orgs.members(orgIds.get(held)!).add(member)
    }
  })
  afterAll(() => world.close())

  const call = async (caller: string, route: Route, known: Readonly<Record<string, unknown>>, orgId?: string) => {
    const [method, url, { body }] = requestTo(route, known, {})
    const answer = await exchange({
      method,
      url,
      headers: {
        authorization: `Bearer ${encodeURIComponent(caller)}`,
        ...(orgId !== undefined && { 'x-zitadel-orgid': orgId }),
      },
      body: async () => new TextEncoder().encode(JSON.stringify(body ?? {})),
      signal: new AbortController().signal,
    })
    return { status: answer!.status, text: String(answer!.body) }
  }

  function subjectOf({ name, ofMachines }: Rule, caller: Caller, about: About): string {
    if (about === 'nobody') return 'nobody'
    if (about === 'itself') return caller.userId
    if (ofMachines) return `machine of ${about === 'its own org' ? 'Home' : 'Strange'}`
    const state = name === 'ReactivateUser' ? 'inactive' : name === 'UnlockUser' ? 'locked' : 'active'
    return `${state} of ${about === 'its own org' ? 'Home' : 'Strange'}`
  }

  it('tells of every route that is served', () => {
    const told = [...rules.map(({ name }) => name), ...Object.keys(inOrgOfCall), inOrgNamed, ...lists]

    expect([...new Set(told)].sort()).toEqual(calledRoutes.map(shortName).sort())
  })

  it.each(rules.map((rule) => [`${rule.name} ${JSON.stringify(rule.message ?? {})}`, rule] as const))(
    '%s asks in the org of its subject, and refuses without having written',
    async (_, rule) => {
      const route = routeOf(rule.name)
      const seen: Record<string, string> = {}
      const due: Record<string, string> = {}
      for (const caller of callers) {
        const attempt = (about: About) => {
          const userId = subjectOf(rule, caller, about)
          const code = codes.get(userId)?.[rule.name === 'VerifyPhone' ? 'phone' : 'email'] ?? 'ABC123'
          const tokenId = tokens.get(userId) ?? 'none'
          const known = { verificationCode: code, ...rule.message, userId, tokenId }
          return world.attempt(() => call(caller.userId, route, known, orgIds.get('Strange')))
        }
        const unknown = (await attempt('nobody')).answer
        for (const about of abouts.filter((about) => !rule.ofMachines || about !== 'itself')) {
          const { answer, rows } = await attempt(about)
          const key = `${caller.userId}, about ${about}`
          seen[key] = verdictOf(rule, about, answer, unknown, rows)
          due[key] = verdictOn(rule, caller, about)
        }
      }
      expect(seen).toEqual(due)
    },
  )

  const emptyList = '{"pagination":{"appliedLimit":"100"}}'
  type Plain = Awaited<ReturnType<typeof call>>

  function verdictOf({ name, permission }: Rule, about: About, answer: Plain, unknown: Plain, rows: number): string {
    const wrote = rows > 0
    if (answer.status === unknown.status && answer.text === unknown.text) {
      const tellsNothing = /not be found|not found/.test(unknown.text) || unknown.text === emptyList
      return tellsNothing && !wrote ? 'knows of nobody' : `answers what is unknown with ${unknown.text}`
    }
    const body: Json = JSON.parse(answer.text)
    const id = body.details?.[0]?.id
    if (id === 'AUTH-AWfge' && answer.status === 403 && body.code === 7) return wrote ? 'refuses, but writes' : id
    // Whoever calls is neither inactive nor locked.
    const isInTheWay = about === 'itself' && /Reactivate|Unlock/.test(name)
    if (isInTheWay && answer.status === 400 && body.code === 9 && !wrote) return 'passes'
    return answer.status === 200 && wrote === (permission !== 'user.read')
      ? 'passes'
      : `${answer.status} ${answer.text}`
  }

  it.each(Object.entries(inOrgOfCall))('%s asks for %s in the org of the call', async (name, permission) => {
    const message = {
      AddHumanUser: { username: 'new', profile, email: { email: 'new@b.ch' } },
      AddOrganization: { name: 'New' },
    }[name]
    const seen: Record<string, string> = {}
    const due: Record<string, string> = {}
    for (const caller of callers) {
      for (const org of ['Home', 'Strange'] as const) {
        const { answer, rows } = await world.attempt(() =>
          call(caller.userId, routeOf(name), message!, org === 'Home' ? undefined : orgIds.get(org)),
        )
        const id = JSON.parse(answer.text).details?.[0]?.id
        const key = `${caller.userId}, in ${org}`
        seen[key] = rows > 0 && answer.status < 300 ? 'passes' : rows > 0 ? 'refuses, but writes' : id
        due[key] = holds(caller, permission, org) ? 'passes' : reaches(caller, org) ? 'AUTH-5mWD2' : 'AUTHZ-cdgFk'
      }
    }
    expect(seen).toEqual(due)
  })

  it('CreateUser asks for user.write in the org that its message names', async () => {
    const human = { profile, email: { email: 'new@b.ch' } }
    const seen: Record<string, string> = {}
    const due: Record<string, string> = {}
    for (const caller of callers) {
      for (const [kind, type] of Object.entries({ human: { human }, machine: { machine: { name: 'New' } } })) {
        const attempt = (organizationId: string) =>
          world.attempt(() => call(caller.userId, routeOf('CreateUser'), { username: 'new', organizationId, ...type }))
        const unknown = (await attempt('nowhere')).answer
        for (const org of ['Home', 'Strange'] as const) {
          const { answer, rows } = await attempt(orgIds.get(org)!)
          const id = JSON.parse(answer.text).details?.[0]?.id
          const told = id !== 'AUTH-AWfge' && answer.text === unknown.text ? 'knows of no org' : id
          const key = `${caller.userId}, a ${kind} in ${org}`
          seen[key] = rows > 0 ? (answer.status === 200 ? 'passes' : 'refuses, but writes') : told
          const denied = reaches(caller, org) ? 'AUTH-AWfge' : 'knows of no org'
          due[key] = holds(caller, 'user.write', org) ? 'passes' : denied
        }
        // Whoever is refused in any org is refused in one that there is not.
        const refused = caller.held === 'the instance' && !holds(caller, 'user.write', 'Home')
        expect(unknown.text).toContain(refused ? '(AUTH-AWfge)' : 'Organisation not found (COMMAND-QXPGs)')
      }
    }
    expect(seen).toEqual(due)
  })

  it('ListPersonalAccessTokens shows those of users that the caller may read', async () => {
    for (const caller of callers) {
      const { text } = await call(caller.userId, routeOf('ListPersonalAccessTokens'), {})
      const { result = [], pagination } = JSON.parse(text)
      const owners = result.map(({ userId }: Json) => userId)

      expect([caller.userId, ...owners.filter((userId: string) => userId !== world.rootId).sort()]).toEqual([
        caller.userId,
        ...(['Home', 'Strange'] as const)
          .filter((org) => holds(caller, 'user.read', org))
          .map((org) => `machine of ${org}`),
      ])
      expect(owners.includes(world.rootId)).toBe(caller.held === 'the instance' && holds(caller, 'user.read', 'Home'))
      expect(pagination.totalResult ?? '0').toBe(String(owners.length))
    }
  })

  it('ListUsers shows who lives where the caller may read users, and the caller', async () => {
    for (const caller of callers) {
      const userIds = ['active of Home', 'active of Strange', caller.userId]
      const { text } = await call(caller.userId, routeOf('ListUsers'), { queries: [{ inUserIdsQuery: { userIds } }] })
      const due = userIds.filter(
        (userId) =>
          userId === caller.userId || holds(caller, 'user.read', userId.endsWith('Home') ? 'Home' : 'Strange'),
      )
      const { result = [], details } = JSON.parse(text)

      expect([caller.userId, ...result.map(({ userId }: Json) => userId).sort()]).toEqual([
        caller.userId,
        ...due.sort(),
      ])
      expect(details.totalResult).toBe(String(due.length))
    }
  })

  it('ListOrganizations shows those that the caller may read', async () => {
    for (const caller of callers) {
      const { text } = await call(caller.userId, routeOf('ListOrganizations'), {})
      const names = (JSON.parse(text).result ?? []).map(({ name }: Json) => name)

      expect([caller.userId, ...names.filter((name: string) => name !== 'Acme').sort()]).toEqual([
        caller.userId,
        ...(['Home', 'Strange'] as const).filter((org) => holds(caller, 'org.read', org)),
      ])
      expect(names.includes('Acme')).toBe(caller.held === 'the instance' && holds(caller, 'org.read', 'Home'))
    }
  })
})
