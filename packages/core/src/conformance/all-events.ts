import assert from 'node:assert/strict'
import type { DirectoryStorage, InstanceEvent } from '../storage/directory-storage'
import type { Behavior } from './behavior'
import { changeOf, commitOf, eventOf, userKey } from './commit-of'
import { apply, type Place } from './place'

const ada = userKey('ada')
const patienceMs = 10_000

const nameOf = ({ instanceId, event }: InstanceEvent) => `${instanceId} ${event.aggregate.id} ${event.sequence}`

/** An instance with its record, and Ada. Answers where its feed stands then. */
async function begin(place: Place): Promise<string> {
  const { instanceId } = place
  const record = { defaultOrgId: 'acme', userLoginMustBeDomain: false, sequence: '1', createdAt: 1, changedAt: 1 }
  const key = { type: 'instance', id: instanceId } as const
  await apply(
    place,
    commitOf(changeOf(key, { expect: 'new', owner: '' }), { put: [{ kind: 'instance', record, created: false }] }),
  )
  const { positions } = await apply(place, commitOf(changeOf(ada, { expect: 'new' })))
  return positions[0]!
}

const touch = (place: Place, count = 1) =>
  apply(place, commitOf(changeOf(ada, { events: Array.from({ length: count }, () => eventOf()) })))

/** All of these instances behind a position, page by page, until so many came. */
async function readAll(
  { readAllEvents }: Pick<Required<DirectoryStorage>, 'readAllEvents'>,
  instances: readonly string[],
  from: string,
  { count, limit }: { readonly count: number; readonly limit: number },
): Promise<readonly InstanceEvent[]> {
  const found: InstanceEvent[] = []
  const begun = performance.now()
  for (let after = from; found.length < count; ) {
    assert.ok(performance.now() - begun < patienceMs, `${found.length} of ${count} events came`)
    const page = await readAllEvents({ after, limit })
    assert.ok(page.length <= limit)
    after = page.at(-1)?.event.position ?? after
    found.push(...page.filter(({ instanceId }) => instances.includes(instanceId)))
    if (page.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return found
}

export const allEventsBehaviors: readonly Behavior[] = [
  {
    name: 'the feed of all instances has the events of each, in the order of their commits, whatever the page',
    async check({ storage, instanceId }) {
      const { readAllEvents } = storage
      if (readAllEvents === undefined) return
      const [one, other, third] = ['a', 'b', 'c'].map((name) => ({ storage, instanceId: `${instanceId} ${name}` }))
      const from = await begin(one!)
      for (const place of [other!, third!]) await begin(place)
      await touch(one!, 120)
      await touch(other!)
      await touch(third!, 2)
      await touch(one!)
      const events = (place: Place, first: number, last: number, id = 'ada') =>
        Array.from({ length: last - first + 1 }, (_, index) => `${place.instanceId} ${id} ${first + index}`)
      const expected = [
        ...[other!, third!].flatMap((place) => [...events(place, 1, 1, place.instanceId), ...events(place, 1, 1)]),
        ...events(one!, 2, 121),
        ...events(other!, 2, 2),
        ...events(third!, 2, 3),
        ...events(one!, 122, 122),
      ]
      const instances = [one!, other!, third!].map((place) => place.instanceId)
      for (const limit of [1000, 7]) {
        const found = await readAll({ readAllEvents }, instances, from, { count: expected.length, limit })
        assert.deepEqual(found.map(nameOf), expected)
        const own = await storage.readEvents(one!.instanceId, { limit: 1000, after: from })
        const ofOne = found.filter((each) => each.instanceId === one!.instanceId)
        assert.deepEqual(
          ofOne.map(({ event }) => event),
          own,
        )
      }
      const last = await storage.readEvents(one!.instanceId, { limit: 1, descending: true })
      const rest = await readAllEvents({ after: last[0]!.position, limit: 1000 })
      assert.ok(rest.every((each) => !instances.includes(each.instanceId)))
    },
  },
  {
    name: 'who follows all instances misses nothing that others write meanwhile',
    async check(world) {
      const { instanceId } = world
      const { readAllEvents } = world.storage
      if (readAllEvents === undefined) return
      const storages = [world.storage, await world.reopen(), await world.reopen()]
      const places = storages.map((storage, index) => ({ storage, instanceId: `${instanceId} ${index}` }))
      const from = await begin(places[0]!)
      await begin(places[1]!)
      await begin(places[2]!)
      const instances = places.map((place) => place.instanceId)
      const writing = Promise.all(
        places.map(async (place) => {
          for (let count = 0; count < 20; count += 1) await touch(place)
        }),
      )
      const found = await readAll({ readAllEvents }, instances, from, { count: 64, limit: 5 })
      await writing
      assert.equal(new Set(found.map(nameOf)).size, 64)
      for (const place of places) {
        const sequences = found
          .filter((each) => each.instanceId === place.instanceId && each.event.aggregate.id === 'ada')
          .map(({ event }) => Number(event.sequence))
        assert.deepEqual(
          sequences,
          sequences.toSorted((a, b) => a - b),
        )
      }
    },
  },
  {
    name: 'the feed of all instances refuses a position that it never answered',
    async check({ storage }) {
      if (storage.readAllEvents === undefined) return
      await assert.rejects(storage.readAllEvents({ after: 'x', limit: 1 }), { code: 'invalid_input' })
    },
  },
]
