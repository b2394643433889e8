import assert from 'node:assert/strict'
import type { RecordPut } from '../storage/commit'
import type { RecordRead } from '../storage/read'
import type { Behavior } from './behavior'
import { changeOf, commitOf, creationOf, eventOf, noon, orgKey, removalOf, userKey } from './commit-of'
import { apply, loadOne, recordsOf } from './place'
import { accessTokenOf, clientOf, deletedUserOf, memberOf, orgDomainOf, orgOf, roleOf, userOf } from './record-of'

const ada = userKey('ada')
const acme = orgKey('acme')
const first = { aggregate: 0, event: 0 }

/** One full record of each kind, and how it is read. */
const whole: readonly { readonly put: RecordPut; readonly read: RecordRead }[] = [
  {
    put: {
      kind: 'instance',
      record: { defaultOrgId: 'acme', userLoginMustBeDomain: true, sequence: '7', createdAt: 1, changedAt: 2 },
      created: false,
    },
    read: { read: 'record', kind: 'instance', key: {} },
  },
  {
    put: {
      kind: 'org',
      record: orgOf('acme', {
        displayName: 'Acme',
        primaryDomain: 'acme.example',
        state: 'inactive',
        settings: { branding: { colors: { primary: '#fff' } }, list: [1, null] },
      }),
      created: false,
    },
    read: { read: 'record', kind: 'org', key: { orgId: 'acme' } },
  },
  {
    put: {
      kind: 'orgDomain',
      record: orgDomainOf('acme', 'acme.example', { isPrimary: true, validationType: 'dns', validationToken: 'T' }),
      created: false,
    },
    read: { read: 'record', kind: 'orgDomain', key: { orgId: 'acme', domain: 'acme.example' } },
  },
  {
    put: {
      kind: 'user',
      record: userOf('ada', {
        type: 'machine',
        state: 'locked',
        userName: 'ada@acme.example',
        displayName: 'Ada Lovelace',
        firstName: 'Ada',
        lastName: 'Lovelace',
        nickName: 'Countess',
        preferredLanguage: 'en-GB',
        gender: 'female',
        avatarUrl: 'https://acme.example/ada.png',
        email: 'ada@acme.example',
        emailVerified: true,
        phone: '+41791234567',
        phoneVerified: true,
        description: 'First programmer',
        accessTokenType: 'jwt',
        connection: 'Username-Password-Authentication',
        username: 'ada',
        blocked: true,
        passwordChangedAt: 1_600_000_000_123,
        createdAt: 0,
        changedAt: 8_640_000_000_000_000,
      }),
      created: false,
    },
    read: { read: 'record', kind: 'user', key: { userId: 'ada' } },
  },
  {
    put: {
      kind: 'member',
      record: memberOf('acme', 'ada', { roles: ['ORG_OWNER', 'a "quoted" role', ''], expiresAt: noon }),
      created: false,
    },
    read: { read: 'record', kind: 'member', key: { level: 'org', orgId: 'acme', userId: 'ada' } },
  },
  {
    put: {
      kind: 'client',
      record: clientOf('web', { nested: { list: [1, 1.5, 1e21, null, true, ''], empty: {} }, 'ключ😀': 'значение' }),
      created: false,
    },
    read: { read: 'record', kind: 'client', key: { clientId: 'web' } },
  },
  {
    put: {
      kind: 'role',
      record: roleOf('auditor', { name: 'Auditor', description: 'Looks', permissions: ['a "quoted" one', 'b', 'a'] }),
      created: false,
    },
    read: { read: 'record', kind: 'role', key: { roleId: 'auditor' } },
  },
  {
    put: { kind: 'accessToken', record: { ...accessTokenOf('ada', 't1', 'aa'), expiresAt: noon }, created: false },
    read: { read: 'record', kind: 'accessToken', key: { userId: 'ada', tokenId: 't1' } },
  },
  {
    put: {
      kind: 'deletedUser',
      record: deletedUserOf('ada', {
        type: 'machine',
        userName: 'ada@acme.example',
        displayName: 'Ada Lovelace',
        names: 'freed',
        undeleteUntil: 8_640_000_000_000_000,
        identities: ['google|a "quoted" one', ''],
      }),
      created: false,
    },
    read: { read: 'record', kind: 'deletedUser', key: { userId: 'ada' } },
  },
]

export const recordBehaviors: readonly Behavior[] = [
  ...whole.map(
    ({ put, read }): Behavior => ({
      name: `every member of a record comes back as it was put: ${put.kind}`,
      async check(world) {
        assert.equal(await loadOne(world, read), undefined)

        await apply(world, creationOf(ada, { put: [put] }))
        assert.deepEqual(await loadOne(world, read), put.record)
        assert.deepEqual(await recordsOf(world, put.kind), [put.record])
      },
    }),
  ),
  {
    name: 'members that were never given come back as null',
    async check(world) {
      const bare = [
        { kind: 'user', record: userOf('ada'), created: false },
        { kind: 'org', record: orgOf('acme'), created: false },
        { kind: 'member', record: memberOf('acme', 'ada', { roles: [] }), created: false },
        { kind: 'role', record: roleOf('auditor'), created: false },
        { kind: 'accessToken', record: accessTokenOf('ada', 't1', 'aa'), created: false },
        { kind: 'deletedUser', record: deletedUserOf('bob'), created: false },
      ] as const
      await apply(world, creationOf(ada, { put: bare }))

      const found = [
        await loadOne(world, { read: 'record', kind: 'user', key: { userId: 'ada' } }),
        await loadOne(world, { read: 'record', kind: 'org', key: { orgId: 'acme' } }),
        await loadOne(world, { read: 'record', kind: 'member', key: { level: 'org', orgId: 'acme', userId: 'ada' } }),
        await loadOne(world, { read: 'record', kind: 'role', key: { roleId: 'auditor' } }),
        await loadOne(world, { read: 'record', kind: 'accessToken', key: { userId: 'ada', tokenId: 't1' } }),
        await loadOne(world, { read: 'record', kind: 'deletedUser', key: { userId: 'bob' } }),
      ]
      assert.deepEqual(
        found,
        bare.map(({ record }) => record),
      )
    },
  },
  {
    name: 'null, true and false are three states of a member that may be absent',
    async check(world) {
      const users = ([null, true, false] as const).map((blocked) => userOf(`blocked-${blocked}`, { blocked }))
      await apply(world, creationOf(ada, { put: users.map((record) => ({ kind: 'user', record, created: false })) }))

      for (const { userId, blocked } of users) {
        assert.equal((await loadOne(world, { read: 'record', kind: 'user', key: { userId } }))?.blocked, blocked)
      }
    },
  },
  {
    name: 'a put replaces the whole record',
    async check(world) {
      const named = userOf('ada', { nickName: 'Countess', emailVerified: true, blocked: false })
      await apply(world, creationOf(ada, { put: [{ kind: 'user', record: named, created: false }] }))

      await apply(world, commitOf(changeOf(ada), { put: [{ kind: 'user', record: userOf('ada'), created: false }] }))
      assert.deepEqual(await loadOne(world, { read: 'record', kind: 'user', key: { userId: 'ada' } }), userOf('ada'))
    },
  },
  {
    name: 'a record put as created takes its sequence and both times from its stamp',
    async check(world) {
      await apply(
        world,
        commitOf(changeOf(ada, { expect: 'new', events: [eventOf('added'), eventOf('verified')] }), {
          at: noon + 3,
          put: [
            {
              kind: 'user',
              record: userOf('ada', { sequence: '0', createdAt: 0, changedAt: 0 }),
              stamp: { aggregate: 0, event: 1 },
              created: true,
            },
          ],
        }),
      )

      assert.deepEqual(
        await loadOne(world, { read: 'record', kind: 'user', key: { userId: 'ada' } }),
        userOf('ada', { sequence: '2', createdAt: noon + 3, changedAt: noon + 3 }),
      )
    },
  },
  {
    name: 'a record put as changed keeps its own createdAt',
    async check(world) {
      await apply(
        world,
        creationOf(ada, { put: [{ kind: 'user', record: userOf('ada'), stamp: first, created: true }] }),
      )

      const record = userOf('ada', { nickName: 'Countess', createdAt: noon - 42 })
      await apply(
        world,
        commitOf(changeOf(ada), { at: noon + 4, put: [{ kind: 'user', record, stamp: first, created: false }] }),
      )
      assert.deepEqual(await loadOne(world, { read: 'record', kind: 'user', key: { userId: 'ada' } }), {
        ...record,
        sequence: '2',
        changedAt: noon + 4,
      })
    },
  },
  {
    name: 'a record put without a stamp is taken as it stands',
    async check(world) {
      await apply(world, creationOf(ada))

      const record = userOf('ada', { sequence: '41', createdAt: noon - 2, changedAt: noon - 1 })
      await apply(world, commitOf(changeOf(ada), { put: [{ kind: 'user', record, created: false }] }))
      assert.deepEqual(await loadOne(world, { read: 'record', kind: 'user', key: { userId: 'ada' } }), record)
    },
  },
  {
    name: 'stamps of one commit count from their own aggregates',
    async check(world) {
      await apply(world, creationOf(acme))
      await apply(world, commitOf(changeOf(acme, { events: [eventOf(), eventOf()] })))

      await apply(
        world,
        commitOf([changeOf(ada, { expect: 'new' }), changeOf(acme, { events: [eventOf(), eventOf()] })], {
          put: [
            { kind: 'org', record: orgOf('acme'), stamp: { aggregate: 1, event: 1 }, created: false },
            { kind: 'member', record: memberOf('acme', 'ada'), stamp: { aggregate: 1, event: 0 }, created: true },
            { kind: 'user', record: userOf('ada'), stamp: { aggregate: 0, event: 0 }, created: true },
          ],
        }),
      )
      const [org] = await recordsOf(world, 'org')
      const [member] = await recordsOf(world, 'member')
      const [user] = await recordsOf(world, 'user')
      assert.deepEqual([org?.sequence, member?.sequence, user?.sequence], ['5', '4', '1'])
    },
  },
  {
    name: 'of a record that one commit puts twice the last stays',
    async check(world) {
      const put = (name: string) => ({ kind: 'org', record: orgOf('acme', { name }), created: false }) as const
      await apply(world, creationOf(acme, { put: [put('first'), put('second')] }))

      assert.deepEqual(
        (await recordsOf(world, 'org')).map(({ name }) => name),
        ['second'],
      )
    },
  },
  {
    name: 'a removal takes one record and leaves its neighbors',
    async check(world) {
      await apply(
        world,
        creationOf(acme, {
          put: [
            ...['a.example', 'b.example'].map(
              (domain): RecordPut => ({ kind: 'orgDomain', record: orgDomainOf('acme', domain), created: false }),
            ),
            { kind: 'orgDomain', record: orgDomainOf('other', 'a.example'), created: false },
          ],
        }),
      )

      await apply(
        world,
        commitOf(changeOf(acme), {
          remove: [{ kind: 'orgDomain', key: { orgId: 'acme', domain: 'a.example' } }],
        }),
      )
      assert.deepEqual(
        (await recordsOf(world, 'orgDomain')).map(({ orgId, domain }) => `${orgId} ${domain}`),
        ['acme b.example', 'other a.example'],
      )
    },
  },
  {
    name: 'every kind of record can be removed by its key',
    async check(world) {
      await apply(world, creationOf(ada, { put: whole.map(({ put }) => put) }))

      await apply(world, removalOf(ada, { remove: whole.map(({ read: { kind, key } }) => removal(kind, key)) }))
      for (const { read } of whole) assert.equal(await loadOne(world, read), undefined, read.kind)
    },
  },
  {
    name: 'removing all members of a user leaves those of others',
    async check(world) {
      const members = [
        memberOf('acme', 'ada'),
        memberOf('other', 'ada'),
        memberOf('', 'ada', { level: 'instance' }),
        memberOf('acme', 'Ada'),
        memberOf('ada', 'bob'),
      ] as const
      const put = [
        ...members.map((record): RecordPut => ({ kind: 'member', record, created: false })),
        { kind: 'accessToken', record: accessTokenOf('ada', 't1', 'aa'), created: false } as const,
      ]
      await apply(world, creationOf(ada, { put }))

      await apply(world, removalOf(ada, { remove: [{ kind: 'member', ofUser: 'ada' }] }))
      assert.deepEqual(
        (await recordsOf(world, 'member')).map(({ orgId, userId }) => `${orgId} ${userId}`),
        ['acme Ada', 'ada bob'],
      )
      assert.equal((await recordsOf(world, 'accessToken')).length, 1)
    },
  },
  {
    name: 'removing all access tokens of a user leaves those of others',
    async check(world) {
      const tokens = [
        accessTokenOf('ada', 't1', 'aa'),
        accessTokenOf('ada', 't2', 'bb'),
        accessTokenOf('bob', 't1', 'cc'),
      ]
      const put = [
        ...tokens.map((record): RecordPut => ({ kind: 'accessToken', record, created: false })),
        { kind: 'member', record: memberOf('acme', 'ada'), created: false } as const,
      ]
      await apply(world, creationOf(ada, { put }))

      await apply(world, removalOf(ada, { remove: [{ kind: 'accessToken', ofUser: 'ada' }] }))
      assert.deepEqual(await recordsOf(world, 'accessToken'), [accessTokenOf('bob', 't1', 'cc')])
      assert.equal((await recordsOf(world, 'member')).length, 1)
    },
  },
  {
    name: 'within a commit removals go first, so that what is put again survives',
    async check(world) {
      await apply(
        world,
        creationOf(ada, {
          put: [
            { kind: 'member', record: memberOf('acme', 'ada'), created: false },
            { kind: 'member', record: memberOf('other', 'ada'), created: false },
            { kind: 'user', record: userOf('ada', { nickName: 'Countess' }), created: false },
          ],
        }),
      )

      await apply(
        world,
        commitOf(changeOf(ada), {
          remove: [
            { kind: 'member', ofUser: 'ada' },
            { kind: 'user', key: { userId: 'ada' } },
          ],
          put: [
            { kind: 'member', record: memberOf('acme', 'ada', { roles: [] }), created: false },
            { kind: 'user', record: userOf('ada'), created: false },
          ],
        }),
      )
      assert.deepEqual(await recordsOf(world, 'member'), [memberOf('acme', 'ada', { roles: [] })])
      assert.deepEqual(await recordsOf(world, 'user'), [userOf('ada')])
    },
  },
  {
    name: 'removing a record that does not exist is no failure',
    async check(world) {
      const bulk = [
        { kind: 'member', ofUser: 'ada' },
        { kind: 'accessToken', ofUser: 'ada' },
      ] as const

      await apply(
        world,
        creationOf(ada, { remove: [...whole.map(({ read: { kind, key } }) => removal(kind, key)), ...bulk] }),
      )
    },
  },
]

function removal(kind: RecordRead['kind'], key: RecordRead['key']) {
  return { kind, key } as Extract<RecordRead, { kind: typeof kind }>
}
