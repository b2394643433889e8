import { freshValues, type Lane, repeated } from './lane'
import type { Operation } from './operation'

type Choice = (lane: Lane) => Operation | undefined

const owned = (orgId: string | undefined) => (orgId === undefined ? {} : { orgId })
const someUser = (lane: Lane) => (lane.users.length === 0 ? undefined : lane.random.oneOf(lane.users))

/** The keys of one entry or of many. */
function someKeys({ random }: Lane): readonly string[] {
  const count = random.chance(0.5) ? 1 : 2 + random.below(20)
  return Array.from({ length: count }, (_, index) => `key${index}`)
}

const createHuman: Choice = (lane) => {
  const userId = lane.fresh()
  const orgId = lane.random.chance(0.5) ? lane.orgs.at(-1)?.orgId : undefined
  const keys = someKeys(lane)
  return {
    kind: 'create human',
    events: ['user.human.added', 'user.human.email.verified', ...repeated('user.metadata.set', keys.length * 2)],
    run: ({ users }) =>
      users.createHuman({
        userId,
        ...owned(orgId),
        userName: userId,
        firstName: 'Ada',
        email: `${userId}@x.example`,
        emailVerified: true,
        connection: 'db',
        username: userId,
        metadata: { app: freshValues(lane, keys), user: freshValues(lane, keys) },
      }),
    answered: () =>
      lane.users.push({
        userId,
        type: 'human',
        orgId,
        keys: new Set(keys),
        memberOf: new Set(),
        tokenIds: [],
        locked: false,
      }),
  }
}

const createMachine: Choice = (lane) => {
  const userId = lane.fresh()
  return {
    kind: 'create machine',
    events: ['user.machine.added'],
    run: ({ users }) => users.createMachine({ userId, userName: userId, name: 'Robot' }),
    answered: () =>
      lane.users.push({
        userId,
        type: 'machine',
        orgId: undefined,
        keys: new Set(),
        memberOf: new Set(),
        tokenIds: [],
        locked: false,
      }),
  }
}

const rename: Choice = (lane) => {
  const user = someUser(lane)
  if (user?.type !== 'human') return undefined
  const name = lane.fresh()
  return {
    kind: 'rename user',
    events: ['user.username.changed', 'user.account.changed', 'user.human.email.changed', 'user.human.email.verified'],
    run: ({ users }) =>
      users.update(user.userId, {
        userName: name,
        username: name,
        email: `${name}@x.example`,
        emailVerified: true,
      }),
    answered: () => undefined,
  }
}

const setMetadata: Choice = (lane) => {
  const user = someUser(lane)
  if (user === undefined) return undefined
  const keys = someKeys(lane)
  const remove = [...user.keys].filter((key) => !keys.includes(key)).slice(0, lane.random.below(5))
  return {
    kind: 'set and remove metadata',
    events: [...repeated('user.metadata.set', keys.length), ...repeated('user.metadata.removed', remove.length)],
    run: ({ users }) => users.metadata(user.userId, 'app').apply({ set: freshValues(lane, keys), remove }),
    answered() {
      for (const key of keys) user.keys.add(key)
      for (const key of remove) user.keys.delete(key)
    },
  }
}

const lock: Choice = (lane) => {
  const user = someUser(lane)
  if (user === undefined) return undefined
  const verb = user.locked ? 'unlock' : 'lock'
  return {
    kind: verb,
    events: [`user.${verb}ed`],
    run: ({ users }) => users[verb](user.userId),
    answered() {
      user.locked = !user.locked
    },
  }
}

const createToken: Choice = (lane) => {
  const user = lane.users.find(({ type, locked }) => type === 'machine' && !locked)
  if (user === undefined) return undefined
  let tokenId = ''
  return {
    kind: 'create token',
    events: ['user.pat.added'],
    async run({ users }) {
      const created = await users.accessTokens(user.userId).create()
      tokenId = created.tokenId
      return created
    },
    answered: () => user.tokenIds.push(tokenId),
  }
}

const deleteToken: Choice = (lane) => {
  const user = lane.users.find(({ tokenIds }) => tokenIds.length > 0)
  const tokenId = user?.tokenIds.at(-1)
  if (user === undefined || tokenId === undefined) return undefined
  return {
    kind: 'delete token',
    events: ['user.pat.removed'],
    run: ({ users }) => users.accessTokens(user.userId).delete(tokenId),
    answered: () => user.tokenIds.pop(),
  }
}

const remove: Choice = (lane) => {
  const user = someUser(lane)
  if (user === undefined) return undefined
  return {
    kind: 'delete user',
    events: ['user.removed', ...repeated('org.member.cascade.removed', user.memberOf.size)],
    run: ({ users }) => users.delete(user.userId),
    answered() {
      lane.users.splice(lane.users.indexOf(user), 1)
      for (const { hasRoles } of lane.orgs) hasRoles.delete(user.userId)
    },
  }
}

/** Those that write much are more likely than those that take away. */
export const userOperations: readonly Choice[] = [
  createHuman,
  createHuman,
  createHuman,
  createMachine,
  rename,
  setMetadata,
  setMetadata,
  setMetadata,
  lock,
  createToken,
  createToken,
  deleteToken,
  remove,
]
