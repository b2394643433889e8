import assert from 'node:assert/strict'
import type { Commit, UnreadOutcome } from '../storage/commit'
import type { AggregateKey, EntryKey, EntryValue } from '../storage/records'
import type { Behavior } from './behavior'
import { changeOf, commitOf, creationOf, eventOf, noon, orgKey, removalOf, userKey } from './commit-of'
import { apply, eventsOf, loadOne, type Place } from './place'
import type { RandomSource } from './random-source'
import { entryKeyOf, userOf } from './record-of'
import { forSeeds } from './replay'

const ada = userKey('ada')
const bob = userKey('bob')
const gold: EntryValue = { json: '"gold"' }
const silver: EntryValue = { json: '"silver"' }

/** Puts with an event each, as one who knows nothing of the subject decides them. */
function setOf(subject: AggregateKey, values: readonly (readonly [key: string, EntryValue])[], at = noon): Commit {
  return commitOf(
    changeOf(subject, { owner: '', revise: false, events: values.map(([key]) => eventOf('set', { key })) }),
    {
      at,
      putEntries: values.map(([key, value], event) => ({
        key: keyOf(subject, key),
        value,
        stamp: { aggregate: 0, event },
      })),
    },
  )
}

const keyOf = ({ type, id }: AggregateKey, key: string): EntryKey => ({
  ...entryKeyOf(id, key),
  subjectType: type === 'org' ? 'org' : 'user',
})

/** `undefined` for a storage that has no such call. */
async function commitUnread(
  { storage, instanceId }: Place,
  commits: readonly Commit[],
): Promise<readonly UnreadOutcome[] | undefined> {
  return storage.commitUnread?.(instanceId, commits)
}

/** Positions are known only once they are given. */
const withoutPositions = (outcomes: readonly UnreadOutcome[] | undefined) =>
  outcomes?.map((outcome) =>
    outcome.outcome === 'applied' ? { ...outcome, positions: outcome.positions.length } : outcome,
  )

const applied = (sequence: string, at: number, rest: object = {}) => ({
  outcome: 'applied',
  at,
  sequences: [sequence],
  positions: 1,
  put: [0],
  owner: 'acme',
  createdAt: undefined,
  ...rest,
})

export const unreadCommitBehaviors: readonly Behavior[] = [
  {
    name: 'of several subjects each gets its own sequence, time and owner',
    async check(world) {
      await apply(world, creationOf(ada))
      await apply(world, commitOf(changeOf(bob, { expect: 'new', owner: 'other' }), { at: noon + 9 }))

      const outcomes = await commitUnread(world, [setOf(bob, [['plan', gold]]), setOf(ada, [['plan', gold]], noon + 1)])
      if (outcomes === undefined) return
      const [ofBob, ofAda] = outcomes
      assert.deepEqual(withoutPositions([ofBob!, ofAda!]), [
        applied('2', noon + 9, { owner: 'other' }),
        applied('2', noon + 1),
      ])
      for (const [subject, outcome] of [[ada, ofAda] as const, [bob, ofBob] as const]) {
        const [, event] = await eventsOf(world, subject)
        assert.deepEqual(outcome?.outcome === 'applied' && outcome.positions, [event?.position])
        const entry = await loadOne(world, { read: 'entry', key: keyOf(subject, 'plan') })
        assert.equal(entry?.orgId, event?.owner)
      }
    },
  },
  {
    name: 'of one subject are numbered in their order, and the last value of an entry stays',
    async check(world) {
      await apply(world, creationOf(ada))

      const outcomes = await commitUnread(world, [
        setOf(ada, [['plan', gold]], noon + 1),
        setOf(ada, [['limit', gold]], noon + 2),
        setOf(ada, [['plan', silver]], noon + 3),
        setOf(ada, [['plan', gold]], noon + 4),
      ])
      if (outcomes === undefined) return
      const createdAt = noon + 1
      assert.deepEqual(withoutPositions(outcomes), [
        applied('2', noon + 1),
        applied('3', noon + 2),
        applied('4', noon + 3, { createdAt }),
        applied('5', noon + 4, { createdAt }),
      ])
      const events = await eventsOf(world, ada)
      assert.deepEqual(
        events.slice(1).map(({ sequence, payload }) => [sequence, payload]),
        [
          ['2', { key: 'plan' }],
          ['3', { key: 'limit' }],
          ['4', { key: 'plan' }],
          ['5', { key: 'plan' }],
        ],
      )
      assert.deepEqual(await loadOne(world, { read: 'entry', key: keyOf(ada, 'plan') }), {
        ...keyOf(ada, 'plan'),
        value: gold,
        orgId: 'acme',
        sequence: '5',
        createdAt,
        changedAt: noon + 4,
      })
    },
  },
  {
    name: 'leave out what holds its value already, also by an earlier one',
    async check(world) {
      await apply(
        world,
        creationOf(ada, { putEntries: [{ key: keyOf(ada, 'plan'), value: gold, stamp: { aggregate: 0, event: 0 } }] }),
      )
      await apply(world, creationOf(bob))

      const outcomes = await commitUnread(world, [
        setOf(ada, [['plan', gold]], noon + 1),
        setOf(bob, [['plan', gold]], noon + 2),
        setOf(
          ada,
          [
            ['plan', gold],
            ['limit', gold],
          ],
          noon + 3,
        ),
        setOf(ada, [['limit', gold]], noon + 4),
        setOf(bob, [['plan', gold]], noon + 5),
      ])
      if (outcomes === undefined) return
      const unchanged = { outcome: 'unchanged', owner: 'acme' }
      assert.deepEqual(withoutPositions(outcomes), [
        { ...unchanged, sequence: '1', changedAt: noon, createdAt: noon },
        applied('2', noon + 2),
        applied('2', noon + 3, { put: [1] }),
        { ...unchanged, sequence: '2', changedAt: noon + 3, createdAt: noon + 3 },
        { ...unchanged, sequence: '2', changedAt: noon + 2, createdAt: noon + 2 },
      ])
      assert.equal((await eventsOf(world, ada)).length, 2)
      assert.equal((await eventsOf(world, bob)).length, 2)
    },
  },
  {
    name: 'on what does not live are refused, and their neighbours stay',
    async check(world) {
      await apply(world, creationOf(ada))
      await apply(world, creationOf(bob))
      await apply(world, removalOf(bob))

      const commits = [bob, ada, userKey('nobody')].map((subject) => setOf(subject, [['plan', gold]]))
      const outcomes = await commitUnread(world, commits)
      if (outcomes === undefined) return
      assert.deepEqual(withoutPositions(outcomes), [{ outcome: 'missing' }, applied('2', noon), { outcome: 'missing' }])
      assert.equal(await loadOne(world, { read: 'entry', key: keyOf(bob, 'plan') }), undefined)
    },
  },
  {
    name: 'by many at once come to what they come to one by one, save for those that were declined',
    async check(world) {
      if (world.storage.commitUnread === undefined) return
      await forSeeds(world.seed, 12, async (random, run) => {
        const together = { storage: world.storage, instanceId: `${world.instanceId} ${run} together` }
        const alone = { storage: world.storage, instanceId: `${world.instanceId} ${run} alone` }
        for (const place of [together, alone]) {
          for (const subject of subjects) {
            const put = [
              { kind: 'user' as const, record: userOf(subject.id), created: true, stamp: { aggregate: 0, event: 0 } },
            ]
            await apply(place, creationOf(subject, subject.type === 'user' ? { put } : {}))
          }
        }
        for (let round = 0; round < 4; round += 1) {
          const commits = Array.from({ length: 1 + random.below(12) }, () => randomSet(random))
          const outcomes = (await commitUnread(together, commits))!
          const taken = outcomes.flatMap(({ outcome }, index) => (outcome === 'declined' ? [] : [index]))
          const reference: UnreadOutcome[] = []
          for (const index of taken) reference.push(...(await commitUnread(alone, [commits[index]!]))!)
          assert.deepEqual(withoutPositions(taken.map((index) => outcomes[index]!)), withoutPositions(reference))
        }
        for (const subject of subjects) {
          const [own, other] = await Promise.all([stateOf(together, subject), stateOf(alone, subject)])
          assert.deepEqual(own, other)
        }
      })
    },
  },
]

const subjects = [ada, bob, userKey('eve'), orgKey('acme')]

function randomSet(random: RandomSource): Commit {
  const keys = ['plan', 'limit', 'a"b\\c'].filter(() => random.chance(0.5))
  const value = (): EntryValue =>
    random.chance(0.8)
      ? random.oneOf([gold, silver, { json: '{"a":[null,"\\\\"]}' }])
      : { bytes: new Uint8Array([0, random.below(2), 255]) }
  const values = (keys.length === 0 ? ['plan'] : keys).map((key) => [key, value()] as const)
  const commit = setOf(random.oneOf([...subjects, userKey('nobody')]), values, noon + random.below(5))
  return random.chance(0.8) ? commit : { ...commit, actor: { type: 'system', id: '', reason: 'moving' } }
}

async function stateOf(place: Place, subject: AggregateKey) {
  const { type, id } = subject
  const ofSubject = { subjectType: type === 'org' ? 'org' : 'user', subjectId: id } as const
  const entries = await loadOne(place, { read: 'entries', subject: ofSubject, namespace: 'app' })
  const events = await eventsOf(place, subject)
  return {
    aggregate: await loadOne(place, { read: 'aggregate', key: subject }),
    entries: [...entries].sort((a, b) => (a.key < b.key ? -1 : 1)),
    events: events.map(({ position, ...event }) => event),
  }
}
