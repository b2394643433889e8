import assert from 'node:assert/strict'
import type { Behavior } from './behavior'
import { changeOf, claimFor, commitOf, creationOf, eventOf, noon, orgKey, removalOf, userKey } from './commit-of'
import { apply, attempt, eventsOf, loadOne, requireApplied } from './place'
import { entryKeyOf } from './record-of'

const ada = userKey('ada')
const bob = userKey('bob')
const acme = orgKey('acme')
const email = { type: 'email', value: 'ada@acme.example' }

export const commitOutcomeBehaviors: readonly Behavior[] = [
  {
    name: 'a new aggregate starts at sequence 1 and revision 1',
    async check(world) {
      const outcome = await apply(world, creationOf(ada))

      assert.deepEqual(outcome, { outcome: 'applied', at: noon, sequences: ['1'], positions: outcome.positions })
      assert.equal(outcome.positions.length, 1)
      assert.deepEqual(await loadOne(world, { read: 'aggregate', key: ada }), {
        ...ada,
        owner: 'acme',
        sequence: '1',
        revision: 1,
        live: true,
        changedAt: noon,
      })
    },
  },
  {
    name: 'expecting new where something lives is occupied',
    async check(world) {
      await apply(world, creationOf(ada))

      assert.deepEqual(await attempt(world, creationOf(ada)), { outcome: 'occupied', aggregate: ada })
    },
  },
  {
    name: 'expecting life, a revision or a sequence where nothing ever was is missing',
    async check(world) {
      for (const expect of ['live', { revision: 0 }, { revision: 1 }, { sequence: '0' }, { sequence: '1' }] as const) {
        assert.deepEqual(await attempt(world, commitOf(changeOf(ada, { expect }))), {
          outcome: 'missing',
          aggregate: ada,
        })
      }
    },
  },
  {
    name: 'expecting life, a revision or a sequence of something removed is missing',
    async check(world) {
      await apply(world, creationOf(ada))
      await apply(world, removalOf(ada))

      for (const expect of ['live', { revision: 2 }, { sequence: '2' }] as const) {
        assert.deepEqual(await attempt(world, commitOf(changeOf(ada, { expect }))), {
          outcome: 'missing',
          aggregate: ada,
        })
      }
    },
  },
  {
    name: 'a revision applies when it is the current one and is stale when it is not',
    async check(world) {
      await apply(world, creationOf(ada))

      await apply(world, commitOf(changeOf(ada, { expect: { revision: 1 } })))
      assert.deepEqual(await attempt(world, commitOf(changeOf(ada, { expect: { revision: 1 } }))), {
        outcome: 'stale',
        aggregate: ada,
      })
      assert.deepEqual(await attempt(world, commitOf(changeOf(ada, { expect: { revision: 3 } }))), {
        outcome: 'stale',
        aggregate: ada,
      })
      await apply(world, commitOf(changeOf(ada, { expect: { revision: 2 } })))
    },
  },
  {
    name: 'a sequence applies when it is the current one and is stale when it is not',
    async check(world) {
      await apply(world, creationOf(ada))

      await apply(world, commitOf(changeOf(ada, { expect: { sequence: '1' } })))
      for (const sequence of ['0', '1', '3', '9007199254740993', '9223372036854775807']) {
        assert.deepEqual(await attempt(world, commitOf(changeOf(ada, { expect: { sequence } }))), {
          outcome: 'stale',
          aggregate: ada,
        })
      }
      await apply(world, commitOf(changeOf(ada, { expect: { sequence: '2' } })))
    },
  },
  {
    name: 'a revision and a sequence apply when both are the current ones and are stale when either is not',
    async check(world) {
      await apply(world, creationOf(ada))
      await apply(world, commitOf(changeOf(ada, { events: [] })))
      await apply(world, commitOf(changeOf(ada, { revise: false })))

      for (const expect of [
        { revision: 1, sequence: '2' },
        { revision: 2, sequence: '1' },
        { revision: 2, sequence: '22' },
        { revision: 22, sequence: '2' },
      ]) {
        assert.deepEqual(await attempt(world, commitOf(changeOf(ada, { expect }))), {
          outcome: 'stale',
          aggregate: ada,
        })
      }
      await apply(world, commitOf(changeOf(ada, { expect: { revision: 2, sequence: '2' } })))
      assert.deepEqual(await attempt(world, commitOf(changeOf(bob, { expect: { revision: 1, sequence: '1' } }))), {
        outcome: 'missing',
        aggregate: bob,
      })
    },
  },
  {
    name: 'a change that does not revise moves the sequence and leaves the revision',
    async check(world) {
      await apply(world, creationOf(ada))
      await apply(world, commitOf(changeOf(ada, { revise: false })))

      const aggregate = await loadOne(world, { read: 'aggregate', key: ada })
      assert.equal(aggregate?.sequence, '2')
      assert.equal(aggregate?.revision, 1)
    },
  },
  {
    name: 'a change without events checks its expectation and moves the revision only',
    async check(world) {
      await apply(world, creationOf(acme))
      await apply(world, creationOf(ada))
      const guard = changeOf(acme, { expect: { revision: 1 }, events: [] })

      const outcome = await apply(world, commitOf([guard, changeOf(ada)], { at: noon + 5 }))
      assert.deepEqual(outcome.sequences, ['1', '2'])
      assert.equal(outcome.positions.length, 1)
      assert.deepEqual(await loadOne(world, { read: 'aggregate', key: acme }), {
        ...acme,
        owner: 'acme',
        sequence: '1',
        revision: 2,
        live: true,
        changedAt: noon,
      })
      assert.equal((await eventsOf(world, acme)).length, 1)
      assert.deepEqual(await attempt(world, commitOf([guard, changeOf(ada)])), { outcome: 'stale', aggregate: acme })
    },
  },
  {
    name: 'a change without events that does not revise changes nothing',
    async check(world) {
      await apply(world, creationOf(acme))
      const before = await loadOne(world, { read: 'aggregate', key: acme })

      const outcome = await apply(world, commitOf(changeOf(acme, { events: [], revise: false }), { at: noon + 5 }))
      assert.deepEqual(outcome.sequences, ['1'])
      assert.deepEqual(outcome.positions, [])
      assert.deepEqual(await loadOne(world, { read: 'aggregate', key: acme }), before)
    },
  },
  {
    name: 'sequences answer the last event of each aggregate, in the order of the commit',
    async check(world) {
      await apply(world, creationOf(acme))

      const outcome = await apply(
        world,
        commitOf([
          changeOf(bob, { expect: 'new', events: [eventOf('added'), eventOf('named'), eventOf('verified')] }),
          changeOf(acme),
          changeOf(ada, { expect: 'new', events: [eventOf('added')] }),
        ]),
      )
      assert.deepEqual(outcome.sequences, ['3', '2', '1'])
      assert.equal(new Set(outcome.positions).size, 5)
      const positionsOf = async (key: typeof ada) => (await eventsOf(world, key)).map(({ position }) => position)
      assert.deepEqual(
        [await positionsOf(bob), (await positionsOf(acme)).slice(1), await positionsOf(ada)].flat(),
        outcome.positions,
      )
    },
  },
  {
    name: 'aggregates of different types may share an id',
    async check(world) {
      await apply(world, creationOf(userKey('same')))
      await apply(world, creationOf(orgKey('same')))
      await apply(world, creationOf({ type: 'client', id: 'same' }))
      await apply(world, creationOf({ type: 'instance', id: 'same' }))

      await apply(world, removalOf(userKey('same')))
      assert.equal((await loadOne(world, { read: 'aggregate', key: orgKey('same') }))?.live, true)
      assert.equal((await loadOne(world, { read: 'aggregate', key: userKey('same') }))?.live, false)
    },
  },
  {
    name: 'of several failing aggregates the first in the commit decides',
    async check(world) {
      await apply(world, creationOf(ada))
      const stale = changeOf(ada, { expect: { revision: 7 } })
      const missing = changeOf(bob)
      const occupied = changeOf(ada, { expect: 'new' })

      assert.deepEqual(await attempt(world, commitOf([stale, missing])), { outcome: 'stale', aggregate: ada })
      assert.deepEqual(await attempt(world, commitOf([missing, stale])), { outcome: 'missing', aggregate: bob })
      assert.deepEqual(await attempt(world, commitOf([occupied, missing])), { outcome: 'occupied', aggregate: ada })
      assert.deepEqual(await attempt(world, commitOf([missing, occupied])), { outcome: 'missing', aggregate: bob })
    },
  },
  {
    name: 'aggregates decide before entries, and entries before claims',
    async check(world) {
      await apply(world, creationOf(ada, { takeClaims: [claimFor(ada, email)] }))
      await apply(world, creationOf(bob))
      const absent = { key: entryKeyOf('ada', 'plan'), sequence: '1', aggregate: 1 }
      const taken = claimFor(bob, email)

      assert.deepEqual(
        await attempt(
          world,
          commitOf([changeOf(bob), changeOf(ada, { expect: 'new' })], {
            expectEntries: [absent],
            takeClaims: [taken],
          }),
        ),
        { outcome: 'occupied', aggregate: ada },
      )
      assert.deepEqual(
        await attempt(
          world,
          commitOf([changeOf(bob), changeOf(ada)], { expectEntries: [absent], takeClaims: [taken] }),
        ),
        { outcome: 'stale', aggregate: ada },
      )
      assert.deepEqual(await attempt(world, commitOf([changeOf(bob), changeOf(ada)], { takeClaims: [taken] })), {
        outcome: 'claim-taken',
        claim: email,
      })
    },
  },
  {
    name: 'of several taken claims the first in the commit decides',
    async check(world) {
      const phone = { type: 'phone', value: '+41' }
      await apply(world, creationOf(ada, { takeClaims: [claimFor(ada, email), claimFor(ada, phone)] }))

      const attemptWith = (...claims: (typeof email)[]) =>
        attempt(world, creationOf(bob, { takeClaims: claims.map((claim) => claimFor(bob, claim)) }))
      assert.deepEqual(await attemptWith({ type: 'free', value: '1' }, phone, email), {
        outcome: 'claim-taken',
        claim: phone,
      })
      assert.deepEqual(await attemptWith(email, phone), { outcome: 'claim-taken', claim: email })
    },
  },
  {
    name: 'an empty batch has no outcomes',
    async check({ storage, instanceId }) {
      assert.deepEqual(await storage.commit(instanceId, []), [])
    },
  },
  {
    name: 'outcomes come in the order of the batch, and a failing member leaves its neighbors alone',
    async check(world) {
      await apply(world, creationOf(ada))
      const batch = [
        commitOf(changeOf(ada)),
        creationOf(ada),
        creationOf(bob),
        commitOf(changeOf(userKey('eve'))),
        commitOf(changeOf(ada, { expect: { revision: 1 } })),
        commitOf(changeOf(bob, { expect: { revision: 1 } })),
      ]

      const outcomes = await world.storage.commit(world.instanceId, batch)
      assert.deepEqual(
        outcomes.map((outcome) => outcome.outcome),
        ['applied', 'occupied', 'applied', 'missing', 'stale', 'applied'],
      )
      assert.equal((await eventsOf(world, ada)).length, 2)
      assert.equal((await eventsOf(world, bob)).length, 2)
    },
  },
  {
    name: 'a batch of 200 commits applies in one call',
    async check(world) {
      const ids = Array.from({ length: 200 }, (_, index) => `user-${index}`)

      const outcomes = await world.storage.commit(
        world.instanceId,
        ids.map((id) => creationOf(userKey(id))),
      )
      assert.deepEqual(
        outcomes.map((outcome) => requireApplied(outcome).sequences),
        ids.map(() => ['1']),
      )
      assert.equal(new Set(outcomes.flatMap((outcome) => requireApplied(outcome).positions)).size, 200)
    },
  },
  {
    name: 'members of a batch see what earlier members did: one aggregate',
    async check(world) {
      await apply(world, creationOf(ada))

      const outcomes = await world.storage.commit(world.instanceId, [
        commitOf(changeOf(ada, { expect: { revision: 1 } })),
        commitOf(changeOf(ada, { expect: { revision: 1 } })),
        commitOf(changeOf(ada, { expect: { revision: 2 } })),
        commitOf(changeOf(ada, { expect: { sequence: '3' }, events: [eventOf(), eventOf()] })),
        commitOf(changeOf(ada)),
        commitOf(changeOf(ada)),
      ])
      assert.deepEqual(
        outcomes.map((outcome) => (outcome.outcome === 'applied' ? outcome.sequences[0] : outcome.outcome)),
        ['2', 'stale', '3', '5', '6', '7'],
      )
    },
  },
  {
    name: 'members of a batch see what earlier members did: creation, removal and creation again',
    async check(world) {
      const outcomes = await world.storage.commit(world.instanceId, [
        commitOf(changeOf(ada)),
        creationOf(ada),
        creationOf(ada),
        removalOf(ada),
        commitOf(changeOf(ada)),
        creationOf(ada),
      ])

      assert.deepEqual(
        outcomes.map((outcome) => (outcome.outcome === 'applied' ? outcome.sequences[0] : outcome.outcome)),
        ['missing', '1', 'occupied', '2', 'missing', '3'],
      )
    },
  },
  {
    name: 'members of a batch see what earlier members did: claims and entries',
    async check(world) {
      await apply(world, creationOf(ada))
      await apply(world, creationOf(bob))
      const key = entryKeyOf('ada', 'plan')
      const set = { key, value: { json: '"gold"' }, stamp: { aggregate: 0, event: 0 } }

      const outcomes = await world.storage.commit(world.instanceId, [
        commitOf(changeOf(ada), { takeClaims: [claimFor(ada, email)] }),
        commitOf(changeOf(bob), { takeClaims: [claimFor(bob, email)] }),
        commitOf(changeOf(ada), { releaseClaims: [email] }),
        commitOf(changeOf(bob), { takeClaims: [claimFor(bob, email)] }),
        commitOf(changeOf(ada), {
          expectEntries: [{ key, sequence: undefined, aggregate: 0 }],
          putEntries: [set],
        }),
        commitOf(changeOf(ada), {
          expectEntries: [{ key, sequence: undefined, aggregate: 0 }],
          putEntries: [set],
        }),
        commitOf(changeOf(ada), { expectEntries: [{ key, sequence: '4', aggregate: 0 }], removeEntries: [{ key }] }),
        commitOf(changeOf(ada), { expectEntries: [{ key, sequence: undefined, aggregate: 0 }] }),
      ])
      assert.deepEqual(
        outcomes.map(({ outcome }) => outcome),
        ['applied', 'claim-taken', 'applied', 'applied', 'applied', 'stale', 'applied', 'applied'],
      )
      assert.equal((await loadOne(world, { read: 'claim', claim: email }))?.ownerId, 'bob')
    },
  },
  {
    name: 'a commit leaves the value it was given alone',
    async check(world) {
      const commit = freeze(
        creationOf(ada, {
          takeClaims: [claimFor(ada, email)],
          putEntries: [{ key: entryKeyOf('ada', 'plan'), value: { json: '1' }, stamp: { aggregate: 0, event: 0 } }],
        }),
      )

      await apply(world, commit)
    },
  },
]

/** Freezes all the way down, so that a write throws. */
function freeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) freeze(member)
  return Object.freeze(value)
}
