import { type Across, type ActingDirectory, isDirectoryError, type PermissionSubject } from '@indwell/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Call, everyCall, type Subjects } from './every-call'
import { createWorld, type World } from './world'

const inAcme: Subjects = { user: 'bob', machine: 'robot', other: 'nina', client: 'shop', org: 'acme' }
const inUmbrella: Subjects = { user: 'mallory', machine: 'drone', other: 'nils', client: 'stall', org: 'umbrella' }
const nowhere: Subjects = { user: 'ghost', machine: 'phantom', other: 'spectre', client: 'mirage', org: 'nowhere' }
const itself: Subjects = { ...inAcme, user: 'zed' }

type Asked = readonly [permission: string, on?: 'user' | 'machine' | 'org' | 'client']

/** What each method asks for. Not here: those that answer less rather than refuse, and those that ask for two things. */
const asks: Readonly<Record<string, Asked>> = {
  requirePermission: ['user.read'],
  'users.createHuman': ['user.write', 'org'],
  'users.createMachine': ['user.write', 'org'],
  'users.get': ['user.read', 'user'],
  'users.identities': ['user.read', 'user'],
  'users.findByLoginName': ['user.global.read'],
  'users.delete': ['user.delete', 'user'],
  'orgs.create': ['org.create'],
  'orgs.setUp': ['iam.write'],
  'orgs.get': ['org.read', 'org'],
  'orgs.findByDomain': ['org.global.read'],
  'orgs.getDefault': ['iam.read'],
  'orgs.setDefault': ['iam.write'],
  'orgs.update': ['org.write', 'org'],
  'orgs.rename': ['org.write', 'org'],
  'orgs.deactivate': ['org.write', 'org'],
  'orgs.reactivate': ['org.write', 'org'],
  'clients.create': ['project.app.write', 'org'],
  'clients.get': ['project.app.read', 'client'],
  'clients.update': ['project.app.write', 'client'],
  'clients.delete': ['project.app.delete', 'client'],
  'roles.create': ['iam.policy.write'],
  'roles.get': ['iam.policy.read'],
  'roles.list': ['iam.policy.read'],
  'roles.update': ['iam.policy.write'],
  'roles.delete': ['iam.policy.delete'],
  ...byMethod(
    'users',
    ['user.write', 'user'],
    [
      ...['requestEmailCode', 'sendEmailCode', 'requestPhoneCode', 'sendPhoneCode', 'requestInitializationCode'],
      ...['sendInitializationCode', 'initialize', 'deactivate', 'reactivate', 'lock', 'unlock', 'unlinkIdentity'],
    ],
  ),
  ...byMethod('users.metadata', ['user.read', 'user'], ['get']),
  ...byMethod('users.metadata', ['user.write', 'user'], ['set', 'remove', 'clear', 'apply']),
  ...byMethod('users.accessTokens', ['user.read', 'machine'], ['list']),
  ...byMethod('users.accessTokens', ['user.write', 'machine'], ['create', 'delete']),
  ...byMethod('orgs.metadata', ['org.read', 'org'], ['get']),
  ...byMethod('orgs.metadata', ['org.write', 'org'], ['set', 'remove', 'clear', 'apply']),
  ...byMethod('orgs.domains', ['org.read', 'org'], ['list']),
  ...byMethod('orgs.domains', ['org.write', 'org'], ['add', 'startVerification', 'verify', 'setPrimary', 'remove']),
  ...byMethod('orgs.members', ['org.member.read', 'org'], ['list', 'roles']),
  ...byMethod('orgs.members', ['org.member.write', 'org'], ['add', 'addAll', 'update', 'grantRoles', 'revokeRoles']),
  ...byMethod('orgs.members', ['org.member.delete', 'org'], ['remove', 'removeAll']),
  ...byMethod('members', ['iam.member.read'], ['list', 'roles']),
  ...byMethod('members', ['iam.member.write'], ['add', 'addAll', 'update', 'grantRoles', 'revokeRoles']),
  ...byMethod('members', ['iam.member.delete'], ['remove', 'removeAll']),
}

function byMethod(path: string, asked: Asked, methods: readonly string[]): Record<string, Asked> {
  return Object.fromEntries(methods.map((method) => [`${path}.${method}`, asked]))
}

const asking = everyCall.flatMap(([name, call]) => {
  const asked = asks[name]
  return asked === undefined ? [] : [{ name, call, asked }]
})

it('names methods that there are', () => {
  expect(asking.map(({ name }) => name).toSorted()).toEqual(Object.keys(asks).toSorted())
})

async function createTwoOrgs(): Promise<World> {
  const world = await createWorld({ randomBytes: (count) => new Uint8Array(count) })
  const { users, clients, roles } = world.system
  await users.createHuman({ userId: 'zed', orgId: 'acme', userName: 'zed' })
  await users.createHuman({ userId: 'mallory', orgId: 'umbrella', userName: 'mallory' })
  await users.createHuman({ userId: 'nina', orgId: 'acme', userName: 'nina' })
  await users.createHuman({ userId: 'nils', orgId: 'umbrella', userName: 'nils' })
  await users.createMachine({ userId: 'drone', orgId: 'umbrella', userName: 'drone', name: 'Drone' })
  await clients.create({ clientId: 'stall', orgId: 'umbrella', name: 'Stall' })
  await roles.create({ roleId: 'auditor', name: 'Auditor' })
  return world
}

/** `allowed`, or why the call was not let in; what is refused for another reason was let in. */
async function outcomeOf(acting: ActingDirectory, call: Call, subjects: Subjects, id: string | undefined) {
  try {
    await call(acting, subjects)
  } catch (error) {
    if (!isDirectoryError(error)) throw error
    if (error.code === 'permission_denied') return (error as unknown as { readonly reason: string }).reason
    if (error.code === 'not_found' && 'id' in error && error.id === id) return 'not_found'
  }
  return 'allowed'
}

const orgRoles = ['ORG_OWNER', 'ORG_OWNER_VIEWER', 'ORG_USER_MANAGER', 'ORG_SETTINGS_MANAGER', 'ORG_USER_SELF_MANAGER']
const held = <Role extends string>(...roles: Role[]) =>
  fc.option(
    fc.record({
      roles: fc.uniqueArray(fc.constantFrom<string>(...roles, 'auditor'), { maxLength: 2 }),
      expiresIn: fc.constantFrom(undefined, 1000, 5000),
    }),
  )

it('answers what the call then does, whoever calls and whatever it is about', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        acme: held(...orgRoles),
        umbrella: held(...orgRoles),
        instance: held('IAM_OWNER', 'IAM_OWNER_VIEWER', 'IAM_USER_MANAGER', 'IAM_ORG_MANAGER'),
      }),
      fc.constantFrom<Across | undefined>(undefined, 'instance', 'orgs', 'orgs'),
      fc.constantFrom(undefined, 'acme', 'umbrella', 'nowhere'),
      fc.array(fc.tuple(fc.constantFrom(...asking), fc.constantFrom(inAcme, inUmbrella, nowhere, itself)), {
        minLength: 25,
        maxLength: 25,
      }),
      async (memberships, across, orgId, calls) => {
        const world = await createTwoOrgs()
        const { system } = world
        for (const [place, membership] of Object.entries(memberships)) {
          if (membership === null) continue
          const members = place === 'instance' ? system.members : system.orgs.members(place)
          const { roles, expiresIn } = membership
          const end = expiresIn === undefined ? {} : { expiresAt: world.now() + expiresIn }
          await members.add({ userId: 'zed', roles, ...end })
        }
        world.advance(1000)
        const caller = { userId: 'zed', ...(across && { across }), ...(orgId !== undefined && { orgId }) }
        const zed = world.directory.as(caller)

        for (const [{ name, call, asked }, subjects] of calls) {
          const [permission, on] = asked
          // What users may do to themselves with `user.write` depends on the call.
          if (subjects.user === 'zed' && on === 'user' && permission === 'user.write') continue
          const id = on && subjects[on]
          const type = on === 'machine' ? 'user' : on
          const subject = type && id !== undefined ? ({ type, id } satisfies PermissionSubject) : undefined
          const answer = await zed.can(permission, subject).catch((error: unknown) => error)
          const outcome = await outcomeOf(zed, call, subjects, id)
          // The caller itself is gone or its org is not active: both throw.
          if (answer instanceof Error) continue
          const told = answer as Awaited<ReturnType<typeof zed.can>>
          expect(told.allowed ? 'allowed' : told.because.reason, `${name} ${JSON.stringify(subjects)}`).toBe(outcome)
        }
        await world.directory.close()
      },
    ),
    { numRuns: 30, interruptAfterTimeLimit: 30_000 },
  )
})
