import assert from 'node:assert/strict'
import type { TransactionStorage } from '../storage/transactions'
import type { Behavior } from './behavior'
import { changeOf, commitOf, creationOf, userKey } from './commit-of'
import type { ConformanceWorld } from './conformance-world'
import { apply, attempt, eventsOf, loadOne, readFeed, requireApplied } from './place'

const ada = userKey('ada')
const bob = userKey('bob')

/** Of a storage that knows of no transactions there is nothing to check. */
async function transaction<T>(
  { storage }: ConformanceWorld,
  work: (storage: TransactionStorage) => Promise<T>,
): Promise<T | undefined> {
  return storage.transaction?.((within) => work(within))
}

const create = async (storage: TransactionStorage, { instanceId }: ConformanceWorld, key = ada) =>
  requireApplied((await storage.commit(instanceId, [creationOf(key)]))[0])

const failing = async (work: Promise<unknown>, error: Error) => {
  await assert.rejects(work, (reason) => reason === error)
}

export const transactionBehaviors: readonly Behavior[] = [
  {
    name: 'reads within it see what was written within it',
    async check(world) {
      const { instanceId } = world
      await transaction(world, async (within) => {
        await create(within, world)
        const [state] = await within.load(instanceId, [{ read: 'aggregate', key: ada }])
        assert.equal((state as { readonly sequence: string } | undefined)?.sequence, '1')
        const events = await within.readEvents(instanceId, { aggregate: ada, limit: 10 })
        assert.deepEqual(
          events.map(({ type }) => type),
          ['added'],
        )
      })
    },
  },
  {
    name: 'what was written within it is there when it is done, under the positions that were answered',
    async check(world) {
      const answered = await transaction(world, async (within) => {
        const one = await create(within, world)
        const other = await create(within, world, bob)
        return [...one.positions, ...other.positions]
      })
      if (answered === undefined) return
      assert.deepEqual(
        (await readFeed(world, 2)).map(({ position }) => position),
        answered,
      )
    },
  },
  {
    name: 'what is rewritten of the log within it stays with the rest, and goes with the rest',
    async check(world) {
      const { instanceId } = world
      await apply(world, creationOf(ada))
      await apply(world, commitOf(changeOf(ada)))
      const before = await eventsOf(world, ada)
      const work = async (within: TransactionStorage) => {
        const { sequences } = requireApplied((await within.commit(instanceId, [commitOf(changeOf(ada))]))[0])
        const remove = { before: sequences[0]!, exceptTypes: [] }
        assert.equal(await within.rewriteEvents(instanceId, ada, { remove, replace: [] }), 2)
        const left = await within.readEvents(instanceId, { aggregate: ada, limit: 10 })
        assert.deepEqual(
          left.map(({ sequence }) => sequence),
          ['3'],
        )
      }
      const broken = new Error('the test broke off')
      const failed = transaction(world, async (within) => {
        await work(within)
        throw broken
      })
      if (world.storage.transaction === undefined) return
      await failing(failed, broken)
      assert.deepEqual(await eventsOf(world, ada), before)
      await transaction(world, work)
      assert.deepEqual(
        (await eventsOf(world, ada)).map(({ sequence }) => sequence),
        ['3'],
      )
    },
  },
  {
    name: 'when its work throws nothing of it is left, and the error passes through',
    async check(world) {
      if (world.storage.transaction === undefined) return
      await apply(world, creationOf(bob))
      const error = new Error('changed its mind')
      const work = transaction(world, async (within) => {
        await create(within, world)
        requireApplied((await within.commit(world.instanceId, [commitOf(changeOf(bob))]))[0])
        throw error
      })
      await failing(work, error)
      assert.equal(await loadOne(world, { read: 'aggregate', key: ada }), undefined)
      assert.deepEqual((await apply(world, commitOf(changeOf(bob)))).sequences, ['2'])
    },
  },
  {
    name: 'a commit within it that is refused leaves it as it was',
    async check(world) {
      const { instanceId } = world
      const outcomes = await transaction(world, async (within) => {
        await create(within, world)
        const refused = await within.commit(instanceId, [creationOf(ada), commitOf(changeOf(userKey('nobody')))])
        await create(within, world, bob)
        return refused.map(({ outcome }) => outcome)
      })
      if (outcomes === undefined) return
      assert.deepEqual(outcomes, ['occupied', 'missing'])
      assert.equal((await eventsOf(world, ada)).length, 1)
      assert.equal((await eventsOf(world, bob)).length, 1)
    },
  },
  {
    name: 'work behind a savepoint that throws takes its own along, and leaves what was there before',
    async check(world) {
      const error = new Error('changed its mind')
      const done = await transaction(world, async (within) => {
        await create(within, world)
        const inner = within.savepoint(async (behind) => {
          await behind.savepoint((innermost) => create(innermost, world, bob))
          throw error
        })
        await failing(inner, error)
        await within.savepoint((behind) => create(behind, world, userKey('carl')))
        return true
      })
      if (done === undefined) return
      assert.equal((await eventsOf(world, ada)).length, 1)
      assert.equal((await eventsOf(world, bob)).length, 0)
      assert.equal((await eventsOf(world, userKey('carl'))).length, 1)
      assert.equal((await attempt(world, creationOf(ada))).outcome, 'occupied')
    },
  },
  {
    name: 'in the feed the events of a subject stay in order where a transaction wrote to another one long before',
    async check(world) {
      if (world.storage.transaction === undefined) return
      const other = await world.reopen()
      await apply(world, creationOf(ada))
      await transaction(world, async (within) => {
        await create(within, world, bob)
        // A file has one writer at a time.
        if (!other.isLocal) await apply({ ...world, storage: other }, commitOf(changeOf(ada)))
        requireApplied((await within.commit(world.instanceId, [commitOf(changeOf(ada))]))[0])
      })
      const count = other.isLocal ? 3 : 4
      const sequences = (await readFeed(world, count)).filter(({ aggregate }) => aggregate.id === 'ada')
      assert.deepEqual(
        sequences.map(({ sequence }) => sequence),
        sequences.map((_, place) => String(place + 1)),
      )
    },
  },
]
