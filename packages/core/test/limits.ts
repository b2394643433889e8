import { type ActingDirectory, createDirectory, type DirectoryStorage } from '@indwell/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DirectoryLimits, limitProfiles } from '../src/limits/limits'
import { createWorld, eventsOf, type World } from './world'

export interface LimitedDatabase {
  readonly storage: DirectoryStorage
  close(): Promise<unknown>
}

interface Way {
  readonly limitName: string
  /** Writes something of a size, twice not the same. */
  write(directory: ActingDirectory, size: number, time: number): Promise<unknown>
  /** By a directory without limits. */
  prepare?(directory: ActingDirectory, size: number): Promise<unknown>
  readonly key?: string
}

const long = (size: number, start: string | number = '') => String(start).padEnd(size, 'ü')
const keyed = (size: number, value = 1) =>
  Object.fromEntries(Array.from({ length: size }, (_, number) => [`k${number}`, value]))

const ways: Readonly<Record<keyof DirectoryLimits, readonly Way[]>> = {
  metadataKeyLength: [
    { limitName: 'metadata.key', write: ({ users }, size) => users.metadata('bob').set({ [long(size)]: 1 }) },
    { limitName: 'metadata.key', write: ({ orgs }, size) => orgs.metadata('acme').merge({ [long(size)]: 1 }) },
    {
      limitName: 'metadata.key',
      write: ({ users }, size, time) =>
        users.createHuman({ orgId: 'acme', userName: `key${time}`, metadata: { app: { [long(size)]: 1 } } }),
    },
  ],
  metadataValueBytes: [
    {
      limitName: 'metadata.value.bytes',
      key: 'icon',
      write: ({ users }, size, time) => users.metadata('bob').set({ icon: new Uint8Array(size).fill(time) }),
    },
  ],
  metadataJsonLength: [
    {
      limitName: 'metadata.value.json',
      key: 'text',
      write: ({ users }, size, time) => users.metadata('bob').set({ text: long(size - 2, time) }),
    },
    {
      limitName: 'metadata.value.json',
      key: 'list',
      prepare: ({ users }) => users.metadata('bob').set({ list: [] }),
      write: ({ users }, size, time) => users.metadata('bob').append('list', long(size - 4, time)),
    },
  ],
  metadataChanges: [
    {
      limitName: 'metadata.changes',
      write: ({ clients }, size, time) => clients.metadata('shop').set(keyed(size, time)),
    },
    {
      limitName: 'metadata.changes',
      prepare: ({ orgs }, size) => orgs.metadata('acme').set(keyed(size)),
      write: ({ orgs }, size) => orgs.metadata('acme').remove(...Object.keys(keyed(size))),
    },
  ],
  userNameLength: [
    {
      limitName: 'user.userName',
      write: ({ users }, size, time) => users.createHuman({ userName: long(size, time), orgId: 'acme' }),
    },
    {
      limitName: 'user.userName',
      write: ({ users }, size, time) => users.update('bob', { userName: long(size, `b${time}`) }),
    },
  ],
  personNameLength: [
    {
      limitName: 'user.firstName',
      write: ({ users }, size, time) => users.update('bob', { firstName: long(size, time) }),
    },
    {
      limitName: 'user.lastName',
      write: ({ users }, size, time) =>
        users.createHuman({ orgId: 'acme', userName: `n${time}`, firstName: 'N', lastName: long(size) }),
    },
  ],
  nickNameLength: [
    {
      limitName: 'user.nickName',
      write: ({ users }, size, time) => users.update('bob', { nickName: long(size, time) }),
    },
  ],
  displayNameLength: [
    {
      limitName: 'user.displayName',
      write: ({ users }, size, time) => users.update('bob', { displayName: long(size, time) }),
    },
  ],
  orgNameLength: [
    { limitName: 'org.name', write: ({ orgs }, size, time) => orgs.create({ name: long(size, `o${time}`) }) },
    { limitName: 'org.name', write: ({ orgs }, size, time) => orgs.update('acme', { name: long(size, `a${time}`) }) },
  ],
  clientNameLength: [
    { limitName: 'client.name', write: ({ clients }, size) => clients.create({ name: long(size), orgId: 'acme' }) },
    {
      limitName: 'client.name',
      write: ({ clients }, size, time) => clients.update('shop', { name: long(size, time) }),
    },
  ],
}
const limits = Object.keys(ways) as readonly (keyof DirectoryLimits)[]
const cases = limits.flatMap((limit) =>
  ways[limit].map((way, number) => [`${limit} ${number + 1}`, limit, way] as const),
)

/** A small one of each, so that little is written. */
const own: DirectoryLimits = {
  metadataKeyLength: 7,
  metadataValueBytes: 9,
  metadataJsonLength: 11,
  metadataChanges: 3,
  userNameLength: 8,
  personNameLength: 6,
  nickNameLength: 5,
  displayNameLength: 14,
  orgNameLength: 10,
  clientNameLength: 12,
}

/** What directories take and refuse, whatever database it is. */
export function describeLimits(name: string, open: () => Promise<LimitedDatabase>): void {
  describe(`limits on ${name}`, () => {
    let database: LimitedDatabase
    let world: World
    let limited: ActingDirectory
    beforeAll(async () => {
      database = await open()
      world = await createWorld({ storage: database.storage })
      const directory = await createDirectory({ storage: database.storage, limits: own, migrate: false })
      limited = directory.asSystem('test')
    })
    afterAll(() => database.close())

    it.each(cases)('takes what is as long as it may be, and refuses more: %s', async (_, limit, way) => {
      const size = own[limit]
      await way.prepare?.(world.system, size)
      expect(await eventsOf(world, () => way.write(limited, size, 1))).not.toEqual([])

      await way.prepare?.(world.system, size + 1)
      const done = await eventsOf(world, async () => {
        await expect(way.write(limited, size + 1, 2)).rejects.toMatchObject({
          code: 'limit_exceeded',
          limitName: way.limitName,
          limit: size,
          actual: size + 1,
          ...(way.key !== undefined && { key: way.key, message: expect.stringContaining(` of ${way.key} is `) }),
        })
      })
      expect(done).toEqual([])
    })

    it('stores and answers what the house takes at most, and nothing above it', async () => {
      const { default: house } = limitProfiles
      const metadata = world.system.users.metadata('eve')
      const key = '😀'.repeat(house.metadataKeyLength)
      const bytes = new Uint8Array(house.metadataValueBytes).fill(7)
      const text = 'ü'.repeat(house.metadataJsonLength - 2)
      await metadata.set({ [key]: 1, bytes, text })
      const stored = await metadata.values()
      expect(stored[key]).toBe(1)
      expect(stored.text === text && Buffer.compare(stored.bytes as Uint8Array, bytes) === 0).toBe(true)

      await expect(metadata.set({ [`${key}x`]: 1 })).rejects.toMatchObject({ code: 'invalid_input' })
      const refusal = { code: 'limit_exceeded', key: 'more' }
      await expect(metadata.set({ more: new Uint8Array(bytes.length + 1) })).rejects.toMatchObject(refusal)
      await expect(metadata.set({ more: `${text}x` })).rejects.toMatchObject(refusal)
    })

    it('leaves what is there, and whoever changes something else', async () => {
      const { system } = world
      await system.users.createHuman({ userId: 'long', orgId: 'acme', userName: 'long-user-name' })
      await system.users.metadata('long').set({ text: 'longer than allowed' })
      await limited.users.update('long', { nickName: 'L' })
      await limited.users.lock('long')
      expect(await limited.users.metadata('long').set({ text: 'longer than allowed' })).toMatchObject({ changed: [] })
      expect(await limited.users.metadata('long').values()).toEqual({ text: 'longer than allowed' })
      await limited.users.metadata('long').clear()
    })

    it('holds in a transaction, of which nothing stays, and in a dry run', async () => {
      const directory = await createDirectory({ storage: database.storage, limits: own, migrate: false })
      const refusal = { code: 'limit_exceeded', limitName: 'org.name' }
      const work = directory.transaction(async (transaction) => {
        await transaction.asSystem('test').users.lock('robot')
        await transaction.asSystem('test').orgs.create({ name: 'longer than ten' })
      })
      await expect(work).rejects.toMatchObject(refusal)
      expect((await world.system.users.get('robot')).state).toBe('active')
      const long = { userName: 'longer-than-8' }
      await expect(limited.users.createHuman(long, { dryRun: true })).rejects.toMatchObject({
        limitName: 'user.userName',
      })
    })
  })
}
