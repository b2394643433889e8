import assert from 'node:assert/strict'
import type { StoredEvent } from '../storage/records'
import type { EventQuery } from '../storage/search'
import type { Behavior } from './behavior'
import { changeOf, commitOf, creationOf, eventOf, noon, orgKey, removalOf, userKey } from './commit-of'
import type { ConformanceWorld } from './conformance-world'
import { apply, attempt, eventsOf, readFeed } from './place'

const ada = userKey('ada')
const bob = userKey('bob')
const acme = orgKey('acme')

const nameOf = ({ aggregate, sequence }: StoredEvent) => `${aggregate.type} ${aggregate.id} ${sequence}`
const sequencesOf = (events: readonly StoredEvent[]) => events.map(({ sequence }) => sequence)

/** Ada of Acme has five events, Bob of Other three, in turns. */
async function settle(world: ConformanceWorld): Promise<void> {
  await apply(world, creationOf(ada))
  await apply(world, commitOf(changeOf(bob, { expect: 'new', owner: 'other', events: [eventOf(), eventOf()] })))
  await apply(world, commitOf(changeOf(ada, { events: [eventOf(), eventOf()] })))
  await apply(world, commitOf(changeOf(bob, { owner: 'other' })))
  await apply(world, commitOf(changeOf(ada, { events: [eventOf(), eventOf()] })))
}
const settled = ['ada 1', 'bob 1', 'bob 2', 'ada 2', 'ada 3', 'bob 3', 'ada 4', 'ada 5'].map((name) => `user ${name}`)

export const feedBehaviors: readonly Behavior[] = [
  {
    name: 'an event comes back as it was committed',
    async check(world) {
      const payload = { nested: { list: [1, null, 'two', { deep: true }] }, empty: {}, 'ключ😀': '\u0001\t"' }
      await apply(
        world,
        commitOf(changeOf(ada, { expect: 'new', events: [eventOf('user.added', payload)] }), {
          at: noon + 5,
          actor: { type: 'system', id: 'bob', reason: 'migration' },
        }),
      )
      await apply(world, commitOf(changeOf({ type: 'instance', id: 'i' }, { expect: 'new', owner: '' })))

      const [added, started] = await readFeed(world, 2)
      assert.deepEqual(added, {
        position: added?.position,
        aggregate: ada,
        sequence: '1',
        type: 'user.added',
        payload,
        owner: 'acme',
        actor: { type: 'system', id: 'bob', reason: 'migration' },
        createdAt: noon + 5,
      })
      assert.equal(typeof added?.position, 'string')
      assert.deepEqual(started?.actor, { type: 'user', id: 'ada', reason: null })
      assert.deepEqual([started?.aggregate, started?.owner], [{ type: 'instance', id: 'i' }, ''])
      assert.deepEqual(await eventsOf(world, ada), [added])
    },
  },
  {
    name: 'an aggregate’s events are there as soon as the commit was answered',
    async check(world) {
      const other = { ...world, storage: await world.reopen() }
      await apply(world, creationOf(ada))

      for (let count = 2; count <= 20; count++) {
        await apply(count % 2 === 0 ? world : other, commitOf(changeOf(ada)))
        assert.equal((await eventsOf(count % 2 === 0 ? other : world, ada)).length, count)
      }
    },
  },
  {
    name: 'the feed has all events in the order of their commits, and backwards',
    async check(world) {
      await settle(world)

      const feed = await readFeed(world, 8)
      assert.deepEqual(feed.map(nameOf), settled)
      const backwards = await world.storage.readEvents(world.instanceId, { descending: true, limit: 100 })
      assert.deepEqual(backwards, feed.toReversed())
    },
  },
  {
    name: 'the feed resumes after any position, in either direction',
    async check(world) {
      await settle(world)
      const feed = await readFeed(world, 8)
      const { storage, instanceId } = world

      for (const [index, { position }] of feed.entries()) {
        const forward = await storage.readEvents(instanceId, { after: position, limit: 100 })
        assert.deepEqual(forward, feed.slice(index + 1))
        const backward = await storage.readEvents(instanceId, { after: position, descending: true, limit: 100 })
        assert.deepEqual(backward, feed.slice(0, index).toReversed())
      }
      assert.deepEqual(await readFeed(world, 8, { limit: 3 }), feed)
    },
  },
  {
    name: 'positions that a commit answered are those of the feed',
    async check(world) {
      const answered: string[] = []
      for (const commit of [creationOf(ada), creationOf(bob), commitOf([changeOf(bob), changeOf(ada)])]) {
        answered.push(...(await apply(world, commit)).positions)
      }

      const feed = await readFeed(world, 4)
      assert.deepEqual(
        feed.map(({ position }) => position),
        answered,
      )
      const rest = await world.storage.readEvents(world.instanceId, { after: answered[1]!, limit: 100 })
      assert.deepEqual(rest, feed.slice(2))
    },
  },
  {
    name: 'the feed narrows to an owner',
    async check(world) {
      await settle(world)
      await readFeed(world, 8)
      const ownedBy = (owner: string) => world.storage.readEvents(world.instanceId, { owner, limit: 100 })

      assert.deepEqual((await ownedBy('other')).map(nameOf), ['user bob 1', 'user bob 2', 'user bob 3'])
      assert.deepEqual(sequencesOf(await ownedBy('acme')), ['1', '2', '3', '4', '5'])
      assert.deepEqual(await ownedBy('Acme'), [])
      assert.deepEqual(await ownedBy(''), [])
      const [, second] = await ownedBy('other')
      assert.deepEqual(sequencesOf(await readFeed(world, 1, { owner: 'other', after: second!.position, limit: 1 })), [
        '3',
      ])
    },
  },
  {
    name: 'an aggregate’s events come by sequence, narrowed by sequence, limit and owner, in either direction',
    async check(world) {
      await settle(world)
      const read = async (query: { afterSequence?: string; descending?: boolean; owner?: string; limit?: number }) =>
        sequencesOf(await world.storage.readEvents(world.instanceId, { aggregate: ada, limit: 100, ...query }))

      assert.deepEqual(await read({}), ['1', '2', '3', '4', '5'])
      assert.deepEqual(await read({ descending: true }), ['5', '4', '3', '2', '1'])
      assert.deepEqual(await read({ limit: 2 }), ['1', '2'])
      assert.deepEqual(await read({ limit: 2, descending: true }), ['5', '4'])
      assert.deepEqual(await read({ afterSequence: '0' }), ['1', '2', '3', '4', '5'])
      assert.deepEqual(await read({ afterSequence: '2' }), ['3', '4', '5'])
      assert.deepEqual(await read({ afterSequence: '2', limit: 1 }), ['3'])
      assert.deepEqual(await read({ afterSequence: '5' }), [])
      assert.deepEqual(await read({ owner: 'acme' }), ['1', '2', '3', '4', '5'])
      assert.deepEqual(await read({ owner: 'other' }), [])
    },
  },
  {
    name: 'an aggregate’s events lie between two sequences in either direction',
    async check(world) {
      await settle(world)
      const between = async (query: Pick<EventQuery, 'afterSequence' | 'beforeSequence'>, limit = 100) => {
        const read = (descending: boolean) =>
          world.storage.readEvents(world.instanceId, { aggregate: ada, ...query, descending, limit })
        return { forwards: sequencesOf(await read(false)), backwards: sequencesOf(await read(true)) }
      }

      assert.deepEqual(await between({ afterSequence: '2' }), { forwards: ['3', '4', '5'], backwards: ['5', '4', '3'] })
      assert.deepEqual(await between({ beforeSequence: '4' }), {
        forwards: ['1', '2', '3'],
        backwards: ['3', '2', '1'],
      })
      assert.deepEqual(await between({ beforeSequence: '4' }, 2), { forwards: ['1', '2'], backwards: ['3', '2'] })
      assert.deepEqual(await between({ afterSequence: '2', beforeSequence: '4' }), {
        forwards: ['3'],
        backwards: ['3'],
      })
      assert.deepEqual(await between({ beforeSequence: '1' }), { forwards: [], backwards: [] })
    },
  },
  {
    name: 'sequences resume by value, not by their digits',
    async check(world) {
      await apply(
        world,
        commitOf(changeOf(ada, { expect: 'new', events: Array.from({ length: 12 }, () => eventOf()) })),
      )

      const after = (afterSequence: string) =>
        world.storage.readEvents(world.instanceId, { aggregate: ada, afterSequence, limit: 100 })
      assert.deepEqual(sequencesOf(await after('9')), ['10', '11', '12'])
      assert.deepEqual(sequencesOf(await after('10')), ['11', '12'])
    },
  },
  {
    name: 'events of an aggregate that never was are none',
    async check(world) {
      await apply(world, creationOf(ada))

      for (const key of [userKey('Ada'), orgKey('ada'), userKey('')]) {
        assert.deepEqual(await eventsOf(world, key), [])
      }
    },
  },
  {
    name: 'events outlive the removal of their aggregate',
    async check(world) {
      await apply(world, creationOf(ada))
      await apply(world, removalOf(ada))

      assert.deepEqual(
        (await readFeed(world, 2)).map(({ type }) => type),
        ['added', 'removed'],
      )
    },
  },
  {
    name: 'a refused commit leaves no hole that a reader waits for',
    async check(world) {
      await apply(world, creationOf(ada))
      assert.equal((await attempt(world, creationOf(ada))).outcome, 'occupied')
      await apply(world, commitOf(changeOf(ada)))

      assert.equal((await readFeed(world, 2)).length, 2)
    },
  },
  {
    name: 'a reader that resumes while 12 writers write misses nothing and sees nothing twice',
    async check(world) {
      const storages = [world.storage, await world.reopen(), await world.reopen()]
      const reading = { ...world, storage: await world.reopen() }
      const keys = Array.from({ length: 6 }, (_, index) => userKey(`user-${index}`))
      await apply(world, commitOf([acme, ...keys].map((key) => changeOf(key, { expect: 'new' }))))
      const writers = 12
      const rounds = 25
      const total = 1 + keys.length + writers * rounds * 3
      const answered = new Set<string>()

      const write = async (writer: number) => {
        const place = { ...world, storage: storages[writer % storages.length]! }
        for (let round = 0; round < rounds; round++) {
          const [one, two] = [keys[(writer + round) % keys.length]!, keys[(writer * 5 + round + 1) % keys.length]!]
          const key = one === two ? acme : two
          const { positions } = await apply(
            place,
            commitOf([changeOf(one, { events: [eventOf(), eventOf()] }), changeOf(key)]),
          )
          for (const position of positions) answered.add(position)
        }
      }
      const [seen] = await Promise.all([
        readFeed(reading, total, { limit: 7 }),
        ...Array.from({ length: writers }, (_, writer) => write(writer)),
      ])

      assert.equal(seen.length, total)
      assert.equal(new Set(seen.map(nameOf)).size, total)
      const positions = new Set(seen.map(({ position }) => position))
      assert.deepEqual(
        [...answered].filter((position) => !positions.has(position)),
        [],
      )
      assert.deepEqual(await readFeed(world, total), seen)
      assert.deepEqual(await world.storage.readEvents(world.instanceId, { after: seen.at(-1)!.position, limit: 9 }), [])
    },
  },
  {
    name: 'in the feed the events of an aggregate stand in the order of their sequences, whoever wrote them',
    async check(world) {
      const storages = [world.storage, await world.reopen(), await world.reopen(), await world.reopen()]
      const keys = Array.from({ length: 4 }, (_, index) => userKey(`user-${index}`))
      await apply(world, commitOf(keys.map((key) => changeOf(key, { expect: 'new' }))))
      const writers = 24
      const rounds = 10

      await Promise.all(
        Array.from({ length: writers }, async (_, writer) => {
          for (let round = 0; round < rounds; round++) {
            const [one, two] = [keys[writer % 4]!, keys[(writer + 1 + (round % 3)) % 4]!]
            const commits =
              round % 2 === 0
                ? [commitOf([changeOf(one), changeOf(two)])]
                : [commitOf(changeOf(one)), commitOf(changeOf(two))]
            await storages[writer % 4]!.commit(world.instanceId, commits)
          }
        }),
      )

      const feed = await readFeed(world, keys.length + writers * rounds * 2)
      for (const key of keys) {
        const events = feed.filter(({ aggregate }) => aggregate.id === key.id)
        assert.deepEqual(
          sequencesOf(events),
          events.map((_, index) => String(index + 1)),
          `events of ${key.id}`,
        )
      }
    },
  },
]
