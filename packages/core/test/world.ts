import {
  type ActingDirectory,
  createDirectory,
  type Directory,
  type DirectoryOptions,
  type DirectoryStorage,
  isDirectoryError,
  type StoredEvent,
} from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { expect } from 'vitest'
import { copiesInMemory, copiesOnPostgres } from './filled-databases'

/** When the world begins, in milliseconds since the epoch. */
export const dawn = Date.UTC(2026, 0, 1)

/**
 * Acme is Ada's: she is its `ORG_OWNER`. Bob works there and may look (`ORG_OWNER_VIEWER`). Eve belongs to Umbrella and
 * is a member of nothing. Root owns the instance. `robot` is a machine of Acme, `shop` a client of it.
 */
export interface World {
  readonly directory: Directory
  readonly storage: DirectoryStorage
  readonly system: ActingDirectory
  readonly root: ActingDirectory
  readonly ada: ActingDirectory
  readonly bob: ActingDirectory
  readonly eve: ActingDirectory
  now(): number
  advance(ms: number): void
  /** All events, in the order of the feed. */
  feed(): Promise<readonly StoredEvent[]>
}

export interface WorldOptions extends Partial<DirectoryOptions> {
  /** Default: one of its own in memory. */
  readonly storage?: DirectoryStorage
  /** Whether the people are in the storage already, as in one of {@link createWorldDatabase}. Default false. */
  readonly isFilled?: boolean
}

/** What makes no difference to how the people come into a storage. */
const harmless: readonly string[] = ['randomBytes', 'roles', 'sendCode', 'verifyDomain']

const openFilled = copiesInMemory(async (storage) => void (await createWorld({ storage })))

/** A database on Postgres with the people of a {@link World} in it. */
export const createWorldDatabase = copiesOnPostgres('world', async (storage) => void (await createWorld({ storage })))

/** As many ids as the people take. */
const idsOfPeople = 1

/** A storage of its own for each test, with the same people in it. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const { isFilled = Object.keys(options).every((name) => harmless.includes(name)), ...rest } = options
  const storage = options.storage ?? (isFilled ? await openFilled() : sqliteStorage({ filename: ':memory:' }))
  let time = dawn
  let newest = isFilled ? idsOfPeople : 0
  const directory = await createDirectory({
    clock: () => time,
    newId: () => `id-${++newest}`,
    migrate: !isFilled,
    ...rest,
    storage,
  })
  const system = directory.asSystem('test')
  if (!isFilled) {
    await createPeople(system)
    if (newest !== idsOfPeople && options.newId === undefined) throw new Error(`the people take ${newest} ids`)
  }
  time += 1000

  return {
    directory,
    storage,
    system,
    root: directory.as({ userId: 'root', across: 'instance' }),
    ada: directory.as({ userId: 'ada' }),
    bob: directory.as({ userId: 'bob' }),
    eve: directory.as({ userId: 'eve' }),
    now: () => time,
    advance: (ms) => {
      time += ms
    },
    feed: () => allEvents(storage, directory.instanceId),
  }
}

async function createPeople({ orgs, users, clients, members }: ActingDirectory): Promise<void> {
  await orgs.create({ orgId: 'acme', name: 'Acme' })
  await orgs.create({ orgId: 'umbrella', name: 'Umbrella' })
  await users.createHuman({
    userId: 'ada',
    orgId: 'acme',
    userName: 'ada',
    firstName: 'Ada',
    lastName: 'Lovelace',
    email: 'ada@acme.example',
    emailVerified: true,
  })
  await users.createHuman({ userId: 'bob', orgId: 'acme', userName: 'bob' })
  await users.createMachine({ userId: 'robot', orgId: 'acme', userName: 'robot', name: 'Robot' })
  await users.createHuman({ userId: 'eve', orgId: 'umbrella', userName: 'eve' })
  await users.createMachine({ userId: 'root', userName: 'root', name: 'Root' })
  await clients.create({ clientId: 'shop', orgId: 'acme', name: 'Shop' })
  await orgs.members('acme').add({ userId: 'ada', roles: ['ORG_OWNER'] })
  await orgs.members('acme').add({ userId: 'bob', roles: ['ORG_OWNER_VIEWER'] })
  await members.add({ userId: 'root', roles: ['IAM_OWNER'] })
}

export async function allEvents(storage: DirectoryStorage, instanceId: string): Promise<readonly StoredEvent[]> {
  return storage.readEvents(instanceId, { limit: 1_000_000 })
}

/** What `call` added to the log, as `type sequence`. */
export async function eventsOf(world: World, call: () => Promise<unknown>): Promise<readonly string[]> {
  const before = await world.feed()
  await call()
  const after = await world.feed()
  return after.slice(before.length).map(({ type, sequence }) => `${type} ${sequence}`)
}

/** The members of a directory error that tell what went wrong. */
export interface Refusal {
  readonly code: string
  readonly [field: string]: unknown
}

/** That `call` rejects with that error, changes nothing and leaves no event. */
export async function expectRefused(world: World, call: () => Promise<unknown>, refusal: Refusal): Promise<void> {
  const before = await world.feed()
  const rows = await rowsOf(world)

  const error = await call().then(
    (answer) => expect.fail(`was not refused but answered ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  )

  expect(error).toMatchObject(refusal)
  expect(isDirectoryError(error)).toBe(true)
  expect(await world.feed()).toEqual(before)
  expect(await rowsOf(world)).toEqual(rows)
}

async function rowsOf({ storage, directory: { instanceId } }: World): Promise<readonly unknown[]> {
  const whole = { offset: 0, limit: 10_000, count: true } as const
  return Promise.all([
    storage.search(instanceId, { kind: 'user', ...whole }),
    storage.search(instanceId, { kind: 'org', ...whole }),
    storage.search(instanceId, { kind: 'orgDomain', ...whole }),
    storage.search(instanceId, { kind: 'member', ...whole }),
    storage.search(instanceId, { kind: 'client', ...whole }),
    storage.search(instanceId, { kind: 'role', ...whole }),
    storage.search(instanceId, { kind: 'accessToken', ...whole }),
  ])
}
