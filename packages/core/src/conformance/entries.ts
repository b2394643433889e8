import assert from 'node:assert/strict'
import type { EntryKey, EntryValue } from '../storage/records'
import type { Behavior } from './behavior'
import { changeOf, commitOf, creationOf, eventOf, noon, orgKey, removalOf, userKey } from './commit-of'
import { apply, attempt, eventsOf, loadOne } from './place'
import { entryKeyOf } from './record-of'

const ada = userKey('ada')
const bob = userKey('bob')
const ofAda = { subjectType: 'user', subjectId: 'ada' } as const
const plan = entryKeyOf('ada', 'plan')
const limit = entryKeyOf('ada', 'limit')
const stale = { outcome: 'stale', aggregate: ada }

const gold: EntryValue = { json: '"gold"' }
const silver: EntryValue = { json: '"silver"' }
const put = (key: EntryKey, value: EntryValue = gold, event = 0, aggregate = 0) => ({
  key,
  value,
  stamp: { aggregate, event },
})

export const entryBehaviors: readonly Behavior[] = [
  {
    name: 'a new entry takes its sequence, its times and its org from its stamp',
    async check(world) {
      await apply(world, creationOf(ada))

      await apply(
        world,
        commitOf(changeOf(ada, { events: [eventOf(), eventOf(), eventOf()] }), {
          at: noon + 7,
          putEntries: [put(plan, gold, 1), put(limit, silver, 2)],
        }),
      )
      assert.deepEqual(await loadOne(world, { read: 'entry', key: plan }), {
        ...plan,
        value: gold,
        orgId: 'acme',
        sequence: '3',
        createdAt: noon + 7,
        changedAt: noon + 7,
      })
      assert.equal((await loadOne(world, { read: 'entry', key: limit }))?.sequence, '4')
    },
  },
  {
    name: 'a stamp counts from its own aggregate',
    async check(world) {
      await apply(world, creationOf(bob))
      await apply(world, commitOf(changeOf(bob, { events: [eventOf(), eventOf()] })))

      await apply(
        world,
        commitOf([changeOf(ada, { expect: 'new' }), changeOf(bob, { events: [eventOf(), eventOf()] })], {
          putEntries: [put(entryKeyOf('bob', 'plan'), gold, 1, 1), put(plan, gold, 0, 0)],
        }),
      )
      assert.equal((await loadOne(world, { read: 'entry', key: entryKeyOf('bob', 'plan') }))?.sequence, '5')
      assert.equal((await loadOne(world, { read: 'entry', key: plan }))?.sequence, '1')
    },
  },
  {
    name: 'an entry that is written over keeps when it was created',
    async check(world) {
      await apply(world, creationOf(ada, { putEntries: [put(plan)] }))

      await apply(world, commitOf(changeOf(ada), { at: noon + 9, putEntries: [put(plan, silver)] }))
      assert.deepEqual(await loadOne(world, { read: 'entry', key: plan }), {
        ...plan,
        value: silver,
        orgId: 'acme',
        sequence: '2',
        createdAt: noon,
        changedAt: noon + 9,
      })
    },
  },
  {
    name: 'an entry that was removed and set again is new',
    async check(world) {
      await apply(world, creationOf(ada, { putEntries: [put(plan)] }))
      await apply(world, commitOf(changeOf(ada), { at: noon + 1, removeEntries: [{ key: plan }] }))
      assert.equal(await loadOne(world, { read: 'entry', key: plan }), undefined)

      await apply(world, commitOf(changeOf(ada), { at: noon + 2, putEntries: [put(plan)] }))
      assert.deepEqual(await loadOne(world, { read: 'entry', key: plan }), {
        ...plan,
        value: gold,
        orgId: 'acme',
        sequence: '3',
        createdAt: noon + 2,
        changedAt: noon + 2,
      })
    },
  },
  {
    name: 'within a commit removals go first, so that what is set again is new',
    async check(world) {
      await apply(world, creationOf(ada, { putEntries: [put(plan), put(limit)] }))

      await apply(
        world,
        commitOf(changeOf(ada), { at: noon + 1, removeEntries: [{ key: plan }], putEntries: [put(plan, silver)] }),
      )
      assert.deepEqual(
        [await loadOne(world, { read: 'entry', key: plan })].map((entry) => [entry?.createdAt, entry?.value]),
        [[noon + 1, silver]],
      )
      await apply(
        world,
        commitOf(changeOf(ada), { at: noon + 2, removeEntries: [{ of: ofAda }], putEntries: [put(limit, silver)] }),
      )
      assert.equal(await loadOne(world, { read: 'entry', key: plan }), undefined)
      assert.equal((await loadOne(world, { read: 'entry', key: limit }))?.createdAt, noon + 2)
    },
  },
  {
    name: 'of an entry that one commit sets twice the last value stays, and both events',
    async check(world) {
      await apply(world, creationOf(ada))

      await apply(
        world,
        commitOf(changeOf(ada, { events: [eventOf('set', { to: 'gold' }), eventOf('set', { to: 'silver' })] }), {
          putEntries: [put(plan, gold, 0), put(plan, silver, 1)],
        }),
      )
      const entry = await loadOne(world, { read: 'entry', key: plan })
      assert.deepEqual([entry?.value, entry?.sequence], [silver, '3'])
      assert.equal((await eventsOf(world, ada)).length, 3)
    },
  },
  {
    name: 'a value changes from JSON to bytes and back',
    async check(world) {
      await apply(world, creationOf(ada, { putEntries: [put(plan)] }))

      await apply(world, commitOf(changeOf(ada), { putEntries: [put(plan, { bytes: Uint8Array.of(1, 0, 2) })] }))
      const value = (await loadOne(world, { read: 'entry', key: plan }))?.value
      assert.deepEqual(Object.keys(value ?? {}), ['bytes'])
      assert.ok(value !== undefined && 'bytes' in value)
      assert.deepEqual([...value.bytes], [1, 0, 2])
      await apply(world, commitOf(changeOf(ada), { putEntries: [put(plan, silver)] }))
      assert.deepEqual((await loadOne(world, { read: 'entry', key: plan }))?.value, silver)
    },
  },
  {
    name: 'an expected sequence applies when it is the current one and is stale when it is not',
    async check(world) {
      await apply(world, creationOf(ada, { putEntries: [put(plan)] }))
      await apply(world, commitOf(changeOf(ada), { putEntries: [put(limit)] }))
      const attemptAt = (sequence: string | undefined) =>
        attempt(
          world,
          commitOf(changeOf(ada), {
            expectEntries: [{ key: plan, sequence, aggregate: 0 }],
            putEntries: [put(plan, silver)],
          }),
        )

      for (const sequence of [undefined, '0', '2', '9007199254740993']) {
        assert.deepEqual(await attemptAt(sequence), stale)
      }
      assert.equal((await attemptAt('1')).outcome, 'applied')
      assert.deepEqual(await attemptAt('1'), stale)
      assert.equal((await attemptAt('3')).outcome, 'applied')
    },
  },
  {
    name: 'an entry expected to be absent is stale once it exists, and absent again after its removal',
    async check(world) {
      await apply(world, creationOf(ada))
      const attemptAbsent = () =>
        attempt(
          world,
          commitOf(changeOf(ada), {
            expectEntries: [{ key: plan, sequence: undefined, aggregate: 0 }],
            putEntries: [put(plan)],
          }),
        )

      assert.equal((await attemptAbsent()).outcome, 'applied')
      assert.deepEqual(await attemptAbsent(), stale)
      await apply(world, commitOf(changeOf(ada), { removeEntries: [{ key: plan }] }))
      assert.equal((await attemptAbsent()).outcome, 'applied')
    },
  },
  {
    name: 'a stale entry names the aggregate that its expectation points to',
    async check(world) {
      await apply(world, creationOf(ada))
      await apply(world, creationOf(bob))
      const expectEntries = [{ key: plan, sequence: '1', aggregate: 1 }]

      assert.deepEqual(await attempt(world, commitOf([changeOf(bob), changeOf(ada)], { expectEntries })), stale)
    },
  },
  {
    name: 'of 64 commits that expect the same entry exactly one is applied',
    async check(world) {
      await apply(world, creationOf(ada, { putEntries: [put(plan)] }))
      const storages = [world.storage, await world.reopen(), await world.reopen()]

      const outcomes = await Promise.all(
        Array.from({ length: 64 }, (_, index) =>
          attempt(
            { ...world, storage: storages[index % storages.length]! },
            commitOf(changeOf(ada, { revise: false }), {
              expectEntries: [{ key: plan, sequence: '1', aggregate: 0 }],
              putEntries: [put(plan, { json: `${index}` })],
            }),
          ),
        ),
      )
      assert.deepEqual(outcomes.map(({ outcome }) => outcome).sort(), ['applied', ...Array(63).fill('stale')])
      const winner = outcomes.findIndex(({ outcome }) => outcome === 'applied')
      assert.deepEqual((await loadOne(world, { read: 'entry', key: plan }))?.value, { json: `${winner}` })
    },
  },
  {
    name: 'removing the entries of a subject takes all its namespaces and nobody else’s',
    async check(world) {
      const keys = [plan, limit, entryKeyOf('ada', 'plan', 'user')]
      const others = [
        entryKeyOf('bob', 'plan'),
        entryKeyOf('Ada', 'plan'),
        { ...plan, subjectType: 'org' } as const,
        { ...plan, subjectType: 'member' } as const,
      ]
      await apply(world, creationOf(ada, { putEntries: [...keys, ...others].map((key) => put(key)) }))

      await apply(world, removalOf(ada, { removeEntries: [{ of: ofAda }] }))
      for (const key of keys) assert.equal(await loadOne(world, { read: 'entry', key }), undefined)
      for (const key of others) assert.notEqual(await loadOne(world, { read: 'entry', key }), undefined)
    },
  },
  {
    name: 'removing one entry leaves its neighbors',
    async check(world) {
      const neighbor = entryKeyOf('ada', 'plan', 'user')
      await apply(world, creationOf(ada, { putEntries: [put(plan), put(limit), put(neighbor)] }))

      await apply(world, commitOf(changeOf(ada), { removeEntries: [{ key: plan }] }))
      assert.equal(await loadOne(world, { read: 'entry', key: plan }), undefined)
      assert.notEqual(await loadOne(world, { read: 'entry', key: limit }), undefined)
      assert.notEqual(await loadOne(world, { read: 'entry', key: neighbor }), undefined)
    },
  },
  {
    name: 'removing an entry that does not exist is no failure',
    async check(world) {
      await apply(world, creationOf(ada, { removeEntries: [{ key: plan }, { of: ofAda }] }))
    },
  },
  {
    name: 'one commit sets two hundred entries',
    async check(world) {
      const keys = Array.from({ length: 200 }, (_, index) => entryKeyOf('ada', `key-${index}`))

      await apply(
        world,
        commitOf(changeOf(ada, { expect: 'new', events: keys.map(({ key }) => eventOf('set', { key })) }), {
          putEntries: keys.map((key, index) => put(key, { json: `${index}` }, index)),
        }),
      )
      const entries = await loadOne(world, { read: 'entries', subject: ofAda, namespace: 'app' })
      assert.equal(entries.length, 200)
      for (const { key, sequence, value } of entries) {
        const index = Number(key.slice('key-'.length))
        assert.deepEqual([sequence, value], [String(index + 1), { json: `${index}` }])
      }
    },
  },
  {
    name: 'a subject’s entries may be stamped by the aggregate it belongs to',
    async check(world) {
      const acme = orgKey('acme')
      const key: EntryKey = { subjectType: 'member', subjectId: 'acme/ada', namespace: 'org', key: 'desk' }

      await apply(world, creationOf(acme, { putEntries: [put(key)] }))
      assert.equal((await loadOne(world, { read: 'entry', key }))?.sequence, '1')
      const found = await loadOne(world, {
        read: 'entries',
        subject: { subjectType: 'member', subjectId: 'acme/ada' },
        namespace: 'org',
      })
      assert.equal(found.length, 1)
    },
  },
]
