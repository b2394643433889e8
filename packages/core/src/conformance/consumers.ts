import assert from 'node:assert/strict'
import type { Behavior } from './behavior'
import type { ConformanceWorld } from './conformance-world'

/** The part of a storage that keeps consumers; one that leaves it out has nothing to show. */
function keeperOf({ storage: { listConsumers, putConsumer } }: Pick<ConformanceWorld, 'storage'>) {
  return listConsumers === undefined || putConsumer === undefined ? undefined : { listConsumers, putConsumer }
}

export const consumerBehaviors: readonly Behavior[] = [
  {
    name: 'a consumer comes back as it was put, one by name and all in the order of their names',
    async check(world) {
      const keeper = keeperOf(world)
      if (keeper === undefined) return
      const { instanceId } = world
      assert.deepEqual(await keeper.listConsumers(instanceId), [])
      assert.deepEqual(await keeper.listConsumers(instanceId, 'mail'), [])

      const other = { name: 'audit', version: 1, state: '{"a":"ключ😀"}' }
      assert.equal(await keeper.putConsumer(instanceId, { name: 'mail', version: 1, state: '{}' }), true)
      assert.equal(await keeper.putConsumer(instanceId, other), true)
      assert.equal(await keeper.putConsumer(instanceId, { name: 'mail', version: 2, state: '{"b":1}' }), true)

      const mail = { name: 'mail', version: 2, state: '{"b":1}' }
      assert.deepEqual(await keeper.listConsumers(instanceId), [other, mail])
      assert.deepEqual(await keeper.listConsumers(instanceId, 'mail'), [mail])
      assert.deepEqual(await keeper.listConsumers(`${instanceId}-other`), [])
    },
  },
  {
    name: 'a consumer is put only on the version before',
    async check(world) {
      const keeper = keeperOf(world)
      if (keeper === undefined) return
      const { instanceId } = world
      const put = (version: number) => keeper.putConsumer(instanceId, { name: 'mail', version, state: `${version}` })
      assert.equal(await put(2), false)
      assert.equal(await put(1), true)
      assert.equal(await put(1), false)
      assert.equal(await put(3), false)
      assert.equal(await put(2), true)
      assert.deepEqual(await keeper.listConsumers(instanceId), [{ name: 'mail', version: 2, state: '2' }])
    },
  },
  {
    name: 'of many who put the same version of a consumer, one does',
    async check(world) {
      const { instanceId } = world
      const keepers = [world.storage, await world.reopen(), await world.reopen()].map((storage) =>
        keeperOf({ storage }),
      )
      for (const version of [1, 2, 3]) {
        const answers = await Promise.all(
          [...keepers, ...keepers].map((keeper) =>
            keeper?.putConsumer(instanceId, { name: 'mail', version, state: '{}' }),
          ),
        )
        if (keepers.includes(undefined)) return
        assert.equal(answers.filter((answer) => answer === true).length, 1)
      }
    },
  },
]
