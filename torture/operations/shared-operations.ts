import { freshValues, type Lane } from './lane'
import type { Operation } from './operation'

type Choice = (lane: Lane) => Operation | undefined

/** What every lane of every process writes. Made by whoever comes first. */
export const sharedOrgId = 'shared'
export const sharedUserId = 'shared-user'

export const createShared: Operation = {
  kind: 'set up what is shared',
  events: [
    'org.added',
    'org.domain.added',
    'org.domain.verified',
    'org.domain.primary.set',
    'org.member.added',
    'user.human.added',
  ],
  run: ({ orgs }) => orgs.setUp({ orgId: sharedOrgId, name: 'Shared', human: { userId: sharedUserId } }),
  answered: () => undefined,
}

const setMetadata: Choice = (lane) => ({
  kind: 'set metadata of the shared user',
  events: ['user.metadata.set'],
  run: ({ users }) => users.metadata(sharedUserId, 'app').set(freshValues(lane, [`key${lane.random.below(10)}`])),
  answered: () => undefined,
})

/** A user and a place in the org that all lanes write, in two aggregates. */
const addMember: Choice = (lane) => {
  const user = lane.users.find(({ memberOf }) => !memberOf.has(sharedOrgId))
  if (user === undefined) return undefined
  return {
    kind: 'add member of the shared org',
    events: ['org.member.added'],
    run: ({ orgs }) => orgs.members(sharedOrgId).add({ userId: user.userId, roles: [] }),
    answered: () => user.memberOf.add(sharedOrgId),
  }
}

export const sharedOperations: readonly Choice[] = [setMetadata, setMetadata, setMetadata, addMember]
