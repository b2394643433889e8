import {
  type DirectoryStorage,
  type HookCall,
  NotFoundError,
  type StoredEvent,
  type TransactionDirectory,
} from '@indwell/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWorld, expectRefused, type World } from './world'

export interface HookedDatabase {
  readonly storage: DirectoryStorage
  /** Writes by what a hook gets as its connection, with parameters as the driver has them. */
  insert(connection: unknown, note: string): Promise<unknown>
  /** In the order in which they were written. */
  notes(): Promise<readonly unknown[]>
  close(): Promise<unknown>
}

/** What the hooks of a host see and may do, whatever database it is. */
export function describeHooks(name: string, open: () => Promise<HookedDatabase>): void {
  describe(`hooks on ${name}`, () => {
    let database: HookedDatabase
    let world: World
    let calls: HookCall[]
    let commits: (readonly StoredEvent[])[]
    let told: string[]
    let sent: string[]
    let reported: unknown[]
    let before: ((call: HookCall) => void | Promise<void>) | undefined
    let inTransaction:
      | ((events: readonly StoredEvent[], directory: TransactionDirectory, connection: unknown) => unknown)
      | undefined
    let afterCommit: (() => unknown) | undefined
    beforeEach(async () => {
      database = await open()
      sent = []
      reported = []
      before = undefined
      inTransaction = undefined
      afterCommit = undefined
      calls = []
      commits = []
      world = await createWorld({
        storage: database.storage,
        sendCode: ({ to }) => void sent.push(to),
        onListenerError: (error) => void reported.push(error),
        hooks: {
          async before(call) {
            calls.push(call)
            await before?.(call)
          },
          async inTransaction({ events, directory, connection }) {
            await inTransaction?.(events, directory, connection)
          },
          async afterCommit(events) {
            commits.push(events)
            await afterCommit?.()
          },
        },
      })
      calls = []
      commits = []
      told = []
      world.directory.on('*', ({ type, aggregate }) => void told.push(`${type} ${aggregate.id}`))
    })
    afterEach(() => database.close())

    const system = () => world.system.users
    const namesOf = (list: readonly (readonly StoredEvent[])[]) =>
      list.map((events) => events.map(({ type, aggregate }) => `${type} ${aggregate.id}`))

    it('before is asked for every call that writes, whatever becomes of it, and for none that reads', async () => {
      await system().get('bob')
      await system().list()
      expect(calls).toEqual([])

      await system().update('bob', { firstName: 'Bob' })
      await expect(world.eve.users.lock('bob')).rejects.toMatchObject({ code: 'permission_denied' })
      await system().metadata('bob').set({ plan: 'pro' })
      await world.system.orgs.members('acme').remove('bob')

      expect(calls.map(({ method, about, args, actor }) => [method, about, args, actor.type])).toEqual([
        ['users.update', [], ['bob', { firstName: 'Bob' }], 'system'],
        ['users.lock', [], ['bob'], 'user'],
        [
          'metadata.apply',
          [{ subjectType: 'user', subjectId: 'bob' }, 'app'],
          [{ set: { plan: 'pro' } }, undefined],
          'system',
        ],
        ['members.remove', [{ level: 'org', orgId: 'acme' }], ['bob'], 'system'],
      ])
    })

    it('before refuses with what it throws', async () => {
      const thrown = new Error('not today')
      before = () => {
        throw thrown
      }
      await expectRefused(world, () => system().lock('bob'), { code: 'hook_refused', hook: 'before', cause: thrown })
      const own = new NotFoundError('user', 'bob')
      before = () => Promise.reject(own)
      await expect(system().lock('bob')).rejects.toBe(own)
      expect(told).toEqual([])
    })

    it('inTransaction sees the rows, and what it writes is stored and told with them', async () => {
      inTransaction = async (events, directory, connection) => {
        const [{ type, aggregate } = { type: '', aggregate: { id: '' } }] = events
        expect((await directory.asSystem('hook').users.get(aggregate.id)).userId).toBe(aggregate.id)
        await database.insert(connection, `${type} ${aggregate.id}`)
        await directory.asSystem('hook').users.metadata(aggregate.id).set({ welcomed: true })
      }
      await system().createHuman({ userId: 'carl', orgId: 'acme', email: 'carl@acme.example' })

      expect(told).toEqual(['user.human.added carl', 'user.human.email.code.added carl', 'user.metadata.set carl'])
      expect(namesOf(commits)).toEqual([told.slice(0, 2), told.slice(2)])
      expect(sent).toEqual(['carl@acme.example'])
      expect(await system().metadata('carl').values()).toEqual({ welcomed: true })
      expect(await database.notes()).toEqual(['user.human.added carl'])
    })

    it('inTransaction undoes everything with what it throws, and nobody is told', async () => {
      const thrown = new Error('the host is full')
      inTransaction = async (_, directory, connection) => {
        await database.insert(connection, 'gone')
        await directory.asSystem('hook').users.metadata('bob').set({ gone: true })
        throw thrown
      }
      const refusal = { code: 'hook_refused', hook: 'inTransaction', cause: thrown }
      await expectRefused(world, () => system().createHuman({ userId: 'carl', email: 'c@acme.example' }), refusal)
      await expectRefused(world, () => system().metadata('bob').set({ plan: 'pro' }), refusal)
      await expectRefused(world, () => world.ada.users.lock('bob'), refusal)

      expect([told, sent, commits, await database.notes()]).toEqual([[], [], [], []])
      inTransaction = undefined
      await system().createHuman({ userId: 'carl', email: 'c@acme.example' })
      expect(told).toHaveLength(2)
    })

    it('inTransaction is not asked where nothing is written', async () => {
      await system().metadata('bob').set({ plan: 'pro' })
      inTransaction = () => expect.fail('asked')
      await system().metadata('bob').set({ plan: 'pro' })
      await expect(system().lock('nobody')).rejects.toMatchObject({ code: 'not_found' })
      await expect(system().createHuman({ userId: 'bob' })).rejects.toMatchObject({ code: 'already_exists' })
    })

    it('inTransaction of many calls at once is asked for each', async () => {
      inTransaction = (events, _, connection) => database.insert(connection, events[0]!.aggregate.id)
      await Promise.all(
        Array.from({ length: 30 }, (_, n) =>
          system().createHuman({ userId: `u${n}`, orgId: 'acme', userName: `u${n}` }),
        ),
      )
      expect([...(await database.notes())].sort()).toEqual(Array.from({ length: 30 }, (_, n) => `u${n}`).sort())
      expect(commits).toHaveLength(30)
    })

    it('inTransaction undoes its own call alone in a transaction that goes on', async () => {
      await world.directory.transaction(async (transaction) => {
        const { users } = transaction.asSystem('host')
        await users.lock('ada')
        inTransaction = async (_, directory) => {
          await directory.asSystem('hook').users.metadata('bob').set({ gone: true })
          throw new Error('no')
        }
        await expect(users.lock('bob')).rejects.toMatchObject({ code: 'hook_refused' })
        inTransaction = async (_, directory) => {
          await directory.asSystem('hook').users.metadata('robot').set({ kept: true })
        }
        await Promise.all([users.lock('robot'), users.lock('eve')])
        expect(commits).toEqual([])
      })
      expect(told).toEqual(['user.locked ada', 'user.locked robot', 'user.metadata.set robot', 'user.locked eve'])
      expect(await system().metadata('robot').values()).toEqual({ kept: true })
    })

    it('afterCommit never hears of what was rolled back, and what it throws is reported', async () => {
      const thrown = new Error('listener')
      afterCommit = () => {
        throw thrown
      }
      const gone = world.directory.transaction(async (transaction) => {
        await transaction.asSystem('host').users.lock('bob')
        throw new Error('rolled back')
      })
      await expect(gone).rejects.toThrow('rolled back')
      expect(commits).toEqual([])

      await system().lock('bob')
      expect(namesOf(commits)).toEqual([['user.locked bob']])
      await expect.poll(() => reported).toEqual([thrown])
    })

    it('an idempotency key is kept with what the hook wrote', async () => {
      inTransaction = (events, _, connection) => database.insert(connection, events.map(({ type }) => type).join())
      const once = { idempotencyKey: 'k' }
      const answer = await system().createHuman({ orgId: 'acme', userName: 'carl' }, once)
      expect(await system().createHuman({ orgId: 'acme', userName: 'carl' }, once)).toEqual(answer)
      expect(await database.notes()).toEqual(['user.human.added'])
    })
  })
}
