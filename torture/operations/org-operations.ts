import { type Lane, type LaneOrg, repeated } from './lane'
import type { Operation } from './operation'

type Choice = (lane: Lane) => Operation | undefined

const someOrg = (lane: Lane) => (lane.orgs.length === 0 ? undefined : lane.random.oneOf(lane.orgs))
const newDomain = ['org.domain.added', 'org.domain.verified']

const setUp: Choice = (lane) => {
  const orgId = lane.fresh()
  const userId = lane.fresh()
  const domain = `${orgId}.example`
  return {
    kind: 'set up org',
    events: [
      'org.added',
      ...newDomain,
      'org.domain.primary.set',
      ...newDomain,
      'org.member.added',
      'user.human.added',
      'user.human.email.verified',
    ],
    run: ({ orgs }) =>
      orgs.setUp({
        orgId,
        name: orgId,
        domain,
        human: { userId, userName: userId, email: `${userId}@x.example`, emailVerified: true },
      }),
    answered() {
      lane.orgs.push({ orgId, domains: new Set([domain]), primary: undefined, hasRoles: new Map() })
      const memberOf = new Set([orgId])
      lane.users.push({ userId, type: 'human', orgId, keys: new Set(), memberOf, tokenIds: [], locked: false })
    },
  }
}

const rename: Choice = (lane) => {
  const org = someOrg(lane)
  if (org === undefined) return undefined
  const primary = org.primary === undefined ? ['org.domain.primary.set'] : []
  return {
    kind: 'rename org',
    events: ['org.changed', ...newDomain, ...primary, 'org.domain.removed'],
    run: ({ orgs }) => orgs.rename(lane.fresh(), org.orgId),
    answered: () => undefined,
  }
}

const addDomain: Choice = (lane) => {
  const org = someOrg(lane)
  if (org === undefined) return undefined
  const domain = `${lane.fresh()}.example`
  return {
    kind: 'add domain',
    events: newDomain,
    run: ({ orgs }) => orgs.domains(org.orgId).add(domain),
    answered: () => org.domains.add(domain),
  }
}

const otherDomain = (lane: Lane, { domains, primary }: LaneOrg) => {
  const others = [...domains].filter((domain) => domain !== primary)
  return others.length === 0 ? undefined : lane.random.oneOf(others)
}

const setPrimary: Choice = (lane) => {
  const org = someOrg(lane)
  const domain = org && otherDomain(lane, org)
  if (org === undefined || domain === undefined) return undefined
  return {
    kind: 'set primary domain',
    events: ['org.domain.primary.set'],
    run: ({ orgs }) => orgs.domains(org.orgId).setPrimary(domain),
    answered() {
      org.primary = domain
    },
  }
}

const removeDomain: Choice = (lane) => {
  const org = someOrg(lane)
  const domain = org && otherDomain(lane, org)
  if (org === undefined || domain === undefined) return undefined
  return {
    kind: 'remove domain',
    events: ['org.domain.removed'],
    run: ({ orgs }) => orgs.domains(org.orgId).remove(domain),
    answered: () => org.domains.delete(domain),
  }
}

const addMembers: Choice = (lane) => {
  const org = someOrg(lane)
  const added = lane.users.filter(({ memberOf }) => org !== undefined && !memberOf.has(org.orgId)).slice(0, 10)
  if (org === undefined || added.length === 0) return undefined
  return {
    kind: 'add members',
    events: repeated('org.member.added', added.length),
    run: ({ orgs }) =>
      orgs.members(org.orgId).addAll({ userIds: added.map(({ userId }) => userId), roles: ['ORG_OWNER'] }),
    answered() {
      for (const { memberOf } of added) memberOf.add(org.orgId)
    },
  }
}

const removeMember: Choice = (lane) => {
  const org = someOrg(lane)
  const user = lane.users.find(({ memberOf }) => org !== undefined && memberOf.has(org.orgId))
  if (org === undefined || user === undefined) return undefined
  return {
    kind: 'remove member',
    events: ['org.member.removed'],
    run: ({ orgs }) => orgs.members(org.orgId).remove(user.userId),
    answered() {
      user.memberOf.delete(org.orgId)
      org.hasRoles.delete(user.userId)
    },
  }
}

/** One event, however much goes with it. */
const remove: Choice = (lane) => {
  const org = lane.orgs.length < 2 ? undefined : lane.orgs[0]
  if (org === undefined) return undefined
  return {
    kind: 'delete org',
    events: ['org.removed'],
    run: ({ orgs }) => orgs.delete(org.orgId),
    answered() {
      lane.orgs.splice(lane.orgs.indexOf(org), 1)
      const stay = <T extends { readonly orgId: string | undefined }>(list: T[]) =>
        list.splice(0, list.length, ...list.filter(({ orgId }) => orgId !== org.orgId))
      stay(lane.users)
      stay(lane.clients)
      const userIds = new Set(lane.users.map(({ userId }) => userId))
      for (const { memberOf } of lane.users) memberOf.delete(org.orgId)
      for (const { hasRoles } of lane.orgs) {
        for (const userId of [...hasRoles.keys()]) if (!userIds.has(userId)) hasRoles.delete(userId)
      }
    },
  }
}

export const orgOperations: readonly Choice[] = [
  setUp,
  setUp,
  rename,
  addDomain,
  setPrimary,
  removeDomain,
  addMembers,
  addMembers,
  removeMember,
  remove,
]
