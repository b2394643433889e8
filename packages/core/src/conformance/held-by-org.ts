import assert from 'node:assert/strict'
import type { Commit } from '../storage/commit'
import type { AggregateKey, RecordKind } from '../storage/records'
import type { Behavior } from './behavior'
import { changeOf, claimFor, commitOf, creationOf, eventOf, orgKey, removalOf, userKey } from './commit-of'
import { apply, attempt, loadOne, type Place, readFeed, recordsOf } from './place'
import { accessTokenOf, clientOf, deletedUserOf, entryKeyOf, memberOf, orgDomainOf, orgOf, userOf } from './record-of'

const acme = orgKey('acme')
const other = orgKey('other')
const shop: AggregateKey = { type: 'client', id: 'shop' }
const first = { aggregate: 0, event: 0 }
const claimOf = (owner: AggregateKey) => claimFor(owner, { type: 'name', value: `${owner.type} ${owner.id}` })

/** A subject with its record, an entry and a claim. */
function subjectOf(key: AggregateKey, orgId: string, put: NonNullable<Commit['put']>): Commit {
  const subject = { subjectType: key.type as 'user' | 'org' | 'client', subjectId: key.id }
  return commitOf(changeOf(key, { expect: 'new', owner: orgId, events: [eventOf('added')] }), {
    put,
    putEntries: [{ key: { ...subject, namespace: 'app', key: 'plan' }, value: { json: '1' }, stamp: first }],
    takeClaims: [claimOf(key)],
  })
}

const user = (userId: string, orgId: string) =>
  subjectOf(userKey(userId), orgId, [{ kind: 'user', record: userOf(userId, { orgId }), created: true, stamp: first }])

const orgRemoval: Commit = commitOf(changeOf(acme, { events: [eventOf('org.removed')], removes: true }), {
  removeHeldBy: { orgId: 'acme' },
})

/** Acme has Ada, Bob and the shop, Other has Eve; Ada is a member of both, and so is Eve. */
async function fill(place: Place): Promise<void> {
  const commits: readonly Commit[] = [
    subjectOf(acme, 'acme', [
      { kind: 'org', record: orgOf('acme'), created: false },
      { kind: 'orgDomain', record: orgDomainOf('acme', 'acme.example'), created: false },
    ]),
    subjectOf(other, 'other', [
      { kind: 'org', record: orgOf('other'), created: false },
      { kind: 'orgDomain', record: orgDomainOf('other', 'other.example'), created: false },
    ]),
    user('ada', 'acme'),
    user('bob', 'acme'),
    user('eve', 'other'),
    subjectOf(shop, 'acme', [{ kind: 'client', record: clientOf('shop'), created: false }]),
    commitOf(changeOf(userKey('ada')), {
      put: [
        { kind: 'accessToken', record: accessTokenOf('ada', 't', 'hash of ada'), created: false },
        { kind: 'accessToken', record: accessTokenOf('eve', 't', 'hash of eve'), created: false },
        ...['acme', 'other'].flatMap((orgId) =>
          ['ada', 'eve'].map((userId) => ({
            kind: 'member' as const,
            record: memberOf(orgId, userId),
            created: false,
          })),
        ),
        { kind: 'member', record: { ...memberOf('', 'bob'), level: 'instance' }, created: false },
        { kind: 'member', record: { ...memberOf('', 'eve'), level: 'instance' }, created: false },
      ],
    }),
  ]
  for (const commit of commits) await apply(place, commit)
}

async function keysOf(place: Place, kind: RecordKind): Promise<readonly string[]> {
  const records = await recordsOf(place, kind)
  return records.map((record) => {
    const { level, orgId, userId, clientId, domain }: Readonly<Record<string, unknown>> = { ...record }
    return [level, kind === 'user' ? undefined : orgId, domain, userId, clientId]
      .filter((part) => part !== undefined && part !== '')
      .join(' ')
  })
}

const entriesOf = (place: Place, { type, id }: AggregateKey) =>
  loadOne(place, {
    read: 'entries',
    subject: { subjectType: type as 'user' | 'org' | 'client', subjectId: id },
    namespace: 'app',
  })

export const heldByOrgBehaviors: readonly Behavior[] = [
  {
    name: 'removing what an org holds takes its records, entries and claims, and leaves those of others',
    async check(world) {
      await fill(world)
      const place = { ...world, instanceId: `${world.instanceId} beside` }
      await fill(place)

      await apply(world, orgRemoval)

      assert.deepEqual(await keysOf(world, 'org'), ['other'])
      assert.deepEqual(await keysOf(world, 'orgDomain'), ['other other.example'])
      assert.deepEqual(await keysOf(world, 'user'), ['eve'])
      assert.deepEqual(await keysOf(world, 'client'), [])
      assert.deepEqual(await keysOf(world, 'member'), ['instance eve', 'org other eve'])
      assert.deepEqual(await keysOf(world, 'accessToken'), ['acme eve'])
      for (const key of [acme, userKey('ada'), userKey('bob'), shop]) {
        assert.deepEqual(await entriesOf(world, key), [], JSON.stringify(key))
        assert.equal(await loadOne(world, { read: 'claim', claim: claimOf(key) }), undefined, JSON.stringify(key))
      }
      for (const key of [other, userKey('eve')]) {
        assert.equal((await entriesOf(world, key)).length, 1)
        assert.deepEqual(await loadOne(world, { read: 'claim', claim: claimOf(key) }), claimOf(key))
      }
      assert.equal((await keysOf(place, 'user')).length, 3)
      assert.equal((await entriesOf(place, acme)).length, 1)
    },
  },
  {
    name: 'users of an org that were deleted and can come back go with it, with what their ids hold',
    async check(world) {
      await fill(world)
      for (const [userId, orgId] of [
        ['ada', 'acme'],
        ['eve', 'other'],
      ] as const) {
        await apply(
          world,
          commitOf(changeOf(userKey(userId), { removes: true }), {
            remove: [{ kind: 'user', key: { userId } }],
            put: [{ kind: 'deletedUser', record: deletedUserOf(userId, { orgId }), created: false }],
          }),
        )
      }

      await apply(world, orgRemoval)

      assert.deepEqual(await keysOf(world, 'deletedUser'), ['other eve'])
      assert.deepEqual(await entriesOf(world, userKey('ada')), [])
      assert.equal(await loadOne(world, { read: 'claim', claim: claimOf(userKey('ada')) }), undefined)
      assert.equal((await entriesOf(world, userKey('eve'))).length, 1)
      assert.deepEqual(await loadOne(world, { read: 'claim', claim: claimOf(userKey('eve')) }), claimOf(userKey('eve')))
    },
  },
  {
    name: 'aggregates that go with their org live no longer, revised, with their sequence and their time',
    async check(world) {
      await fill(world)
      const subjects = [userKey('ada'), userKey('bob'), shop]
      const before = await Promise.all(subjects.map((key) => loadOne(world, { read: 'aggregate', key })))

      await apply(world, orgRemoval)

      const after = await Promise.all(subjects.map((key) => loadOne(world, { read: 'aggregate', key })))
      assert.deepEqual(
        after,
        before.map((found) => found && { ...found, live: false, revision: found.revision + 1 }),
      )
      assert.equal((await loadOne(world, { read: 'aggregate', key: acme }))?.live, false)
      assert.equal((await loadOne(world, { read: 'aggregate', key: userKey('eve') }))?.live, true)
      const outcome = await attempt(world, commitOf(changeOf(userKey('ada'))))
      assert.deepEqual(outcome, { outcome: 'missing', aggregate: userKey('ada') })
    },
  },
  {
    name: 'members of a batch see what an earlier member removed with its org, and what came before is removed',
    async check({ storage, instanceId, ...world }) {
      const place = { ...world, storage, instanceId }
      await fill(place)
      const outcomes = await storage.commit(instanceId, [
        commitOf(changeOf(userKey('bob')), {
          putEntries: [{ key: entryKeyOf('bob', 'late'), value: { json: '2' }, stamp: first }],
        }),
        user('new', 'acme'),
        orgRemoval,
        commitOf(changeOf(userKey('bob'))),
        user('bob', 'other'),
        commitOf([changeOf(userKey('x'), { expect: 'new' }), changeOf(acme, { events: [], revise: false })]),
        removalOf(userKey('eve')),
      ])

      assert.deepEqual(
        outcomes.map(({ outcome }) => outcome),
        ['applied', 'applied', 'applied', 'missing', 'applied', 'missing', 'applied'],
      )
      assert.equal((await loadOne(place, { read: 'aggregate', key: userKey('new') }))?.live, false)
      const bob = await loadOne(place, { read: 'aggregate', key: userKey('bob') })
      assert.deepEqual([bob?.owner, bob?.sequence, bob?.live], ['other', '3', true])
      assert.equal((await entriesOf(place, userKey('bob'))).length, 1)
    },
  },
  {
    name: 'a removal that is refused removes nothing',
    async check(world) {
      await fill(world)

      const outcome = await attempt(
        world,
        commitOf(changeOf(acme, { expect: { revision: 7 }, removes: true }), { removeHeldBy: { orgId: 'acme' } }),
      )

      assert.equal(outcome.outcome, 'stale')
      assert.equal((await keysOf(world, 'user')).length, 3)
      assert.equal((await entriesOf(world, shop)).length, 1)
    },
  },
  {
    name: 'whoever writes to what an org holds while it goes comes before it or finds it gone',
    async check(world) {
      const storages = [world.storage, await world.reopen(), await world.reopen()]
      for (const run of [1, 2, 3, 4]) {
        const place = { ...world, instanceId: `${world.instanceId} ${run}` }
        await apply(place, subjectOf(acme, 'acme', [{ kind: 'org', record: orgOf('acme'), created: false }]))
        await apply(place, creationOf(userKey('ada'), user('ada', 'acme')))
        const creation = (userId: string): Commit => {
          const { aggregates, ...rest } = user(userId, 'acme')
          return commitOf([...aggregates, changeOf(acme, { events: [], revise: false })], rest)
        }
        const entry = (key: string): Commit =>
          commitOf(changeOf(userKey('ada'), { revise: false }), {
            putEntries: [{ key: entryKeyOf('ada', key), value: { json: '1' }, stamp: first }],
          })
        const commits = Array.from({ length: 24 }, (_, index) => [creation(`u${index}`), entry(`k${index}`)]).flat()
        commits.splice(24, 0, orgRemoval)

        const outcomes = await Promise.all(
          commits.map((commit, index) => attempt({ ...place, storage: storages[index % 3]! }, commit)),
        )

        assert.equal(outcomes[24]?.outcome, 'applied')
        assert.deepEqual(await keysOf(place, 'user'), [])
        assert.deepEqual(await entriesOf(place, userKey('ada')), [])
        for (const [index, { outcome }] of outcomes.entries()) {
          assert.ok(outcome === 'applied' || outcome === 'missing', `commit ${index} is ${outcome}`)
          for (const { value, type } of commits[index]!.takeClaims ?? []) {
            assert.equal(await loadOne(place, { read: 'claim', claim: { type, value } }), undefined)
          }
        }
        const count = outcomes.flatMap((outcome) => (outcome.outcome === 'applied' ? outcome.positions : [])).length
        const feed = await readFeed(place, count + 2)
        assert.equal(feed.at(-1)?.type, 'org.removed', 'nothing comes after it in the feed')
      }
    },
  },
]
