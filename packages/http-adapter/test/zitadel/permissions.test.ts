import { builtInRoles } from '@indwell/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Contract } from '../../src/zitadel/contract'
import { zitadelContract } from '../../src/zitadel/contract.generated'
import { requestTo } from './request-to'
import { isWrite, type Route, routes, titled, v1Routes } from './routes'
import { createSubjects, nothing, type Subjects, subjectOf } from './subjects'
import { createTrialWorld, type TrialWorld } from './trial-world'
import type { Answer } from './world'

/** Every permission a built-in role grants. */
const allPermissions = new Set(Object.values(builtInRoles).flat() as readonly string[])
/** What the routes ask for, besides being somebody. */
const asked = [...new Set(v1Routes.map(({ permission }) => permission))].filter((name) => name !== 'authenticated')

const roleWithOnly = (permission: string) => `only ${permission}`
const roleWithout = (permission: string) => `all but ${permission}`

/** Roles of the host: for each permission, one that grants nothing else and one that grants everything else. */
const hostRoles = Object.fromEntries(
  asked.flatMap((permission) => [
    [roleWithOnly(permission), [permission]],
    [roleWithout(permission), [...allPermissions].filter((name) => name !== permission)],
  ]),
)
const granted = new Map<string, readonly string[]>(Object.entries({ ...builtInRoles, ...hostRoles }))

/** A role of the host that is held in an org grants nothing beyond what a built-in role could grant there. */
const grantedInOrgs = new Set(
  Object.entries(builtInRoles).flatMap(([role, permissions]): readonly string[] =>
    role.startsWith('IAM') ? [] : permissions,
  ),
)

/** What a call may be made in: the word for it in the header, if any. */
const contexts = [
  'no header',
  'its own org',
  'an org that it is no member of',
  'an org that it is a member of',
  'no org',
] as const
type Context = (typeof contexts)[number]

/** Who calls. Whoever has roles in orgs has them in its own org and in one more. */
interface Caller {
  readonly name: string
  readonly level: 'org' | 'instance' | undefined
  readonly roles: readonly string[]
  /** Absent: it is nobody that a token tells. */
  readonly active?: false
}

type Verdict = 'passes' | 'AUTH-5mWD2' | 'AUTHZ-cdgFk' | 'AUTH-Bs7Ds' | 'AUTH-7fs1e'

/** What permissions, roles and memberships say, and nothing else. */
function verdictOn(permission: string, { level, roles, active }: Caller, context: Context): Verdict {
  if (active === false) return 'AUTH-7fs1e'
  if (context === 'no org') return 'AUTH-Bs7Ds'
  if (permission === 'authenticated') return 'passes'
  if (level === undefined) return 'AUTHZ-cdgFk'
  if (level === 'org' && context === 'an org that it is no member of') return 'AUTHZ-cdgFk'
  if (level === 'org' && !grantedInOrgs.has(permission)) return 'AUTH-5mWD2'
  return roles.some((role) => granted.get(role)?.includes(permission)) ? 'passes' : 'AUTH-5mWD2'
}

const refusals: Readonly<Record<Exclude<Verdict, 'passes'>, readonly [status: number, code: number]>> = {
  'AUTH-5mWD2': [403, 7],
  'AUTHZ-cdgFk': [404, 5],
  'AUTH-Bs7Ds': [403, 7],
  'AUTH-7fs1e': [401, 16],
}

function verdictOf({ status, body }: Answer): string {
  const id: unknown = body.details?.[0]?.id
  if (typeof id !== 'string' || !Object.hasOwn(refusals, id)) return status < 500 ? 'passes' : `fails with ${status}`
  const [refused, code] = refusals[id as keyof typeof refusals]
  return status === refused && body.code === code ? id : `${id} as ${status} ${body.code}`
}

const levelOf = (role: string) => (role.startsWith('IAM') ? 'instance' : 'org')
const placed = Object.keys(builtInRoles).filter((role) => !role.startsWith('PROJECT'))

const builtIn: readonly Caller[] = [
  ...placed.map((role): Caller => ({ name: role, level: levelOf(role), roles: [role] })),
  { name: 'a user without membership', level: undefined, roles: [] },
  { name: 'a member without roles', level: 'instance', roles: [] },
]
const lost: readonly Caller[] = ['locked', 'deactivated', 'removed', 'of a deactivated org'].map((name) => ({
  name,
  level: 'instance',
  roles: ['IAM_OWNER'],
  active: false,
}))
const byPermission = new Map(
  asked.map((permission) => [
    permission,
    (['org', 'instance'] as const).flatMap((level): Caller[] =>
      [roleWithOnly(permission), roleWithout(permission)].map((role) => ({
        name: `${role}, in the ${level}`,
        level,
        roles: [role],
      })),
    ),
  ]),
)
const callersOf = ({ permission }: Route) => [...builtIn, ...lost, ...(byPermission.get(permission) ?? [])]

/** What keeps a permitted write from its subject here: the org is active, its domains are verified. */
const statesInTheWay: Readonly<Record<string, string>> = {
  'management.v1.ManagementService/ReactivateOrg': 'EVENT-bfnrh',
}

describe('permissions of ZITADEL', () => {
  let world: TrialWorld
  let orgOf: Readonly<Record<Context, string | undefined>>
  const subjects = new Map<string, Subjects>()
  const tokens = new Map<Caller, string>()

  beforeAll(async () => {
    world = await createTrialWorld({ roles: hostRoles })
    const { directory } = world
    const system = directory.asSystem('test')
    const org = async (name: string) => (await system.orgs.create({ name })).orgId
    const [home, strange, joined, dead] = [
      await org('Home'),
      await org('Strange'),
      await org('Joined'),
      await org('Dead'),
    ]
    orgOf = {
      'no header': undefined,
      'its own org': home,
      'an org that it is no member of': strange,
      'an org that it is a member of': joined,
      'no org': 'nowhere',
    }
    for (const orgId of [home, strange, joined]) subjects.set(orgId, await createSubjects(directory, orgId))
    for (const caller of new Set([...builtIn, ...lost, ...[...byPermission.values()].flat()])) {
      const { name, level, roles } = caller
      const { userId, token } = await world.machine(name, { orgId: name.endsWith('deactivated org') ? dead : home })
      if (level === 'instance') await system.members.add({ userId, roles: [...roles] })
      if (level === 'org')
        for (const orgId of [home, joined]) await system.orgs.members(orgId).add({ userId, roles: [...roles] })
      if (name === 'locked') await system.users.lock(userId)
      if (name === 'deactivated') await system.users.deactivate(userId)
      if (name === 'removed') await system.users.delete(userId)
      tokens.set(caller, token)
    }
    await system.orgs.deactivate(dead)
  })
  afterAll(async () => {
    expect(world.errors).toEqual([])
    await world.close()
  })

  function tried(
    route: Route,
    token: string | null,
    context: Context,
    about: 'what is there' | 'nothing that is there',
  ): Promise<{ readonly answer: Answer; readonly rows: number }> {
    const orgId = orgOf[context]
    const there = subjects.has(orgId ?? '') ? orgId! : orgOf['its own org']!
    const known = {
      ...subjectOf(route, subjects.get(there)!, there),
      ...(about === 'nothing that is there' && nothing),
    }
    const request = requestTo(route, known, { token, ...(orgId !== undefined && { orgId }) })
    return world.attempt(() => world.call(...request))
  }

  describe.each(titled(v1Routes))('%s', (_, route) => {
    it(`asks for ${route.permission}, and refuses without having written`, async () => {
      const seen: Record<string, string> = {}
      const due: Record<string, string> = {}
      for (const caller of callersOf(route)) {
        for (const context of contexts) {
          for (const about of ['what is there', 'nothing that is there'] as const) {
            const { answer, rows } = await tried(route, tokens.get(caller)!, context, about)
            const verdict = verdictOf(answer)
            const key = `${caller.name}, in ${context}, about ${about}`
            seen[key] = verdict !== 'passes' && rows > 0 ? `${verdict}, but writes` : verdict
            due[key] = verdictOn(route.permission, caller, context)
          }
        }
      }
      expect(seen).toEqual(due)
    })

    it('asks for a token, and refuses without having written', async () => {
      for (const context of contexts) {
        const { answer, rows } = await tried(route, null, context, 'what is there')
        expect([context, answer.status, answer.body, rows]).toEqual([
          context,
          401,
          { code: 16, message: 'auth header missing' },
          0,
        ])
      }
    })
  })

  it.each(titled(v1Routes.filter(isWrite)))('lets write who may: %s', async (_, route) => {
    const owner = builtIn.find(({ name }) => name === 'IAM_OWNER')!
    const { answer, rows } = await tried(route, tokens.get(owner)!, 'an org that it is a member of', 'what is there')

    const inTheWay = statesInTheWay[route.name]
    if (inTheWay !== undefined) expect(answer.body.details[0].id).toBe(inTheWay)
    else expect([answer.status, answer.body, rows > 0]).toEqual([200, answer.body, true])
  })

  it.each(Object.keys(builtInRoles).filter((role) => role.startsWith('PROJECT')))(
    'gives nobody the role %s, since there are no projects',
    async (role) => {
      const { userId } = await world.machine(`would be ${role}`)
      const body = { userId, roles: [role] }

      expect((await world.manage('POST', '/orgs/me/members', { body })).body.details[0].id).toBe('Org-4N8es')
      expect((await world.call('POST', '/admin/v1/members', { body })).body.details[0].id).toBe('INSTANCE-4m0fS')
    },
  )

  it('serves no method of the contract that asks for nothing', async () => {
    const contract: Contract = zitadelContract
    const open = Object.entries(contract.methods).filter(([, { permission }]) => permission === undefined)

    expect(open.map(([name]) => name).filter((name) => !name.endsWith('/Healthz'))).toEqual([])
    expect(routes.filter(({ name }) => open.some(([other]) => other === name))).toEqual([])
    for (const [, { httpMethod = '', path = '' }] of open) expect((await world.call(httpMethod, path)).status).toBe(404)
  })
})
