import assert from 'node:assert/strict'
import type { RecordPut } from '../../storage/commit'
import type { MemberRecord } from '../../storage/records'
import type { RecordFilter, SearchField, Sort } from '../../storage/search'
import type { Behavior } from '../behavior'
import { creationOf } from '../commit-of'
import { apply, type Place } from '../place'
import { memberOf, userOf } from '../record-of'
import { ada } from './users'

type MemberFilter = RecordFilter<'member'>
type MemberSort = Sort<SearchField<'member'>>

const users = [
  userOf('ada', { userName: 'Ada', firstName: 'Ada', lastName: 'Lovelace', email: 'ADA@example.com' }),
  userOf('bob', { userName: 'bob', orgId: 'globex', firstName: 'Bob', lastName: 'Ångström', email: 'bob@example.com' }),
  userOf('robot', { userName: 'Robot', type: 'machine', displayName: 'A robot' }),
  userOf('eve', { userName: 'eve', firstName: 'Ada', email: 'eve@example.com' }),
]

/** `ghost` is no user. */
const members = [
  ...['ada', 'bob', 'ghost', 'robot'].map((userId) => memberOf('acme', userId)),
  memberOf('globex', 'eve'),
  memberOf('', 'ada', { level: 'instance' }),
]

async function putMembers(place: Place): Promise<void> {
  await apply(
    place,
    creationOf(ada, {
      put: [
        ...users.map((record): RecordPut => ({ kind: 'user', record, created: false })),
        ...members.map((record): RecordPut => ({ kind: 'member', record, created: false })),
      ],
    }),
  )
}

const ofAcme: MemberFilter = {
  op: 'and',
  filters: [
    { op: 'equals', field: 'level', value: 'org' },
    { op: 'equals', field: 'orgId', value: 'acme' },
  ],
}

async function membersOf({ storage, instanceId }: Place, filters: readonly MemberFilter[], sort?: MemberSort[]) {
  const page = await storage.search(instanceId, {
    kind: 'member',
    filter: { op: 'and', filters },
    offset: 0,
    limit: 100,
    count: true,
    ...(sort !== undefined && { sort }),
  })
  assert.equal(page.total, page.items.length)
  return page.items
}

const idsOf = (found: readonly MemberRecord[]) => found.map(({ userId }) => userId)

export const memberSearchBehaviors: readonly Behavior[] = [
  {
    name: 'members are found by what is known of their users, whatever org owns them',
    async check(world) {
      await putMembers(world)
      const found = async (filter: MemberFilter) => idsOf(await membersOf(world, [ofAcme, filter]))
      const text = (field: SearchField<'member'>, value: string, ignoreCase = false): MemberFilter => ({
        op: 'text',
        field,
        method: 'starts-with',
        value,
        ignoreCase,
      })

      assert.deepEqual(await found({ op: 'equals', field: 'user.firstName', value: 'Ada' }), ['ada'])
      assert.deepEqual(await found(text('user.lastName', 'ång')), [])
      assert.deepEqual(await found(text('user.lastName', 'ång', true)), ['bob'])
      assert.deepEqual(await found(text('user.email', 'ADA@')), ['ada'])
      assert.deepEqual(await found(text('user.email', 'Ada@', true)), ['ada'])
      assert.deepEqual(await found({ op: 'in', field: 'user.userName', values: ['Ada', 'bob', 'eve'] }), ['ada', 'bob'])
      assert.deepEqual(await found(text('user.displayName', 'A ')), ['robot'])
      assert.deepEqual(await found({ op: 'equals', field: 'user.orgId', value: 'acme' }), ['ada', 'robot'])
      assert.deepEqual(await found({ op: 'equals', field: 'user.type', value: 'human' }), ['ada', 'bob'])
      assert.deepEqual(await found({ op: 'equals', field: 'user.type', value: 'machine' }), ['robot'])
      assert.deepEqual(await membersOf(world, [{ op: 'equals', field: 'user.firstName', value: 'Ada' }]), [
        members[5],
        members[0],
        members[4],
      ])
    },
  },
  {
    name: 'members are found by a role they hold: that very text among the items of their list',
    async check(world) {
      const holding = (userId: string, roles: readonly string[]) => memberOf('acme', userId, { roles })
      const awkward = ['a"b', 'a\\b', "a'b", '%', '😀', '[]', 'null', '1', '__proto__', '$', '?']
      const held = [
        holding('ada', ['A', 'B']),
        holding('bob', ['a', 'AB', 'B']),
        holding('carol', []),
        holding('dave', ['B', 'B']),
        ...awkward.map((role, index) => holding(`x${String(index).padStart(2, '0')}`, [role, 'X'])),
      ]
      await apply(
        world,
        creationOf(ada, { put: held.map((record): RecordPut => ({ kind: 'member', record, created: false })) }),
      )
      const found = async (filter: MemberFilter) => idsOf(await membersOf(world, [ofAcme, filter]))
      const holds = (value: string): MemberFilter => ({ op: 'holds', field: 'roles', value })

      assert.deepEqual(await found(holds('A')), ['ada'])
      assert.deepEqual(await found(holds('B')), ['ada', 'bob', 'dave'])
      assert.deepEqual(await found(holds('')), [])
      assert.deepEqual(await found(holds('"A"')), [])
      assert.deepEqual(await found(holds('nobody’s')), [])
      for (const [index, role] of awkward.entries()) {
        assert.deepEqual(await found(holds(role)), [`x${String(index).padStart(2, '0')}`], role)
      }
      assert.deepEqual(await found({ op: 'and', filters: [holds('B'), { op: 'not', filter: holds('A') }] }), [
        'bob',
        'dave',
      ])
      assert.deepEqual(await found({ op: 'or', filters: [holds('A'), holds('a')] }), ['ada', 'bob'])
    },
  },
  {
    name: 'of a user that is gone or has no such text nothing is known: null, which no text matches',
    async check(world) {
      await putMembers(world)
      const found = async (filter: MemberFilter) => idsOf(await membersOf(world, [ofAcme, filter]))
      const any: MemberFilter = { op: 'text', field: 'user.email', method: 'contains', value: '', ignoreCase: true }

      assert.deepEqual(await found({ op: 'and', filters: [] }), ['ada', 'bob', 'ghost', 'robot'])
      assert.deepEqual(await found({ op: 'equals', field: 'user.userName', value: null }), ['ghost'])
      assert.deepEqual(await found(any), ['ada', 'bob'])
      assert.deepEqual(await found({ op: 'not', filter: any }), ['ghost', 'robot'])
      assert.deepEqual(
        await found({ op: 'not', filter: { op: 'equals', field: 'user.email', value: 'bob@example.com' } }),
        ['ada', 'ghost', 'robot'],
      )
    },
  },
  {
    name: 'members are sorted by what is known of their users, with ties broken by the key',
    async check(world) {
      await putMembers(world)
      const sorted = async (...sort: MemberSort[]) => idsOf(await membersOf(world, [ofAcme], sort))

      assert.deepEqual(await sorted({ field: 'user.userName', descending: false }), ['ghost', 'ada', 'robot', 'bob'])
      assert.deepEqual(await sorted({ field: 'user.userName', descending: true }), ['bob', 'robot', 'ada', 'ghost'])
      assert.deepEqual(await sorted({ field: 'user.orgId', descending: true }), ['bob', 'ada', 'robot', 'ghost'])
      assert.deepEqual(
        await sorted({ field: 'user.orgId', descending: false }, { field: 'user.email', descending: true }),
        ['ghost', 'ada', 'robot', 'bob'],
      )
      const page = await world.storage.search(world.instanceId, {
        kind: 'member',
        filter: ofAcme,
        sort: [{ field: 'user.lastName', descending: true }],
        offset: 1,
        limit: 2,
        count: true,
      })
      assert.deepEqual({ ids: idsOf(page.items), total: page.total }, { ids: ['ada', 'ghost'], total: 4 })
    },
  },
]
