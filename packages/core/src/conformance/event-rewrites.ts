import assert from 'node:assert/strict'
import type { EventActor } from '../storage/records'
import type { Behavior } from './behavior'
import { changeOf, commitOf, creationOf, eventOf, userKey } from './commit-of'
import type { ConformanceWorld } from './conformance-world'
import { apply, eventsOf, readFeed } from './place'

const ada = userKey('ada')
const bob = userKey('bob')
const folder: EventActor = { type: 'system', id: '', reason: 'purged' }

/** Ada has four events, one of them of a type of its own, and Bob has two. */
async function settle(world: ConformanceWorld): Promise<void> {
  await apply(world, creationOf(ada))
  await apply(world, creationOf(bob))
  await apply(world, commitOf(changeOf(ada, { events: [eventOf('kept'), eventOf('touched')] })))
  await apply(world, commitOf(changeOf(bob)))
  await apply(world, commitOf(changeOf(ada)))
}

export const eventRewriteBehaviors: readonly Behavior[] = [
  {
    name: 'of one aggregate events go and others come in their place, which keep position, owner and time',
    async check(world) {
      await settle(world)
      const [, kept, third, fourth] = await eventsOf(world, ada)
      const ofBob = await eventsOf(world, bob)
      const payload = { text: 'ключ😀\u0001', list: [1, null] }

      const removed = await world.storage.rewriteEvents(world.instanceId, ada, {
        remove: { before: '3', exceptTypes: ['kept'] },
        replace: [{ sequence: '3', type: 'folded', payload, actor: folder }],
      })

      assert.equal(removed, 1)
      const left = [kept, { ...third, type: 'folded', payload, actor: folder }, fourth]
      assert.deepEqual(await eventsOf(world, ada), left)
      assert.deepEqual(await eventsOf(world, bob), ofBob)
      assert.equal((await readFeed(world, 5)).length, 5)
      await apply(world, commitOf(changeOf(ada)))
      assert.equal((await eventsOf(world, ada)).at(-1)?.sequence, '5')
    },
  },
  {
    name: 'several events are replaced at once, and none comes where none was',
    async check(world) {
      await settle(world)
      const replacement = (sequence: string) => ({ sequence, type: 'scrubbed', payload: {}, actor: folder })

      const removed = await world.storage.rewriteEvents(world.instanceId, ada, {
        replace: ['1', '4', '9'].map(replacement),
      })

      assert.equal(removed, 0)
      assert.deepEqual(
        (await eventsOf(world, ada)).map(({ type }) => type),
        ['scrubbed', 'kept', 'touched', 'scrubbed'],
      )
    },
  },
  {
    name: 'what is replaced is not removed',
    async check(world) {
      await settle(world)
      const replace = [{ sequence: '2', type: 'blank', payload: {}, actor: folder }]

      const remove = { before: '4', exceptTypes: [] }
      assert.equal(await world.storage.rewriteEvents(world.instanceId, ada, { remove, replace }), 2)

      assert.deepEqual(
        (await eventsOf(world, ada)).map(({ sequence, type }) => [sequence, type]),
        [
          ['2', 'blank'],
          ['4', 'touched'],
        ],
      )
    },
  },
  {
    name: 'a rewrite of what never was does nothing, nor one in another instance',
    async check(world) {
      await settle(world)
      const before = await readFeed(world, 6)
      const everything = { remove: { before: '99', exceptTypes: [] }, replace: [] }

      assert.equal(await world.storage.rewriteEvents(world.instanceId, userKey('eve'), everything), 0)
      assert.equal(await world.storage.rewriteEvents(`${world.instanceId}-other`, ada, everything), 0)

      assert.deepEqual(await readFeed(world, 6), before)
    },
  },
  {
    name: 'an event of a user carries the reason that was given',
    async check(world) {
      const actor: EventActor = { type: 'user', id: 'ada', reason: 'ticket 4711' }
      await apply(world, { ...creationOf(ada), actor })
      assert.deepEqual((await eventsOf(world, ada))[0]?.actor, actor)
    },
  },
]
