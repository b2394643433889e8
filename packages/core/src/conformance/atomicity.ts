import assert from 'node:assert/strict'
import type { AggregateChange, Commit } from '../storage/commit'
import type { Behavior } from './behavior'
import { changeOf, claimFor, commitOf, creationOf, eventOf, orgKey, userKey } from './commit-of'
import { apply, attempt, eventsOf, loadOne, type Place, readFeed, recordsOf } from './place'
import { accessTokenOf, entryKeyOf, memberOf, orgOf, userOf } from './record-of'

const acme = orgKey('acme')
const ada = userKey('ada')
const eve = userKey('eve')
const heldByAda = { type: 'email', value: 'ada@acme.example' }
const nickOfAda = { type: 'nick', value: 'ada' }
const plan = entryKeyOf('ada', 'plan')
const first = { aggregate: 0, event: 0 }

/** Ada, a member of Acme, with a token, an entry and two claims. */
async function settleAda(place: Place): Promise<void> {
  await apply(place, creationOf(acme, { put: [{ kind: 'org', record: orgOf('acme'), stamp: first, created: true }] }))
  await apply(
    place,
    creationOf(ada, {
      put: [
        { kind: 'user', record: userOf('ada'), stamp: first, created: true },
        { kind: 'member', record: memberOf('acme', 'ada'), stamp: first, created: true },
        { kind: 'accessToken', record: accessTokenOf('ada', 't1', 'aa'), stamp: first, created: true },
      ],
      putEntries: [{ key: plan, value: { json: '"gold"' }, stamp: first }],
      takeClaims: [claimFor(ada, heldByAda), claimFor(ada, nickOfAda)],
    }),
  )
}

/** Touches everything there is to touch: makes Eve, changes Acme, takes Ada apart. */
function upheaval(aggregates: readonly AggregateChange[], rest: Partial<Commit>): Commit {
  return commitOf(
    [
      changeOf(eve, { expect: 'new', events: [eventOf('added'), eventOf('named')] }),
      changeOf(ada, { events: [eventOf('removed')], removes: true }),
      ...aggregates,
    ],
    {
      put: [
        { kind: 'user', record: userOf('eve'), stamp: first, created: true },
        { kind: 'org', record: orgOf('acme', { name: 'Evil' }), stamp: first, created: false },
      ],
      remove: [
        { kind: 'user', key: { userId: 'ada' } },
        { kind: 'member', ofUser: 'ada' },
        { kind: 'accessToken', ofUser: 'ada' },
      ],
      putEntries: [{ key: entryKeyOf('eve', 'plan'), value: { json: '1' }, stamp: first }],
      removeEntries: [{ of: { subjectType: 'user', subjectId: 'ada' } }],
      releaseClaims: [nickOfAda],
      takeClaims: [claimFor(eve, { type: 'email', value: 'eve@acme.example' })],
      ...rest,
    },
  )
}

/** All that is stored, as far as the port shows it. */
async function everything(place: Place) {
  const { storage, instanceId } = place
  return {
    answers: await storage.load(instanceId, [
      { read: 'aggregate', key: acme },
      { read: 'aggregate', key: ada },
      { read: 'aggregate', key: eve },
      { read: 'entry', key: plan },
      { read: 'entry', key: entryKeyOf('eve', 'plan') },
      { read: 'claim', claim: heldByAda },
      { read: 'claim', claim: nickOfAda },
      { read: 'claim', claim: { type: 'email', value: 'eve@acme.example' } },
      { read: 'principal', userId: 'ada' },
    ]),
    users: await recordsOf(place, 'user'),
    orgs: await recordsOf(place, 'org'),
    members: await recordsOf(place, 'member'),
    tokens: await recordsOf(place, 'accessToken'),
    events: await Promise.all([acme, ada, eve].map((key) => eventsOf(place, key))),
  }
}

const failures: readonly { readonly when: string; readonly outcome: string; readonly commit: Commit }[] = [
  {
    when: 'its last aggregate is stale',
    outcome: 'stale',
    commit: upheaval([changeOf(acme, { expect: { revision: 9 } })], {}),
  },
  {
    when: 'its last aggregate is missing',
    outcome: 'missing',
    commit: upheaval([changeOf(orgKey('nowhere'))], {}),
  },
  {
    when: 'its last aggregate is occupied',
    outcome: 'occupied',
    commit: upheaval([changeOf(acme, { expect: 'new' })], {}),
  },
  {
    when: 'its last entry is stale',
    outcome: 'stale',
    commit: upheaval([], {
      expectEntries: [
        { key: plan, sequence: '1', aggregate: 1 },
        { key: entryKeyOf('ada', 'limit'), sequence: '1', aggregate: 1 },
      ],
    }),
  },
  {
    when: 'its last claim is taken',
    outcome: 'claim-taken',
    commit: upheaval([], { takeClaims: [claimFor(eve, { type: 'email', value: 'free' }), claimFor(eve, heldByAda)] }),
  },
]

export const atomicityBehaviors: readonly Behavior[] = [
  ...failures.map(
    ({ when, outcome, commit }): Behavior => ({
      name: `a commit leaves nothing behind when ${when}`,
      async check(world) {
        await settleAda(world)
        const before = await everything(world)

        assert.equal((await attempt(world, commit)).outcome, outcome)

        assert.deepEqual(await everything(world), before)
        assert.equal((await readFeed(world, 2)).length, 2)
      },
    }),
  ),
  {
    name: 'the same commit applies whole when all its conditions hold',
    async check(world) {
      await settleAda(world)

      await apply(world, upheaval([changeOf(acme)], {}))

      const { answers, users, orgs, members, tokens, events } = await everything(world)
      assert.deepEqual(
        answers.map((answer) => answer !== undefined),
        [true, true, true, false, true, true, false, true, false],
      )
      assert.deepEqual(
        users.map(({ userId }) => userId),
        ['eve'],
      )
      assert.deepEqual(
        orgs.map(({ name }) => name),
        ['Evil'],
      )
      assert.deepEqual([members, tokens], [[], []])
      assert.deepEqual(
        events.map(({ length }) => length),
        [2, 2, 2],
      )
    },
  },
  {
    name: 'a failing member between two that apply leaves nothing behind',
    async check(world) {
      await settleAda(world)

      const outcomes = await world.storage.commit(world.instanceId, [
        commitOf(changeOf(acme), { takeClaims: [claimFor(acme, { type: 'domain', value: 'acme.example' })] }),
        upheaval([changeOf(acme, { expect: { revision: 1 } })], {}),
        commitOf(changeOf(ada), { putEntries: [{ key: plan, value: { json: '"silver"' }, stamp: first }] }),
      ])
      assert.deepEqual(
        outcomes.map(({ outcome }) => outcome),
        ['applied', 'stale', 'applied'],
      )
      assert.equal(await loadOne(world, { read: 'aggregate', key: eve }), undefined)
      assert.equal((await loadOne(world, { read: 'claim', claim: nickOfAda }))?.ownerId, 'ada')
      assert.deepEqual((await loadOne(world, { read: 'entry', key: plan }))?.value, { json: '"silver"' })
      assert.equal((await readFeed(world, 4)).length, 4)
    },
  },
  {
    name: 'a reader sees a commit of many parts whole or not at all',
    async check(world) {
      const { storage, instanceId } = world
      const writer = { instanceId, storage: await world.reopen() }
      const keys = Array.from({ length: 8 }, (_, index) => userKey(`user-${index}`))
      await apply(world, commitOf(keys.map((key) => changeOf(key, { expect: 'new' }))))
      let writing = true

      const write = async () => {
        for (let round = 0; round < 40; round++) await apply(writer, commitOf(keys.map((key) => changeOf(key))))
      }
      const read = async () => {
        while (writing) {
          const reads = keys.map((key) => ({ read: 'aggregate', key }) as const)
          const answers = await storage.load(instanceId, reads)
          const sequences = answers.map((answer) => (answer as { sequence?: string } | undefined)?.sequence)
          assert.equal(new Set(sequences).size, 1, `torn read: ${sequences.join(' ')}`)
          await new Promise(setImmediate)
        }
      }
      await Promise.all([write().finally(() => (writing = false)), read()])
    },
  },
]
