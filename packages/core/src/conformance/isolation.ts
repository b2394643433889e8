import assert from 'node:assert/strict'
import type { Behavior } from './behavior'
import { changeOf, claimFor, commitOf, creationOf, noon, orgKey, removalOf, userKey } from './commit-of'
import { apply, attempt, eventsOf, type Place, readFeed, recordsOf } from './place'
import { accessTokenOf, entryKeyOf, memberOf, orgDomainOf, orgOf, userOf } from './record-of'

const acme = orgKey('acme')
const ada = userKey('ada')
const email = { type: 'email', value: 'ada@acme.example' }
const stamp = { aggregate: 0, event: 0 }

/** The same ids everywhere; `mark` tells whose they are. */
async function settle(place: Place, mark: string): Promise<void> {
  await apply(
    place,
    commitOf([changeOf(ada, { expect: 'new' }), changeOf(acme, { expect: 'new' })], {
      put: [
        { kind: 'org', record: orgOf('acme', { name: mark }), stamp, created: true },
        { kind: 'orgDomain', record: orgDomainOf('acme', `${mark}.example`), stamp, created: true },
        { kind: 'user', record: userOf('ada', { nickName: mark }), stamp, created: true },
        { kind: 'member', record: memberOf('acme', 'ada', { roles: [mark] }), stamp, created: true },
        { kind: 'accessToken', record: accessTokenOf('ada', mark, 'aa'), stamp, created: true },
        {
          kind: 'instance',
          record: { defaultOrgId: mark, userLoginMustBeDomain: false, sequence: '1', createdAt: noon, changedAt: noon },
          created: false,
        },
      ],
      putEntries: [{ key: entryKeyOf('ada', 'plan'), value: { json: JSON.stringify(mark) }, stamp }],
      takeClaims: [claimFor(ada, email)],
    }),
  )
}

async function everything(place: Place) {
  const { storage, instanceId } = place
  return {
    answers: await storage.load(instanceId, [
      { read: 'aggregate', key: ada },
      { read: 'record', kind: 'instance', key: {} },
      { read: 'entry', key: entryKeyOf('ada', 'plan') },
      { read: 'entries', subject: { subjectType: 'user', subjectId: 'ada' }, namespace: 'app' },
      { read: 'claim', claim: email },
      { read: 'accessTokenByHash', hash: 'aa' },
      { read: 'principal', userId: 'ada', orgId: 'acme' },
      { read: 'memberships', userId: 'ada' },
      { read: 'loginDomains', userId: 'ada' },
    ]),
    records: await Promise.all(
      (['instance', 'org', 'user', 'member', 'accessToken'] as const).map((kind) => recordsOf(place, kind)),
    ),
    entries: await storage.search(instanceId, {
      kind: 'entry',
      subject: { subjectType: 'user', subjectId: 'ada' },
      namespace: 'app',
      offset: 0,
      limit: 10,
      count: true,
    }),
    events: await eventsOf(place, ada),
    feed: await storage.readEvents(instanceId, { limit: 100 }),
  }
}

export const isolationBehaviors: readonly Behavior[] = [
  {
    name: 'two instances hold the same ids, claims and hashes without meeting',
    async check(world) {
      const [first, second] = [world, { ...world, instanceId: `${world.instanceId}-second` }]

      await settle(first, 'first')
      await settle(second, 'second')

      await readFeed(first, 2)
      await readFeed(second, 2)
      for (const [place, mark, other] of [[first, 'first', 'second'] as const, [second, 'second', 'first'] as const]) {
        const found = await everything(place)
        const { feed, ...rest } = found
        assert.equal(feed.length, 2)
        assert.deepEqual(
          found.records.map(({ length }) => length),
          [1, 1, 1, 1, 1],
        )
        assert.equal(found.entries.total, 1)
        assert.equal(found.events.length, 1)
        assert.ok(JSON.stringify(rest).includes(`"${mark}"`))
        assert.ok(!JSON.stringify(rest).includes(`"${other}"`))
      }
    },
  },
  {
    name: 'what one instance writes and removes leaves another as it was',
    async check(world) {
      const [first, second] = [world, { ...world, instanceId: `${world.instanceId}-second` }]
      await settle(first, 'first')
      await settle(second, 'second')
      await readFeed(second, 2)
      const before = await everything(second)

      await apply(
        first,
        removalOf(ada, {
          remove: [
            { kind: 'user', key: { userId: 'ada' } },
            { kind: 'org', key: { orgId: 'acme' } },
            { kind: 'instance', key: {} },
            { kind: 'member', ofUser: 'ada' },
            { kind: 'accessToken', ofUser: 'ada' },
          ],
          removeEntries: [{ key: entryKeyOf('ada', 'plan') }, { of: { subjectType: 'user', subjectId: 'ada' } }],
          releaseClaims: [email],
        }),
      )

      assert.deepEqual(await everything(second), before)
      assert.equal((await attempt(second, creationOf(ada))).outcome, 'occupied')
      assert.equal(
        (await attempt(second, commitOf(changeOf(ada), { takeClaims: [claimFor(ada, email)] }))).outcome,
        'claim-taken',
      )
      assert.deepEqual(
        (await everything(first)).records.map(({ length }) => length),
        [0, 0, 0, 0, 0],
      )
    },
  },
  {
    name: 'instances whose ids differ by case are different',
    async check(world) {
      const upper = { ...world, instanceId: `${world.instanceId}-A` }
      const lower = { ...world, instanceId: `${world.instanceId}-a` }

      await settle(upper, 'upper')
      assert.deepEqual((await everything(lower)).feed, [])
      await settle(lower, 'lower')
      assert.deepEqual(
        (await recordsOf(upper, 'org')).map(({ name }) => name),
        ['upper'],
      )
    },
  },
  {
    name: 'sequences of an id start at 1 in every instance',
    async check(world) {
      const other = { ...world, instanceId: `${world.instanceId}-second` }
      await apply(world, creationOf(ada))
      await apply(world, commitOf(changeOf(ada)))

      assert.deepEqual((await apply(other, creationOf(ada))).sequences, ['1'])
      assert.deepEqual((await apply(world, commitOf(changeOf(ada)))).sequences, ['3'])
    },
  },
]
