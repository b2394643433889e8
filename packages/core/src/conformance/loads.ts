import assert from 'node:assert/strict'
import type { EntryRecord } from '../storage/records'
import { adaOfAcme, member, org, settle, user } from './acme'
import type { Behavior } from './behavior'
import { changeOf, commitOf, noon, userKey } from './commit-of'
import { apply, loadOne } from './place'
import { accessTokenOf, entryKeyOf, memberOf, orgOf, userOf } from './record-of'

const ada = userKey('ada')
const first = { aggregate: 0, event: 0 }
const ofAda = { subjectType: 'user', subjectId: 'ada' } as const

const entryPutOf = (key: string, namespace = 'app') => ({
  key: entryKeyOf('ada', key, namespace),
  value: { json: JSON.stringify(key) },
  stamp: first,
})
const keysOf = (entries: readonly EntryRecord[]) => entries.map(({ key }) => key)

export const loadBehaviors: readonly Behavior[] = [
  {
    name: 'no reads have no answers',
    async check({ storage, instanceId }) {
      assert.deepEqual(await storage.load(instanceId, []), [])
    },
  },
  {
    name: 'answers come in the order of the reads, with duplicates and unknown keys in their places',
    async check(world) {
      await settle(world, {
        put: [
          org('acme'),
          user('ada'),
          user('bob'),
          member('acme', 'ada'),
          { kind: 'accessToken', record: accessTokenOf('ada', 't1', 'aa'), created: false },
        ],
        putEntries: [entryPutOf('plan'), entryPutOf('limit')],
        takeClaims: [{ type: 'email', value: 'ada', ownerType: 'user', ownerId: 'ada' }],
      })
      const userRead = (userId: string) => ({ read: 'record', kind: 'user', key: { userId } }) as const

      const answers = await world.storage.load(world.instanceId, [
        userRead('bob'),
        { read: 'aggregate', key: userKey('bob') },
        { read: 'entry', key: entryKeyOf('ada', 'plan') },
        userRead('ada'),
        userRead('eve'),
        { read: 'record', kind: 'org', key: { orgId: 'acme' } },
        userRead('bob'),
        { read: 'entries', subject: ofAda, namespace: 'app' },
        { read: 'aggregate', key: ada },
        { read: 'entry', key: entryKeyOf('ada', 'nothing') },
        { read: 'claim', claim: { type: 'email', value: 'bob' } },
        { read: 'claim', claim: { type: 'email', value: 'ada' } },
        { read: 'principal', userId: 'eve' },
        { read: 'principal', userId: 'ada' },
        { read: 'memberships', userId: 'bob' },
        { read: 'memberships', userId: 'ada' },
        { read: 'accessTokenByHash', hash: 'bb' },
        { read: 'accessTokenByHash', hash: 'aa' },
        { read: 'entry', key: entryKeyOf('ada', 'limit') },
        { read: 'entries', subject: ofAda, namespace: 'nothing' },
        { read: 'aggregate', key: ada },
        { read: 'entry', key: entryKeyOf('ada', 'plan') },
      ])
      const entry = (key: string) => ({
        ...entryKeyOf('ada', key),
        value: { json: JSON.stringify(key) },
        orgId: 'acme',
        sequence: '1',
        createdAt: noon,
        changedAt: noon,
      })
      const aggregate = { ...ada, owner: 'acme', sequence: '1', revision: 1, live: true, changedAt: noon }
      assert.deepEqual(answers, [
        userOf('bob'),
        undefined,
        entry('plan'),
        userOf('ada'),
        undefined,
        orgOf('acme'),
        userOf('bob'),
        [entry('limit'), entry('plan')],
        aggregate,
        undefined,
        undefined,
        { type: 'email', value: 'ada', ownerType: 'user', ownerId: 'ada' },
        undefined,
        {
          user: adaOfAcme,
          homeOrg: 'active',
          contextOrg: 'active',
          memberships: [{ level: 'org', orgId: 'acme', roles: ['ORG_OWNER'], expiresAt: null }],
        },
        [],
        [memberOf('acme', 'ada')],
        undefined,
        accessTokenOf('ada', 't1', 'aa'),
        entry('limit'),
        [],
        aggregate,
        entry('plan'),
      ])
    },
  },
  {
    name: 'two thousand reads are answered in one call',
    async check(world) {
      const ids = Array.from({ length: 1000 }, (_, index) => `user-${index}`)
      await settle(world, { put: ids.map((id) => user(id)) })

      const answers = await world.storage.load(world.instanceId, [
        ...ids.map((userId) => ({ read: 'record', kind: 'user', key: { userId } }) as const),
        ...ids.map((userId) => ({ read: 'principal', userId }) as const),
      ])
      assert.deepEqual(
        answers.map((answer) => (answer as { userId?: string; user?: { userId: string } }).user?.userId ?? answer),
        [...ids.map((id) => userOf(id)), ...ids],
      )
    },
  },
  {
    name: 'a load sees a commit that was answered before it, through any storage',
    async check(world) {
      const other = { ...world, storage: await world.reopen() }
      await settle(world)

      for (let round = 0; round < 20; round++) {
        const [writer, reader] = round % 2 === 0 ? [world, other] : [other, world]
        await apply(writer, commitOf(changeOf(ada), { put: [user('ada', { nickName: `round ${round}` })] }))
        const found = await loadOne(reader, { read: 'record', kind: 'user', key: { userId: 'ada' } })
        assert.equal(found?.nickName, `round ${round}`)
      }
    },
  },
  {
    name: 'entries come ordered by the code points of their keys',
    async check(world) {
      const keys = ['', ' ', '!', 'A', 'B', 'Z', '_', 'a', 'aB', 'aa', 'b', '~', 'É', 'é', 'Я', '\uffee', '😀', '😀a']
      await settle(world, { putEntries: keys.toReversed().map((key) => entryPutOf(key)) })

      assert.deepEqual(keysOf(await loadOne(world, { read: 'entries', subject: ofAda, namespace: 'app' })), keys)
    },
  },
  {
    name: 'entries are those of one namespace of one subject',
    async check(world) {
      const foreign = [
        { ...entryKeyOf('ada', 'b'), subjectType: 'org' } as const,
        entryKeyOf('bob', 'c'),
        entryKeyOf('ada', 'd', 'App'),
      ]
      await settle(world, {
        putEntries: [entryPutOf('a'), ...foreign.map((key) => ({ key, value: { json: '1' }, stamp: first }))],
      })

      assert.deepEqual(keysOf(await loadOne(world, { read: 'entries', subject: ofAda, namespace: 'app' })), ['a'])
    },
  },
  {
    name: 'entries narrowed to keys come ordered by key, each once, unknown ones left out',
    async check(world) {
      await settle(world, { putEntries: ['a', 'b', 'c', 'd'].map((key) => entryPutOf(key)) })
      const narrowed = (keys: readonly string[]) =>
        loadOne(world, { read: 'entries', subject: ofAda, namespace: 'app', keys })

      assert.deepEqual(keysOf(await narrowed(['d', 'x', 'a', 'd', 'A'])), ['a', 'd'])
      assert.deepEqual(await narrowed([]), [])
      assert.deepEqual(await narrowed(['x']), [])
    },
  },
  {
    name: 'pages of entries go through all namespaces of one subject, by namespace and key',
    async check(world) {
      const foreign = [{ ...entryKeyOf('ada', 'b'), subjectType: 'org' } as const, entryKeyOf('bob', 'c')]
      const names = ['$a', 'app', 'app-x', 'b', 'z_']
      await settle(world, {
        putEntries: [
          ...names.toReversed().flatMap((name) => ['é', 'a', '😀', '\uffee'].map((key) => entryPutOf(key, name))),
          ...foreign.map((key) => ({ key, value: { json: '1' }, stamp: first })),
        ],
      })
      const pageBehind = (after: EntryRecord | undefined, limit: number) =>
        loadOne(world, {
          read: 'entryPage',
          subject: ofAda,
          limit,
          ...(after && { after: { namespace: after.namespace, key: after.key } }),
        })
      const expected = names.flatMap((name) => ['a', 'é', '\uffee', '😀'].map((key) => `${name} ${key}`))
      for (const limit of [1, 3, 20, 100]) {
        const found: EntryRecord[] = []
        for (
          let page = await pageBehind(undefined, limit);
          page.length > 0;
          page = await pageBehind(found.at(-1), limit)
        ) {
          assert.ok(page.length <= limit)
          found.push(...page)
        }
        assert.deepEqual(
          found.map(({ namespace, key }) => `${namespace} ${key}`),
          expected,
        )
      }
      const [some] = await pageBehind(undefined, 1)
      const { namespace, key } = some!
      assert.deepEqual(some, await loadOne(world, { read: 'entry', key: { ...ofAda, namespace, key } }))
      const answers = await world.storage.load(world.instanceId, [
        { read: 'entryPage', subject: ofAda, limit: 1 },
        { read: 'entryPage', subject: { ...ofAda, subjectId: 'nobody' }, limit: 1 },
        { read: 'entryPage', subject: ofAda, limit: 2, after: { namespace: 'b', key: 'é' } },
      ])
      assert.deepEqual(
        (answers as readonly (readonly EntryRecord[])[]).map((page) => page.map((entry) => entry.key)),
        [['a'], [], ['\uffee', '😀']],
      )
    },
  },
  {
    name: 'an access token is found by its exact hash only',
    async check(world) {
      const tokens = [accessTokenOf('ada', 't1', 'abc'), accessTokenOf('ada', 't2', 'abd')]
      await settle(world, { put: tokens.map((record) => ({ kind: 'accessToken', record, created: false })) })

      assert.deepEqual(await loadOne(world, { read: 'accessTokenByHash', hash: 'abd' }), tokens[1])
      for (const hash of ['ab', 'ABD', 'abd ', '']) {
        assert.equal(await loadOne(world, { read: 'accessTokenByHash', hash }), undefined)
      }
    },
  },
]
