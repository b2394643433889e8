import assert from 'node:assert/strict'
import type { AggregateKey, AggregateType, EventActor, StoredEvent } from '../storage/records'
import type { EventQuery } from '../storage/search'
import type { Behavior } from './behavior'
import { changeOf, commitOf, eventOf, noon, orgKey, userKey } from './commit-of'
import { apply, type Place, readFeed } from './place'
import { type RandomSource, randomSource } from './random-source'

const ids = ['ada', 'Ada', 'bob']
const aggregateTypes: readonly AggregateType[] = ['user', 'org', 'client', 'role', 'instance']
const types = ['user.locked', 'user.unlocked', 'user.locked ', 'org.added', 'User.Locked']
const actors: readonly EventActor[] = [
  { type: 'user', id: 'ada', reason: null },
  { type: 'user', id: 'Ada', reason: null },
  { type: 'system', id: 'ada', reason: 'import' },
  { type: 'system', id: '', reason: 'import' },
]
const owners = ['acme', 'Acme', '']

/** A log in which everything occurs beside everything else; answers how the feed has it. */
async function settle(place: Place, random: RandomSource, commits: number): Promise<readonly StoredEvent[]> {
  const ownerOf = new Map<string, string>()
  let count = 0
  for (let index = 0; index < commits; index++) {
    const key: AggregateKey = { type: random.oneOf(aggregateTypes), id: random.oneOf(ids) }
    const name = `${key.type} ${key.id}`
    const expect = ownerOf.has(name) ? 'live' : 'new'
    const owner = ownerOf.get(name) ?? random.oneOf(owners)
    ownerOf.set(name, owner)
    const events = Array.from({ length: 1 + random.below(3) }, () => eventOf(random.oneOf(types)))
    count += events.length
    await apply(
      place,
      commitOf(changeOf(key, { expect, owner, events }), { at: noon + random.below(20), actor: random.oneOf(actors) }),
    )
  }
  return readFeed(place, count)
}

/** The same question, asked of a list that holds the whole feed. */
function expected(feed: readonly StoredEvent[], query: EventQuery): readonly StoredEvent[] {
  const { aggregate, descending = false } = query
  const start = feed.findIndex(({ position }) => position === query.after)
  const within = (values: readonly string[] | undefined, value: string) =>
    values === undefined || values.includes(value)
  const found = feed.filter(
    (event, place) =>
      (aggregate === undefined || (event.aggregate.type === aggregate.type && event.aggregate.id === aggregate.id)) &&
      within(query.aggregateTypes, event.aggregate.type) &&
      within(query.aggregateId === undefined ? undefined : [query.aggregateId], event.aggregate.id) &&
      within(query.types, event.type) &&
      within(query.actorId === undefined ? undefined : [query.actorId], event.actor.id) &&
      within(query.owner === undefined ? undefined : [query.owner], event.owner) &&
      (query.since === undefined || event.createdAt >= query.since) &&
      (query.until === undefined || event.createdAt < query.until) &&
      (query.afterSequence === undefined || BigInt(event.sequence) > BigInt(query.afterSequence)) &&
      (query.beforeSequence === undefined || BigInt(event.sequence) < BigInt(query.beforeSequence)) &&
      (query.at === undefined || event.position === query.at) &&
      (query.after === undefined || (descending ? place < start : place > start)),
  )
  return (descending ? found.toReversed() : found).slice(0, query.limit)
}

const namesOf = (events: readonly StoredEvent[]) =>
  events.map(({ aggregate, sequence }) => `${aggregate.type} ${aggregate.id} ${sequence}`)

/** Asserts that a query finds what it should, in either direction, and answers it forwards. */
async function finds(
  { storage, instanceId }: Place,
  feed: readonly StoredEvent[],
  query: Omit<EventQuery, 'limit'>,
): Promise<readonly StoredEvent[]> {
  for (const descending of [true, false]) {
    const asked = { ...query, descending, limit: 1000 }
    const found = await storage.readEvents(instanceId, asked)
    assert.deepEqual(namesOf(found), namesOf(expected(feed, asked)), JSON.stringify(asked))
    if (!descending) return found
  }
  return []
}

/** Asserts that each query finds something, and not everything. */
async function tell(place: Place, queries: readonly Omit<EventQuery, 'limit'>[]): Promise<void> {
  const feed = await settle(place, randomSource(1), 60)
  for (const query of queries) {
    const { length } = await finds(place, feed, query)
    assert.ok(length > 0 && length < feed.length, `${JSON.stringify(query)} finds ${length} of ${feed.length}`)
  }
}

export const eventSearchBehaviors: readonly Behavior[] = [
  {
    name: 'the log narrows to some types of aggregates, by position',
    check: (world) =>
      tell(world, [
        { aggregateTypes: ['org'] },
        { aggregateTypes: ['instance', 'user'] },
        { aggregateTypes: ['org', 'org'] },
      ]),
  },
  {
    name: 'the log narrows to an id, whatever the type of its aggregate, by position',
    check: (world) =>
      tell(world, [
        { aggregateId: 'ada' },
        { aggregateId: 'Ada' },
        { aggregateId: 'bob', aggregateTypes: ['client', 'org'] },
        { aggregateId: 'bob', aggregateTypes: ['org'] },
      ]),
  },
  {
    name: 'the log narrows to some types of events, to the letter',
    check: (world) =>
      tell(world, [
        { types: ['user.locked'] },
        { types: ['user.locked '] },
        { types: ['User.Locked', 'org.added', 'unknown'] },
        { types: ['user.locked', 'user.locked'] },
      ]),
  },
  {
    name: 'the log narrows to who acted or was acted for, and to the system for nobody',
    check: (world) => tell(world, [{ actorId: 'ada' }, { actorId: 'Ada' }, { actorId: '' }]),
  },
  {
    name: 'the log narrows to the instance’s own events by an empty owner',
    check: (world) =>
      tell(world, [{ owner: '' }, { owner: 'Acme' }, { owner: 'acme', aggregateTypes: ['org', 'client'] }]),
  },
  {
    name: 'the log narrows to a span of time that has its beginning and not its end',
    async check(world) {
      const feed = await settle(world, randomSource(2), 40)
      const times = [...new Set(feed.map(({ createdAt }) => createdAt))].sort((a, b) => a - b)

      for (const time of times) {
        const [before, from] = [await finds(world, feed, { until: time }), await finds(world, feed, { since: time })]
        assert.equal(before.length + from.length, feed.length)
        assert.ok(from.some(({ createdAt }) => createdAt === time))
        assert.ok((await finds(world, feed, { since: time, until: time + 1 })).length > 0)
        assert.deepEqual(await finds(world, feed, { since: time, until: time }), [])
      }
      const farthest = { since: -8_640_000_000_000_000, until: 8_640_000_000_000_000 }
      assert.equal((await finds(world, feed, farthest)).length, feed.length)
      assert.deepEqual(await finds(world, feed, { since: Number.MAX_SAFE_INTEGER }), [])
      assert.deepEqual(await finds(world, feed, { until: -1 }), [])
    },
  },
  {
    name: 'sequences narrow the whole log as they narrow one aggregate',
    check: (world) =>
      tell(world, [
        { afterSequence: '3' },
        { beforeSequence: '3' },
        { afterSequence: '2', beforeSequence: '5' },
        { afterSequence: '9' },
        { beforeSequence: '10', aggregateTypes: ['user'] },
        { aggregate: userKey('ada'), afterSequence: '2' },
        { aggregate: userKey('ada'), beforeSequence: '3' },
        { aggregate: userKey('ada'), afterSequence: '1', beforeSequence: '4' },
      ]),
  },
  {
    name: 'a sequence larger than any is a bound like any other',
    async check(world) {
      const feed = await settle(world, randomSource(3), 20)
      const huge = [
        2n ** 53n,
        2n ** 53n + 1n,
        2n ** 63n - 1n,
        2n ** 63n,
        2n ** 64n - 1n,
        2n ** 64n,
        10n ** 30n,
        10n ** 400n,
      ].map(String)

      for (const sequence of [...huge, `0${huge.at(-1)}`]) {
        for (const among of [{}, { aggregate: userKey('ada') }, { aggregateId: 'ada' }, { types }]) {
          assert.deepEqual(await finds(world, feed, { ...among, afterSequence: sequence }), [])
          const all = await finds(world, feed, { ...among, beforeSequence: sequence })
          assert.deepEqual(namesOf(all), namesOf(expected(feed, { ...among, limit: 1000 })))
        }
      }
      assert.equal((await finds(world, feed, { afterSequence: '0000' })).length, feed.length)
      assert.deepEqual(await finds(world, feed, { beforeSequence: '1' }), [])
    },
  },
  {
    name: 'an event is found by its position, wherever it stands, and by nothing that resembles it',
    async check(world) {
      const feed = await settle(world, randomSource(5), 20)
      const other = { ...world, instanceId: `${world.instanceId}-second` }
      const [elsewhere] = await settle(other, randomSource(5), 1)

      for (const event of feed) {
        const { position, aggregate, sequence } = event
        assert.deepEqual(await finds(world, feed, { at: position }), [event])
        assert.deepEqual(await finds(world, feed, { at: position, aggregate, afterSequence: '0' }), [event])
        assert.deepEqual(await finds(world, feed, { at: position, afterSequence: sequence }), [])
        for (const text of [`0${position}`, ` ${position}`, `${position}.0`, `${position}-1`, `-${position}`]) {
          assert.deepEqual(await finds(world, feed, { at: text }), [], text)
        }
      }
      for (const text of [elsewhere!.position, '', 'x', '0', '9'.repeat(100), `${'9'.repeat(19)}-${'9'.repeat(19)}`]) {
        assert.deepEqual(await finds(world, feed, { at: text }), [], text)
      }
    },
  },
  {
    name: 'a list of nothing finds nothing, and so does what never was',
    async check(world) {
      const feed = await settle(world, randomSource(4), 20)

      for (const query of [
        { types: [] },
        { aggregateTypes: [] },
        { aggregateTypes: [], aggregateId: 'ada' },
        { aggregate: userKey('ada'), aggregateTypes: ['org'] as const },
        { aggregate: userKey('ada'), aggregateId: 'bob' },
        { aggregate: userKey('ada'), types: [] },
        { types: ['unknown', '', '%', 'user.%', '["user.locked"]'] },
        { aggregateId: '' },
        { actorId: 'unknown' },
      ]) {
        assert.deepEqual(await finds(world, feed, query), [])
      }
    },
  },
  {
    name: 'types, ids and actors are found whatever is in them',
    async check(world) {
      const awkward = ['"', '\\', '{a,b}', 'NULL', ' ', "'; drop", 'a,b', '\u0001\n', '😀', '\u2028', '\ufffd', '$1 ?']
      for (const text of awkward) {
        const key = orgKey(text)
        await apply(
          world,
          commitOf(changeOf(key, { expect: 'new', events: [eventOf(text)] }), {
            actor: { type: 'user', id: text, reason: null },
          }),
        )
      }
      const feed = await readFeed(world, awkward.length)

      for (const text of awkward) {
        for (const query of [{ types: [text] }, { aggregateId: text }, { actorId: text }]) {
          assert.equal((await finds(world, feed, query)).length, 1, JSON.stringify(query))
        }
      }
      assert.equal((await finds(world, feed, { types: awkward })).length, awkward.length)
    },
  },
  {
    name: 'conditions narrow together, in either direction and page by page',
    async check(world) {
      const random = randomSource(world.seed ?? Math.floor(Math.random() * 2 ** 32))
      // Another instance of the same ids shall not be seen.
      await settle({ ...world, instanceId: `${world.instanceId}-second` }, random, 10)
      const feed = await settle(world, random, 60)
      const some = <T>(choices: readonly T[]) => choices.filter(() => random.chance(0.6))

      for (let round = 0; round < 150; round++) {
        const maybe = <T extends object>(condition: T) => (random.chance(0.25) ? condition : {})
        const query: EventQuery = {
          ...maybe({ aggregate: { type: random.oneOf(aggregateTypes), id: random.oneOf(ids) } }),
          ...maybe({ aggregateTypes: some(aggregateTypes) }),
          ...maybe({ aggregateId: random.oneOf(ids) }),
          ...maybe({ types: some(types) }),
          ...maybe({ actorId: random.oneOf(actors).id }),
          ...maybe({ owner: random.oneOf(owners) }),
          ...maybe({ since: noon + random.below(20) }),
          ...maybe({ until: noon + random.below(20) }),
          ...maybe({ afterSequence: String(random.below(8)) }),
          ...maybe({ beforeSequence: String(random.below(12)) }),
          ...maybe({ after: random.oneOf(feed).position }),
          ...(random.chance(0.05) && { at: random.oneOf(feed).position }),
          descending: random.chance(0.5),
          limit: random.oneOf([1, 3, 1000]),
        }
        const found = await world.storage.readEvents(world.instanceId, query)
        assert.deepEqual(found, expected(feed, query), JSON.stringify(query))
        const last = found.at(-1)
        if (last === undefined) continue
        const next = { ...query, after: last.position }
        assert.deepEqual(await world.storage.readEvents(world.instanceId, next), expected(feed, next))
      }
    },
  },
]
