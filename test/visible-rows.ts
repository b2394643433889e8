import {
  type ActingDirectory,
  type Caller,
  createDirectory,
  type DirectoryStorage,
  isDirectoryError,
} from '@indwell/core'
import fc from 'fast-check'
import { expect } from 'vitest'
import { createWorld } from '../packages/core/test/world'

export type VisibleKind = 'user' | 'org' | 'client' | 'member'
/** Of the rows that a query by the predicate finds, what names them. */
export type VisibleRows = (caller: Caller, kind: VisibleKind) => Promise<readonly string[]>

const orgs = ['acme', 'umbrella', 'dark'] as const
const orgRoles = ['ORG_OWNER', 'ORG_OWNER_VIEWER', 'ORG_USER_MANAGER', 'ORG_PROJECT_CREATOR', 'LIBRARIAN', 'clerk']
const instanceRoles = ['IAM_OWNER', 'IAM_OWNER_VIEWER', 'IAM_ORG_MANAGER', 'IAM_ADMIN_IMPERSONATOR', 'LIBRARIAN']
const held = (roles: readonly string[]) =>
  fc.option(
    fc.record({
      roles: fc.uniqueArray(fc.constantFrom(...roles), { maxLength: 2 }),
      expiresIn: fc.constantFrom(undefined, undefined, 10, 11),
    }),
    { freq: 2 },
  )

/** That the predicate and the lists of core never differ, whoever calls. */
export async function expectListsToAgree(
  storage: DirectoryStorage,
  rowsFor: (directory: Awaited<ReturnType<typeof createWorld>>['directory']) => VisibleRows,
  runs: number,
): Promise<void> {
  const roles = { LIBRARIAN: ['user.read', 'org.member.read'] }
  const world = await createWorld({ storage, roles })
  const { directory, system } = world
  await system.orgs.create({ orgId: 'dark', name: 'Dark' })
  await system.users.createHuman({ userId: 'dora', orgId: 'dark', userName: 'dora' })
  await system.users.lock('dora')
  await system.clients.create({ clientId: 'stall', orgId: 'umbrella', name: 'Stall' })
  await system.roles.create({ roleId: 'clerk', name: 'Clerk', permissions: ['invoice.write'] })
  const rows = rowsFor(directory)
  await fillAnother(storage)

  let number = 0
  let shown = 0
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        acme: held(orgRoles),
        umbrella: held(orgRoles),
        dark: held(orgRoles),
        instance: held(instanceRoles),
      }),
      fc.constantFrom(...orgs),
      fc.constantFrom('active', 'active', 'active', 'initial', 'locked', 'inactive'),
      fc.constantFrom(undefined, undefined, ...orgs, 'nowhere'),
      fc.boolean(),
      async (memberships, home, state, orgId, isDark) => {
        number += 1
        const userId = `zed-${number}`
        await system.users.createHuman({
          ...{ userId, orgId: home, userName: userId, email: `${userId}@x.example` },
          ...(state === 'initial' && { state }),
        })
        if (state === 'locked') await system.users.lock(userId)
        if (state === 'inactive') await system.users.deactivate(userId)
        for (const [place, membership] of Object.entries(memberships)) {
          if (membership === null) continue
          const { roles, expiresIn } = membership
          const end = expiresIn === undefined ? {} : { expiresAt: world.now() + expiresIn }
          const members = place === 'instance' ? system.members : system.orgs.members(place)
          await members.add({ userId, roles, ...end })
        }
        world.advance(10)
        await system.orgs[isDark ? 'deactivate' : 'reactivate']('dark').catch(ignoreRefusal)

        for (const across of [undefined, 'instance', 'orgs'] as const) {
          const caller = { userId, ...(across && { across }), ...(orgId !== undefined && { orgId }) }
          for (const kind of ['user', 'org', 'client', 'member'] as const) {
            const listed = await listedTo(directory.as(caller), kind)
            shown += listed.length
            expect(await rows(caller, kind), `${kind} ${JSON.stringify(caller)}`).toEqual(listed)
          }
        }
      },
    ),
    { numRuns: runs },
  )
  expect(shown).toBeGreaterThan(runs)
}

/** The same people in another instance of the database. */
async function fillAnother(storage: DirectoryStorage): Promise<void> {
  const other = await createDirectory({ storage, instanceId: 'other', migrate: false })
  const { orgs, users, members, clients } = other.asSystem('test')
  await orgs.create({ orgId: 'acme', name: 'Acme' })
  for (const userId of ['zed-1', 'zed-2', 'zed-3', 'stranger']) {
    await users.createHuman({ userId, orgId: 'acme', userName: userId })
    await members.add({ userId, roles: ['IAM_OWNER'] })
  }
  await clients.create({ clientId: 'foreign', orgId: 'acme', name: 'Foreign' })
}

async function listedTo(acting: ActingDirectory, kind: VisibleKind): Promise<readonly string[]> {
  const whole = { limit: 1000 }
  const names = async (list: () => Promise<readonly string[]>) => list().catch(ignoreRefusal)
  switch (kind) {
    case 'user':
      return sorted(await names(async () => (await acting.users.list(whole)).items.map(({ userId }) => userId)))
    case 'org':
      return sorted(await names(async () => (await acting.orgs.list(whole)).items.map(({ orgId }) => orgId)))
    case 'client':
      return sorted(await names(async () => (await acting.clients.list(whole)).items.map(({ clientId }) => clientId)))
    case 'member': {
      const places = [acting.members, ...orgs.map((orgId) => acting.orgs.members(orgId))]
      const found = await Promise.all(
        places.map((members) =>
          names(async () =>
            (await members.list(whole)).items.map(({ level, orgId, userId }) => `${level} ${orgId} ${userId}`),
          ),
        ),
      )
      return sorted(found.flat())
    }
  }
}

export const sorted = (names: readonly string[]): readonly string[] => [...names].sort()

function ignoreRefusal(error: unknown): readonly string[] {
  if (!isDirectoryError(error) || error.code === 'storage_unavailable') throw error
  return []
}
