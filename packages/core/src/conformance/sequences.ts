import assert from 'node:assert/strict'
import type { AggregateKey } from '../storage/records'
import type { Behavior } from './behavior'
import { changeOf, commitOf, creationOf, eventOf, noon, orgKey, removalOf, userKey } from './commit-of'
import type { ConformanceWorld } from './conformance-world'
import { apply, attempt, eventsOf, loadOne, type Place, requireApplied } from './place'
import { orgOf } from './record-of'

const ada = userKey('ada')
const acme = orgKey('acme')

/** 64 writers spread over `storages`, each adding five times one to three events, and their sequences as answered. */
async function writeFrom(
  world: ConformanceWorld,
  storages: readonly Place['storage'][],
  keyOf: (writer: number) => AggregateKey,
): Promise<void> {
  const { instanceId } = world
  const written = new Map<string, bigint[]>()
  const write = async (writer: number) => {
    const storage = storages[writer % storages.length]!
    const key = keyOf(writer)
    for (let round = 0; round < 5; round++) {
      const events = Array.from({ length: 1 + ((writer + round) % 3) }, () => eventOf())
      const { sequences, positions } = await apply({ storage, instanceId }, commitOf(changeOf(key, { events })))
      assert.equal(positions.length, events.length)
      const last = BigInt(sequences[0]!)
      written.set(key.id, [...(written.get(key.id) ?? []), ...events.map((_, index) => last - BigInt(index))])
    }
  }
  await Promise.all(Array.from({ length: 64 }, (_, writer) => write(writer)))

  for (const [id, answered] of written) {
    const expected = answered.map((_, index) => String(index + 2))
    answered.sort((a, b) => Number(a - b))
    assert.deepEqual(answered.map(String), expected, `sequences answered for ${id}`)
    const stored = await eventsOf(world, keyOf(0).id === id ? keyOf(0) : { ...keyOf(0), id })
    assert.deepEqual(
      stored.map(({ sequence }) => sequence),
      ['1', ...expected],
      `sequences stored for ${id}`,
    )
  }
}

async function openThreeMore(world: ConformanceWorld): Promise<readonly Place['storage'][]> {
  return [world.storage, ...(await Promise.all([world.reopen(), world.reopen(), world.reopen()]))]
}

const manyIds = Array.from({ length: 8 }, (_, index) => `user-${index}`)

export const sequenceBehaviors: readonly Behavior[] = [
  {
    name: '64 writers of one aggregate leave no gap and no repeat',
    async check(world) {
      await apply(world, creationOf(ada))

      await writeFrom(world, [world.storage], () => ada)
    },
  },
  {
    name: '64 writers of eight aggregates leave no gap and no repeat',
    async check(world) {
      for (const id of manyIds) await apply(world, creationOf(userKey(id)))

      await writeFrom(world, [world.storage], (writer) => userKey(manyIds[writer % manyIds.length]!))
    },
  },
  {
    name: '64 writers of one aggregate through four storages leave no gap and no repeat',
    async check(world) {
      await apply(world, creationOf(ada))

      await writeFrom(world, await openThreeMore(world), () => ada)
    },
  },
  {
    name: '64 writers of eight aggregates through four storages leave no gap and no repeat',
    async check(world) {
      for (const id of manyIds) await apply(world, creationOf(userKey(id)))

      await writeFrom(world, await openThreeMore(world), (writer) => userKey(manyIds[(writer >> 2) % manyIds.length]!))
    },
  },
  {
    name: 'writers that name the same aggregates in opposite order all get an answer',
    async check(world) {
      const bob = userKey('bob')
      await apply(world, commitOf([changeOf(ada, { expect: 'new' }), changeOf(bob, { expect: 'new' })]))
      const storages = await openThreeMore(world)

      const outcomes = await Promise.all(
        Array.from({ length: 64 }, (_, writer) => {
          const keys = writer % 2 === 0 ? [ada, bob] : [bob, ada]
          const commits = keys.map((key) => commitOf(changeOf(key)))
          const whole = commitOf(keys.map((key) => changeOf(key)))
          return storages[writer % 4]!.commit(world.instanceId, writer % 3 === 0 ? [whole] : commits)
        }),
      )
      for (const outcome of outcomes.flat()) requireApplied(outcome)
      for (const key of [ada, bob]) {
        assert.deepEqual(
          (await eventsOf(world, key)).map(({ sequence }) => sequence),
          Array.from({ length: 65 }, (_, index) => String(index + 1)),
        )
      }
    },
  },
  {
    name: 'of 64 commits that expect the same revision exactly one is applied',
    async check(world) {
      await apply(world, creationOf(ada))
      const storages = await openThreeMore(world)

      const outcomes = await Promise.all(
        Array.from({ length: 64 }, (_, writer) =>
          attempt(
            { ...world, storage: storages[writer % 4]! },
            commitOf(changeOf(ada, { expect: writer % 3 === 0 ? { sequence: '1' } : { revision: 1 } })),
          ),
        ),
      )
      assert.deepEqual(outcomes.map(({ outcome }) => outcome).sort(), ['applied', ...Array(63).fill('stale')])
      assert.equal((await eventsOf(world, ada)).length, 2)
    },
  },
  {
    name: 'of 64 commits that create the same aggregate exactly one is applied',
    async check(world) {
      const storages = await openThreeMore(world)

      const outcomes = await Promise.all(
        Array.from({ length: 64 }, (_, writer) =>
          attempt({ ...world, storage: storages[writer % 4]! }, creationOf(ada)),
        ),
      )
      assert.deepEqual(outcomes.map(({ outcome }) => outcome).sort(), ['applied', ...Array(63).fill('occupied')])
      assert.equal((await eventsOf(world, ada)).length, 1)
    },
  },
  {
    name: 'an id that is created again continues its sequence and its revision',
    async check(world) {
      await apply(world, creationOf(ada))
      await apply(world, commitOf(changeOf(ada)))
      const removal = await apply(world, removalOf(ada, { at: noon + 1 }))
      assert.deepEqual(removal.sequences, ['3'])
      assert.deepEqual(await loadOne(world, { read: 'aggregate', key: ada }), {
        ...ada,
        owner: 'acme',
        sequence: '3',
        revision: 3,
        live: false,
        changedAt: noon + 1,
      })

      const again = await apply(world, creationOf(ada, { at: noon + 2 }))
      assert.deepEqual(again.sequences, ['4'])
      assert.deepEqual(await loadOne(world, { read: 'aggregate', key: ada }), {
        ...ada,
        owner: 'acme',
        sequence: '4',
        revision: 4,
        live: true,
        changedAt: noon + 2,
      })
      assert.deepEqual(
        (await eventsOf(world, ada)).map(({ sequence, type }) => `${sequence} ${type}`),
        ['1 added', '2 touched', '3 removed', '4 added'],
      )
      assert.equal((await attempt(world, commitOf(changeOf(ada, { expect: { revision: 2 } })))).outcome, 'stale')
    },
  },
  {
    name: 'an id that nobody has gets events and stays nobody’s, where one commit creates and removes it',
    async check(world) {
      await apply(world, creationOf(ada))
      await apply(world, removalOf(ada))

      for (const [key, sequence] of [
        [ada, '3'],
        [userKey('bob'), '1'],
      ] as const) {
        const change = changeOf(key, { expect: 'new', owner: 'umbrella', removes: true })
        assert.deepEqual((await apply(world, commitOf(change))).sequences, [sequence])
        const { live, owner } = (await loadOne(world, { read: 'aggregate', key })) ?? {}
        assert.deepEqual([live, owner], [false, 'umbrella'])
        assert.equal((await attempt(world, commitOf(changeOf(key)))).outcome, 'missing')
        await apply(world, creationOf(key))
      }
    },
  },
  {
    name: 'times never go back within an aggregate',
    async check(world) {
      await apply(world, creationOf(ada, { at: noon }))

      const early = await apply(world, commitOf(changeOf(ada), { at: noon - 60_000 }))
      assert.equal(early.at, noon)
      const late = await apply(world, commitOf(changeOf(ada), { at: noon + 1 }))
      assert.equal(late.at, noon + 1)
      assert.deepEqual(
        (await eventsOf(world, ada)).map(({ createdAt }) => createdAt),
        [noon, noon, noon + 1],
      )
      assert.equal((await loadOne(world, { read: 'aggregate', key: ada }))?.changedAt, noon + 1)
    },
  },
  {
    name: 'the newest of its aggregates, also a removed or an eventless one, gives a commit its time',
    async check(world) {
      const bob = userKey('bob')
      await apply(world, creationOf(acme, { at: noon + 100 }))
      await apply(world, creationOf(ada, { at: noon + 200 }))
      await apply(world, removalOf(ada, { at: noon + 300 }))

      const guarded = await apply(
        world,
        commitOf([changeOf(bob, { expect: 'new' }), changeOf(acme, { events: [] })], { at: noon }),
      )
      assert.equal(guarded.at, noon + 100)
      const put = { kind: 'org', record: orgOf('acme'), stamp: { aggregate: 1, event: 0 }, created: true } as const
      const again = await apply(
        world,
        commitOf([changeOf(ada, { expect: 'new' }), changeOf(acme)], { at: noon, put: [put] }),
      )
      assert.equal(again.at, noon + 300)
      assert.deepEqual(
        (await eventsOf(world, acme)).map(({ createdAt }) => createdAt),
        [noon + 100, noon + 300],
      )
      const org = await loadOne(world, { read: 'record', kind: 'org', key: { orgId: 'acme' } })
      assert.deepEqual([org?.createdAt, org?.changedAt], [noon + 300, noon + 300])
    },
  },
  {
    name: 'times never go back within a batch',
    async check(world) {
      const outcomes = await world.storage.commit(world.instanceId, [
        creationOf(ada, { at: noon + 10 }),
        commitOf(changeOf(ada), { at: noon }),
        commitOf(changeOf(ada), { at: noon + 20 }),
      ])

      assert.deepEqual(
        outcomes.map((outcome) => requireApplied(outcome).at),
        [noon + 10, noon + 10, noon + 20],
      )
    },
  },
  {
    name: 'sequences beyond what a float holds stay exact',
    async check(world) {
      const sequences = ['9007199254740991', '9007199254740992', '9007199254740993', '9223372036854775807']
      await apply(
        world,
        creationOf(ada, {
          put: sequences.map((sequence) => ({
            kind: 'org',
            record: orgOf(`at-${sequence}`, { sequence }),
            created: false,
          })),
        }),
      )

      for (const sequence of sequences) {
        const org = await loadOne(world, { read: 'record', kind: 'org', key: { orgId: `at-${sequence}` } })
        assert.equal(org?.sequence, sequence)
        const found = await world.storage.search(world.instanceId, {
          kind: 'org',
          filter: { op: 'equals', field: 'sequence', value: sequence },
          offset: 0,
          limit: 10,
          count: true,
        })
        assert.deepEqual([found.total, found.items[0]?.sequence], [1, sequence])
      }
      const sorted = await world.storage.search(world.instanceId, {
        kind: 'org',
        sort: [{ field: 'sequence', descending: true }],
        offset: 0,
        limit: 10,
        count: false,
      })
      assert.deepEqual(
        sorted.items.map(({ sequence }) => sequence),
        sequences.toReversed(),
      )
      for (const afterSequence of sequences) {
        const events = await world.storage.readEvents(world.instanceId, { aggregate: ada, afterSequence, limit: 10 })
        assert.deepEqual(events, [])
      }
    },
  },
  {
    name: 'sequences sort by value, not by their digits',
    async check(world) {
      await apply(
        world,
        creationOf(ada, {
          put: ['10', '9', '100'].map((sequence) => ({
            kind: 'org',
            record: orgOf(`at-${sequence}`, { sequence }),
            created: false,
          })),
        }),
      )

      const { items } = await world.storage.search(world.instanceId, {
        kind: 'org',
        sort: [{ field: 'sequence', descending: false }],
        offset: 0,
        limit: 10,
        count: false,
      })
      assert.deepEqual(
        items.map(({ sequence }) => sequence),
        ['9', '10', '100'],
      )
    },
  },
]
