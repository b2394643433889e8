import {
  type ActingDirectory,
  createDirectory,
  type DirectoryStorage,
  OutcomeUnknownError,
  type SignalOption,
} from '@indwell/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { everyCall, ofAcme } from './every-call'
import { allEvents, createWorld, eventsOf, type World } from './world'

export interface SignalledDatabase {
  readonly storage: DirectoryStorage
  /** Whether the people are in the storage already. Default false. */
  readonly isFilled?: boolean
  close(): Promise<unknown>
}

const reason = new Error('the client is gone')

/** What a signal gives up, and what it cannot, whatever database it is. */
export function describeSignals(name: string, open: () => Promise<SignalledDatabase>): void {
  describe(`signals on ${name}`, () => {
    let database: SignalledDatabase
    let world: World
    let controller: AbortController
    let signal: AbortSignal
    beforeEach(async () => {
      database = await open()
      world = await createWorld({ storage: database.storage, isFilled: database.isFilled ?? false })
      controller = new AbortController()
      signal = controller.signal
    })
    afterEach(() => database.close())

    /** The same instance, with parts of the storage replaced. */
    const over = async (parts: Partial<DirectoryStorage>) => {
      // What writes without reads would pass by `commit`.
      const { commitUnread: _, ...storage } = world.storage
      return (await createDirectory({ storage: { ...storage, ...parts }, migrate: false })).asSystem('test')
    }

    it('aborted before, every call does nothing and rejects with the reason', async () => {
      controller.abort(reason)
      const callers = {
        user: world.directory.as({ userId: 'ada' }, { signal }),
        system: world.directory.asSystem('test', { signal }),
        boundLater: world.root.withSignal(signal),
      }
      const answered: string[] = []
      const done = await eventsOf(world, async () => {
        for (const [who, directory] of Object.entries(callers)) {
          for (const [method, call] of everyCall) {
            const outcome = await call(directory, { ...ofAcme, org: 'acme' }).catch((error: unknown) => error)
            if (outcome !== reason) answered.push(`${who} ${method}`)
          }
        }
      })
      expect(done).toEqual([])
      // For the system this asks nothing of anybody.
      expect(answered).toEqual(['system requirePermission'])
    })

    const writes: Readonly<Record<string, (directory: ActingDirectory, options: SignalOption) => Promise<unknown>>> = {
      'a user': ({ users }, options) => users.createHuman({ userName: 'new' }, options),
      'an update': ({ users }, options) => users.update('bob', { nickName: 'B' }, options),
      metadata: ({ users }, options) => users.metadata('bob').set({ a: 1 }, options),
      'an update of metadata': ({ users }, options) => users.metadata('bob').merge({ a: 1 }, options),
      'an update of many': ({ users }, options) =>
        users.updateWhere({ userId: 'bob' }, { metadata: { app: { increment: { n: 1 } } } }, options),
      'a deletion': ({ users }, options) => users.delete('bob', options),
      'an org': ({ orgs }, options) => orgs.create({ name: 'New' }, options),
      'a client': ({ clients }, options) => clients.create({ name: 'New' }, options),
      'a write with a key': ({ users }, options) => users.lock('bob', { idempotencyKey: 'k', ...options }),
    }

    it.each(Object.entries(writes))('%s heeds the signal of its own options', async (_, write) => {
      expect(await eventsOf(world, () => write(world.system, { signal }))).not.toEqual([])
      const kept = await allEvents(world.storage, world.directory.instanceId)
      controller.abort(reason)
      await expect(write(world.system, { signal })).rejects.toBe(reason)
      expect(await allEvents(world.storage, world.directory.instanceId)).toEqual(kept)
    })

    const reads: Readonly<Record<string, (directory: ActingDirectory, options: SignalOption) => Promise<unknown>>> = {
      users: ({ users }, options) => users.list({ limit: 1, ...options }),
      'users that are found': ({ users }, options) => users.find({ where: { userName: 'bob' }, ...options }),
      'a history': ({ users }, options) => users.history('bob', options),
      'tokens of a user': ({ users }, options) => users.accessTokens('robot').list(options),
      metadata: ({ users }, options) => users.metadata('bob').list(options),
      orgs: ({ orgs }, options) => orgs.list(options),
      'a history of an org': ({ orgs }, options) => orgs.history('acme', options),
      domains: ({ orgs }, options) => orgs.domains('acme').list(options),
      members: ({ orgs }, options) => orgs.members('acme').list(options),
      'members of the instance': ({ members }, options) => members.list(options),
      clients: ({ clients }, options) => clients.list(options),
      'a history of a client': ({ clients }, options) => clients.history('shop', options),
      roles: ({ roles }, options) => roles.list(options),
      events: ({ events }, options) => events({ limit: 1, ...options }),
    }

    it.each(Object.entries(reads))('a read of %s heeds the signal of its own options', async (_, read) => {
      const { root } = world
      expect(await read(root, { signal })).toEqual(await read(root, {}))
      // While the database is asked.
      const asked = read(root, { signal })
      controller.abort(reason)
      await expect(asked).rejects.toBe(reason)
      await expect(read(root, { signal })).rejects.toBe(reason)
      const other = new AbortController().signal
      expect(await read(root.withSignal(other), { signal: other })).toEqual(await read(root, {}))
      await expect(read(root, { signal: 'abort' as never })).rejects.toMatchObject({ path: 'signal' })
    })

    it('refuses what is no signal', async () => {
      const refusal = { code: 'invalid_input', path: 'signal' }
      for (const wrong of ['abort', 1, {}, null] as never[]) {
        await expect(world.system.users.lock('bob', { signal: wrong })).rejects.toMatchObject(refusal)
        expect(() => world.directory.as({ userId: 'ada' }, { signal: wrong })).toThrow(
          expect.objectContaining({ code: 'invalid_input' }),
        )
      }
      expect((await world.system.users.get('bob')).state).toBe('active')
    })

    it('gives a read up while the database is asked', async () => {
      const { load } = world.storage
      let asked: number | undefined
      const directory = await over({
        load: (instanceId, reads) => {
          if (asked === undefined) return load(instanceId, reads)
          asked += 1
          controller.abort(reason)
          return new Promise(() => {})
        },
      })
      asked = 0
      await expect(directory.withSignal(signal).users.get('bob')).rejects.toBe(reason)
      controller = new AbortController()
      await expect(directory.users.lock('bob', { signal: controller.signal })).rejects.toBe(reason)
      expect(asked).toBe(2)
    })

    it('gives a write up that the database has nothing of yet', async () => {
      let committed: number | undefined
      const { load, commit } = world.storage
      const directory = await over({
        async load(instanceId, reads) {
          const found = await load(instanceId, reads)
          if (committed !== undefined) controller.abort(reason)
          return found
        },
        commit: (instanceId, commits) => {
          if (committed !== undefined) committed += 1
          return commit(instanceId, commits)
        },
      })
      committed = 0
      await expect(directory.users.lock('bob', { signal })).rejects.toBe(reason)
      expect(committed).toBe(0)
    })

    it('gives a write up that is decided and not with the database yet', async () => {
      const { users } = world.system
      const aborting = () => {
        controller.abort(reason)
        return 1
      }
      await expect(users.metadata('bob').update('a', aborting, { signal })).rejects.toBe(reason)
      expect(await users.metadata('bob').values()).toEqual({})
    })

    it('gives a write up between two attempts', async () => {
      const attempts: number[] = []
      const directory = await over({
        commit: async (_, commits) => {
          attempts.push(commits.length)
          if (attempts.length === 2) controller.abort(reason)
          return commits.map(({ aggregates: [change] }) => ({ outcome: 'stale', aggregate: change!.key }))
        },
      })
      await expect(directory.users.lock('bob', { signal })).rejects.toBe(reason)
      expect(attempts).toEqual([1, 1])
      expect((await world.system.users.get('bob')).state).toBe('active')
    })

    it('answers what became of a write that the database has', async () => {
      const { commit } = world.storage
      const directory = await over({
        commit: async (instanceId, commits) => {
          controller.abort(reason)
          return commit(instanceId, commits)
        },
      })
      const { sequence } = await directory.users.lock('bob', { signal })
      expect(await world.system.users.get('bob')).toMatchObject({ state: 'locked', sequence })

      const lost = await over({
        commit: async () => {
          controller.abort(reason)
          throw new OutcomeUnknownError()
        },
      })
      controller = new AbortController()
      await expect(lost.users.unlock('bob', { signal: controller.signal })).rejects.toMatchObject({
        code: 'outcome_unknown',
      })
    })

    it('finds out under a key what became of a write whose answer was lost', async () => {
      const { commit } = world.storage
      let isLost = false
      const directory = await over({
        commit: async (instanceId, commits) => {
          const outcomes = await commit(instanceId, commits)
          if (!isLost) return outcomes
          isLost = false
          controller.abort(reason)
          throw new OutcomeUnknownError()
        },
      })
      isLost = true
      const { sequence } = await directory.users.lock('bob', { idempotencyKey: 'k', signal })
      expect(await world.system.users.get('bob')).toMatchObject({ state: 'locked', sequence })
    })

    it('answers work that is done, and gives up work that is not', async () => {
      const options = { idempotencyKey: 'k', request: 'lock' }
      const directory = world.directory.asSystem('test', { signal })
      const work = async ({ users }: ActingDirectory) => {
        await users.lock('bob')
        controller.abort(reason)
        return 'done'
      }
      expect(await directory.once(options, work)).toBe('done')
      await expect(directory.once({ ...options, idempotencyKey: 'other' }, work)).rejects.toBe(reason)
    })

    it('is no part of what an idempotency key names', async () => {
      const lock = (own: AbortSignal) => world.system.users.lock('bob', { idempotencyKey: 'k', signal: own })
      const first = await lock(signal)
      expect(await lock(new AbortController().signal)).toEqual(first)
      expect(await world.system.users.lock('bob', { idempotencyKey: 'k' })).toEqual(first)
    })

    it('asks no hook before a call that is given up', async () => {
      const asked: string[] = []
      const directory = await createDirectory({
        storage: world.storage,
        hooks: { before: ({ method }) => void asked.push(method) },
      })
      controller.abort(reason)
      await expect(directory.asSystem('test').users.lock('bob', { signal })).rejects.toBe(reason)
      await expect(directory.asSystem('test', { signal }).users.lock('bob')).rejects.toBe(reason)
      expect(asked).toEqual([])
    })

    it('leaves a transaction as it was, which goes on', async () => {
      await world.directory.transaction(async (transaction) => {
        controller.abort(reason)
        await expect(transaction.asSystem('test', { signal }).users.lock('bob')).rejects.toBe(reason)
        await transaction.asSystem('test').users.lock('ada')
      })
      expect((await world.system.users.get('bob')).state).toBe('active')
      expect((await world.system.users.get('ada')).state).toBe('locked')
    })

    it('heeds either of two signals', async () => {
      const other = new AbortController()
      const directory = world.system.withSignal(signal).withSignal(other.signal)
      await directory.users.get('bob')
      other.abort(reason)
      await expect(directory.users.get('bob')).rejects.toBe(reason)
    })

    it('leaves nothing behind on a signal that outlives its calls', async () => {
      let listening = 0
      let most = 0
      const counting: object = {
        aborted: false,
        throwIfAborted() {},
        addEventListener() {
          listening += 1
          most = Math.max(most, listening)
        },
        removeEventListener() {
          listening -= 1
        },
      }
      const directory = world.system.withSignal(counting as AbortSignal)
      await Promise.all(Array.from({ length: 50 }, () => directory.users.get('bob')))
      await directory.users.lock('bob')
      await new Promise(setImmediate)
      expect(listening).toBe(0)
      // Node warns of more than ten.
      expect(most).toBe(1)
    })
  })
}
