import type { RandomSource } from '../../packages/core/src/conformance/random-source'
import type { Did } from './history'
import { type Recording, record } from './record'
import { entryRegister, held, locked, lockRegister, nameRegister, rightRegister, scene } from './scene'

/** One caller of a process, which makes one call after the other. */
export interface HistoryLane extends Recording {
  readonly random: RandomSource
  /** Users that this lane made, by the name that each holds. */
  readonly own: Map<string, string>
}

export type Deed = (id: string, lane: HistoryLane) => Promise<void>

function setEntry(id: string, lane: HistoryLane): Promise<void> {
  const { userId, key } = someEntry(lane)
  const entry = { register: entryRegister(userId, key), aggregate: `user ${userId}` }
  return record(lane, id, [{ kind: 'write', ...entry, sequence: undefined }], async ({ users }) => {
    const { sequence } = await users.metadata(userId, 'app').set({ [key]: id })
    return [{ kind: 'write', ...entry, sequence: Number(sequence) }]
  })
}

function getEntry(id: string, lane: HistoryLane): Promise<void> {
  const { userId, key } = someEntry(lane)
  const register = entryRegister(userId, key)
  return record(lane, id, [{ kind: 'read', register, value: '' }], async ({ users }) => {
    const metadata = users.metadata(userId, 'app')
    const value = lane.random.chance(0.5) ? (await metadata.find(key))?.value : (await metadata.values())[key]
    return [{ kind: 'read', register, value: String(value ?? '') }]
  })
}

const counter = { register: entryRegister(scene.counterId, 'count'), aggregate: `user ${scene.counterId}` }

async function countUp(id: string, lane: HistoryLane): Promise<void> {
  const [snapshot] = await lane.directory.asSystem(id).users.findSnapshots([scene.counterId], ['app'])
  const { version, metadata } = snapshot!
  const count = Number(metadata.app?.count ?? 0) + 1
  const write = { kind: 'write', ...counter, after: Number(version) } as const
  await record(lane, id, [{ ...write, sequence: undefined }], async ({ users }) => {
    const written = await users.metadata(scene.counterId, 'app').apply({ set: { count } }, { ifVersion: version })
    return [{ ...write, sequence: Number(written.sequence) }]
  })
}

function readCounter(id: string, lane: HistoryLane): Promise<void> {
  const { register } = counter
  return record(lane, id, [{ kind: 'read', register, value: '' }], async ({ users }) => {
    const entry = await users.metadata(scene.counterId, 'app').find('count')
    return [{ kind: 'read', register, value: String(entry?.value ?? '') }]
  })
}

/** A name is held by a user of its lane.own. */
function takeName(id: string, lane: HistoryLane): Promise<void> {
  const name = lane.random.oneOf(scene.names)
  const write = { kind: 'write', register: nameRegister(name), aggregate: `user ${id}`, takes: id } as const
  return record(lane, id, [{ ...write, sequence: undefined }], async ({ users }) => {
    const human = { userId: id, orgId: scene.orgId, userName: name, email: `${id}@x.example`, emailVerified: true }
    const { sequence } = await users.createHuman(human)
    lane.own.set(name, id)
    // Its first event, whatever else the answer counts.
    return [{ ...write, sequence: Number(sequence) }]
  })
}

async function giveName(id: string, lane: HistoryLane): Promise<void> {
  if (lane.own.size === 0) return
  const [name, userId] = lane.random.oneOf([...lane.own])
  const write = { kind: 'write', aggregate: `user ${userId}` } as const
  const register = nameRegister(name)
  const other = lane.random.oneOf(scene.names)
  lane.own.delete(name)
  if (lane.random.chance(0.5) || other === name) {
    const release = { ...write, register, releases: userId }
    return record(lane, id, [{ ...release, sequence: undefined }], async ({ users }) => {
      const { sequence } = await users.delete(userId)
      return [{ ...release, sequence: Number(sequence) }]
    })
  }
  // The user goes by another name from now on, which somebody may hold.
  const moves = (sequence: number | undefined): readonly Did[] => [
    { ...write, register, ...(sequence === undefined ? {} : { releases: userId }), sequence },
    { ...write, register: nameRegister(other), takes: userId, sequence },
  ]
  await record(
    lane,
    id,
    moves(undefined),
    async ({ users }) => {
      const { sequence } = await users.update(userId, { userName: other })
      lane.own.set(other, userId)
      return moves(Number(sequence))
    },
    { onRefusal: () => lane.own.set(name, userId) },
  )
}

function findName(id: string, lane: HistoryLane): Promise<void> {
  const name = lane.random.oneOf(scene.names)
  const register = nameRegister(name)
  return record(lane, id, [{ kind: 'read', register, value: '' }], async ({ users }) => {
    const found = lane.random.chance(0.5)
      ? await users.findByLoginName(name)
      : (await users.list({ filter: { op: 'equals', field: 'userName', value: name } })).items[0]
    return [{ kind: 'read', register, value: found?.userId ?? '' }]
  })
}

function changeRight(id: string, lane: HistoryLane): Promise<void> {
  const userId = lane.random.oneOf(scene.workerIds)
  const write = { kind: 'write', register: rightRegister(userId), aggregate: `org ${scene.orgId}` } as const
  return record(lane, id, [{ ...write, sequence: undefined }], async ({ orgs }) => {
    const members = orgs.members(scene.orgId)
    const { sequence } = lane.random.chance(0.5)
      ? await members.add({ userId, roles: ['ORG_OWNER'] })
      : await members.remove(userId)
    return [{ ...write, sequence: Number(sequence) }]
  })
}

/** A write in one's own name: it shows whether one may, and is there if one might. */
function useRight(id: string, lane: HistoryLane): Promise<void> {
  const caller = lane.random.oneOf(scene.workerIds)
  const userId = lane.random.oneOf(scene.coldUserIds)
  const right = (value: string): Did => ({ kind: 'read', register: rightRegister(caller), value })
  const write = { kind: 'write', register: entryRegister(userId, 'k'), aggregate: `user ${userId}` } as const
  return record(
    lane,
    id,
    [right(''), { ...write, sequence: undefined }],
    async () => {
      const { sequence } = await lane.directory.as({ userId: caller }).users.metadata(userId, 'app').set({ k: id })
      return [right(held), { ...write, sequence: Number(sequence) }]
    },
    { allowed: ['permission_denied'] },
  )
}

function changeLock(id: string, lane: HistoryLane): Promise<void> {
  const userId = lane.random.oneOf(scene.guardedIds)
  const write = { kind: 'write', register: lockRegister(userId), aggregate: `user ${userId}` } as const
  return record(lane, id, [{ ...write, sequence: undefined }], async ({ users }) => {
    const { sequence } = await users[lane.random.chance(0.5) ? 'lock' : 'unlock'](userId)
    return [{ ...write, sequence: Number(sequence) }]
  })
}

function passLock(id: string, lane: HistoryLane): Promise<void> {
  const userId = lane.random.oneOf(scene.guardedIds)
  const register = lockRegister(userId)
  return record(
    lane,
    id,
    [{ kind: 'read', register, value: locked }],
    async () => {
      await lane.directory.as({ userId }).users.get(scene.hotUserId)
      return [{ kind: 'read', register, value: '' }]
    },
    { allowed: ['unauthenticated', 'permission_denied'] },
  )
}

function someEntry({ random }: HistoryLane): { readonly userId: string; readonly key: string } {
  return random.chance(0.5)
    ? { userId: scene.hotUserId, key: random.oneOf(scene.hotKeys) }
    : { userId: random.oneOf(scene.coldUserIds), key: 'k' }
}

/** Hot ones are as likely as cold ones, and reads are about half. */
export const deeds: readonly Deed[] = [
  setEntry,
  setEntry,
  getEntry,
  getEntry,
  countUp,
  readCounter,
  takeName,
  takeName,
  giveName,
  findName,
  findName,
  changeRight,
  useRight,
  useRight,
  changeLock,
  passLock,
]
