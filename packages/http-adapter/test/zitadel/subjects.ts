import type { Directory } from '@indwell/core'
import type { Route } from './routes'

/** What the routes may be about, in one org. */
export interface Subjects {
  readonly human: string
  readonly machine: string
  readonly tokenId: string
  readonly member: string
  readonly inactive: string
  readonly locked: string
  readonly owner: string
  readonly initial: string
  readonly unverified: string
}

const domainOf = (orgId: string) => `more-of-${orgId}.example`
const unprovenDomainOf = (orgId: string) => `unproven-of-${orgId}.example`

/** Of a directory where {@link createSubjects} finds domains that are not verified. */
export const verifyDomain = async () => true

export async function createSubjects(directory: Directory, orgId: string): Promise<Subjects> {
  const { users, orgs } = directory.asSystem('test')
  const machine = async (name: string) => {
    const { userId } = await users.createMachine({ userName: `${name} of ${orgId}`, name, orgId })
    return userId
  }
  const person = async (name: string, state: 'active' | 'initial') => {
    const { userId } = await users.createHuman({ userName: `${name} of ${orgId}`, email: 'a@b.example', state, orgId })
    return userId
  }
  const { userId: human } = await users.createHuman({
    userName: `human of ${orgId}`,
    firstName: 'A',
    lastName: 'B',
    email: 'a@b.example',
    emailVerified: true,
    phone: '+412',
    state: 'active',
    orgId,
  })
  await users.metadata(human, 'zitadel').set({ k: Uint8Array.of(1) })
  const withToken = await machine('machine')
  const { tokenId } = await users.accessTokens(withToken).create()
  const subjects = {
    human,
    machine: withToken,
    tokenId,
    member: await machine('member'),
    inactive: await machine('inactive'),
    locked: await machine('locked'),
    owner: await machine('owner'),
    initial: await person('initial', 'initial'),
    unverified: await person('unverified', 'active'),
  }
  await users.deactivate(subjects.inactive)
  await users.lock(subjects.locked)
  await orgs.members(orgId).add({ userId: subjects.member, roles: ['ORG_OWNER'] })
  await directory.asSystem('test').members.add({ userId: subjects.owner, roles: ['IAM_OWNER'] })
  await orgs.metadata(orgId, 'zitadel').set({ k: Uint8Array.of(1) })
  const domains = orgs.domains(orgId)
  await domains.add(domainOf(orgId))
  await domains.add(unprovenDomainOf(orgId))
  await domains.verify(domainOf(orgId))
  await domains.startVerification(unprovenDomainOf(orgId), 'dns')
  return subjects
}

/** Variables and members of a request that changes something if it is let through. */
export function subjectOf({ name, path }: Route, subjects: Subjects, orgId: string): Readonly<Record<string, unknown>> {
  const userId = /Machine|PersonalAccessToken/.test(name)
    ? subjects.machine
    : /(Update|Remove)OrgMember|UserMemberships/.test(name)
      ? subjects.member
      : /(Update|Remove)IAMMember/.test(name)
        ? subjects.owner
        : name.endsWith('/ReactivateUser')
          ? subjects.inactive
          : name.endsWith('/UnlockUser')
            ? subjects.locked
            : name.endsWith('/ResendHumanInitialization')
              ? subjects.initial
              : /ResendHumanEmail/.test(name)
                ? subjects.unverified
                : subjects.human
  return {
    id: path.includes('/orgs/{id}') ? orgId : userId,
    userId: name.endsWith('/AddMachineUser') ? undefined : userId,
    orgId,
    tokenId: subjects.tokenId,
    key: 'k',
    domain: path.endsWith('/domains')
      ? 'new.example'
      : path.includes('/validation/')
        ? unprovenDomainOf(orgId)
        : domainOf(orgId),
    roles: [path.startsWith('/admin/v1/members') ? 'IAM_OWNER_VIEWER' : 'ORG_OWNER_VIEWER'],
    keys: ['k'],
    metadata: [{ key: 'new', value: 'eA==' }],
    value: 'eA==',
  }
}

/** Ids that nothing has. */
export const nothing = {
  id: 'none',
  userId: 'none',
  orgId: 'none',
  tokenId: 'none',
  key: 'none',
  domain: 'none.example',
}
