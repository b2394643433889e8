import assert from 'node:assert/strict'
import type { EntryKey, EntryValue, EventActor } from '../storage/records'
import type { Behavior } from './behavior'
import { changeOf, commitOf, creationOf, eventOf, userKey } from './commit-of'
import type { ConformanceWorld } from './conformance-world'
import { apply, eventsOf, loadOne, readFeed } from './place'
import { entryKeyOf } from './record-of'

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
    name: 'an event that is of another type by then is not replaced where its type is named',
    async check(world) {
      await settle(world)
      const replacement = (sequence: string, typeBefore: string) => ({
        sequence,
        typeBefore,
        type: 'scrubbed',
        payload: {},
        actor: folder,
      })

      await world.storage.rewriteEvents(world.instanceId, ada, {
        replace: [replacement('2', 'kept'), replacement('3', 'kept')],
      })

      const types = (await eventsOf(world, ada)).map(({ type }) => type)
      assert.deepEqual(types.slice(1, 3), ['scrubbed', 'touched'])
    },
  },
  {
    name: 'entries are rewritten, text to bytes and back, and keep all but their values',
    async check(world) {
      const [plan, photo] = [entryKeyOf('ada', 'plan'), entryKeyOf('ada', 'photo')]
      const putEntries = [
        { key: plan, value: { json: '1' }, stamp: { aggregate: 0, event: 0 } },
        { key: photo, value: { bytes: Uint8Array.of(1, 0, 255) }, stamp: { aggregate: 0, event: 0 } },
      ]
      await apply(world, creationOf(ada, { putEntries }))
      const [planWas, photoWas] = await Promise.all([plan, photo].map((key) => loadOne(world, { read: 'entry', key })))
      const events = await eventsOf(world, ada)
      const text = { json: '{"a":"ключ😀"}' }
      const bytes = { bytes: Uint8Array.of(0, 7) }
      const rewritten = (key: EntryKey, value: EntryValue) => ({
        namespace: key.namespace,
        key: key.key,
        sequence: '1',
        value,
      })

      await world.storage.rewriteEvents(world.instanceId, ada, {
        replace: [],
        entries: [rewritten(plan, bytes), rewritten(photo, text), rewritten(entryKeyOf('ada', 'none'), text)],
      })

      assert.deepEqual(await loadOne(world, { read: 'entry', key: plan }), { ...planWas, value: bytes })
      assert.deepEqual(await loadOne(world, { read: 'entry', key: photo }), { ...photoWas, value: text })
      assert.equal(await loadOne(world, { read: 'entry', key: entryKeyOf('ada', 'none') }), undefined)
      assert.deepEqual(await eventsOf(world, ada), events)
    },
  },
  {
    name: 'an entry that was set anew since is not rewritten, nor one of another subject or instance',
    async check(world) {
      const plan = entryKeyOf('ada', 'plan')
      const put = (json: string) => ({
        putEntries: [{ key: plan, value: { json }, stamp: { aggregate: 0, event: 0 } }],
      })
      await apply(world, creationOf(ada, put('1')))
      await apply(world, creationOf(bob))
      await apply(world, commitOf(changeOf(ada), put('2')))
      const entry = (sequence: string) => ({
        replace: [],
        entries: [{ namespace: plan.namespace, key: plan.key, sequence, value: { json: '3' } }],
      })

      await world.storage.rewriteEvents(world.instanceId, ada, entry('1'))
      await world.storage.rewriteEvents(world.instanceId, bob, entry('2'))
      await world.storage.rewriteEvents(`${world.instanceId}-other`, ada, entry('2'))

      assert.deepEqual((await loadOne(world, { read: 'entry', key: plan }))?.value, { json: '2' })
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
