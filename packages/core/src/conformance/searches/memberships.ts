import assert from 'node:assert/strict'
import type { RecordPut } from '../../storage/commit'
import type { MemberRecord, UserRecord } from '../../storage/records'
import type { MembershipCondition } from '../../storage/search'
import type { Behavior } from '../behavior'
import { changeOf, commitOf, creationOf } from '../commit-of'
import { apply, type Place } from '../place'
import { memberOf, userOf } from '../record-of'
import { ada, idsOf, type UserFilter } from './users'

type OfOrg = MembershipCondition['of']

const user = (record: UserRecord): RecordPut => ({ kind: 'user', record, created: false })
const member = (record: MemberRecord): RecordPut => ({ kind: 'member', record, created: false })

/** Ada is a member of her own org and of another, Bob and the robot of another, Eve of the instance alone. */
const settle = (place: Place) =>
  apply(
    place,
    creationOf(ada, {
      put: [
        ...['ada', 'bob', 'robot'].map((userId) => user(userOf(userId))),
        user(userOf('eve', { orgId: 'globex', email: 'eve@example.com' })),
        member(memberOf('acme', 'ada')),
        ...['ada', 'bob', 'robot', 'ghost'].map((userId) => member(memberOf('globex', userId))),
        member(memberOf('Globex', 'bob')),
        member(memberOf('', 'eve', { level: 'instance' })),
      ],
    }),
  )

const membership = (of: OfOrg): UserFilter => ({ op: 'membership', of })
const inOrg = (value: string) => membership({ op: 'equals', field: 'orgId', value })
const anyOrg: OfOrg = { op: 'and', filters: [] }
const not = (filter: UserFilter): UserFilter => ({ op: 'not', filter })

export const membershipSearchBehaviors: readonly Behavior[] = [
  {
    name: 'users are found by an org they are members of, whatever org owns them',
    async check(world) {
      await settle(world)

      assert.deepEqual(await idsOf(world, inOrg('acme')), ['ada'])
      assert.deepEqual(await idsOf(world, inOrg('globex')), ['ada', 'bob', 'robot'])
      assert.deepEqual(await idsOf(world, inOrg('Globex')), ['bob'])
      for (const none of ['', 'unknown', 'globex ', '%', "'"])
        assert.deepEqual(await idsOf(world, inOrg(none)), [], none)
    },
  },
  {
    name: 'a membership in the instance is one in no org, and members that are no users are nobody',
    async check(world) {
      await settle(world)

      assert.deepEqual(await idsOf(world, membership(anyOrg)), ['ada', 'bob', 'robot'])
      assert.deepEqual(await idsOf(world, not(membership(anyOrg))), ['eve'])
      assert.deepEqual(await idsOf(world, membership({ op: 'or', filters: [] })), [])
    },
  },
  {
    name: 'one membership alone has to meet the whole condition on its org',
    async check(world) {
      await settle(world)
      const both = (...orgIds: string[]): OfOrg => ({
        op: 'and',
        filters: orgIds.map((value) => ({ op: 'equals', field: 'orgId', value })),
      })
      const other: OfOrg = { op: 'not', filter: { op: 'equals', field: 'orgId', value: 'acme' } }

      assert.deepEqual(await idsOf(world, membership(both('acme', 'globex'))), [])
      assert.deepEqual(await idsOf(world, { op: 'and', filters: [inOrg('acme'), inOrg('globex')] }), ['ada'])
      assert.deepEqual(await idsOf(world, membership(other)), ['ada', 'bob', 'robot'])
      assert.deepEqual(await idsOf(world, membership({ op: 'in', field: 'orgId', values: ['acme', 'x'] })), ['ada'])
      const startsWith = (value: string, ignoreCase: boolean): OfOrg => ({
        op: 'text',
        field: 'orgId',
        method: 'starts-with',
        value,
        ignoreCase,
      })
      assert.deepEqual(await idsOf(world, membership(startsWith('Glob', false))), ['bob'])
      assert.deepEqual(await idsOf(world, membership(startsWith('GLOB', true))), ['ada', 'bob', 'robot'])
    },
  },
  {
    name: 'a membership is found by a role that is held in it, of the same membership as its org',
    async check(world) {
      await apply(
        world,
        creationOf(ada, {
          put: [
            ...['ada', 'bob'].map((userId) => user(userOf(userId))),
            member(memberOf('acme', 'ada', { roles: ['OWNER', "it's"] })),
            member(memberOf('globex', 'ada', { roles: ['VIEWER'] })),
            member(memberOf('globex', 'bob', { roles: ['OWNERS', 'VIEWER'] })),
            member(memberOf('', 'bob', { level: 'instance', roles: ['OWNER'] })),
          ],
        }),
      )
      const holds = (value: string): OfOrg => ({ op: 'holds', field: 'roles', value })
      const both = (orgId: string, role: string): UserFilter =>
        membership({ op: 'and', filters: [{ op: 'equals', field: 'orgId', value: orgId }, holds(role)] })

      assert.deepEqual(await idsOf(world, membership(holds('OWNER'))), ['ada'])
      assert.deepEqual(await idsOf(world, membership(holds("it's"))), ['ada'])
      assert.deepEqual(await idsOf(world, membership(holds('VIEWER'))), ['ada', 'bob'])
      assert.deepEqual(await idsOf(world, both('globex', 'OWNER')), [])
      assert.deepEqual(await idsOf(world, both('globex', 'VIEWER')), ['ada', 'bob'])
      assert.deepEqual(await idsOf(world, membership({ op: 'not', filter: holds('VIEWER') })), ['ada'])
      assert.deepEqual(await idsOf(world, not(membership(holds('OWNER')))), ['bob'])
    },
  },
  {
    name: 'memberships join other conditions by and, or and not, with totals and in any order',
    async check(world) {
      await settle(world)
      const named: UserFilter = { op: 'equals', field: 'email', value: 'eve@example.com' }
      const ofAcme: UserFilter = { op: 'equals', field: 'orgId', value: 'acme' }

      assert.deepEqual(await idsOf(world, { op: 'or', filters: [inOrg('acme'), named] }), ['ada', 'eve'])
      assert.deepEqual(await idsOf(world, { op: 'and', filters: [ofAcme, not(inOrg('acme'))] }), ['bob', 'robot'])
      assert.deepEqual(await idsOf(world, { op: 'and', filters: [inOrg('globex'), named] }), [])
      assert.deepEqual(await idsOf(world, not({ op: 'or', filters: [inOrg('globex'), named] })), [])
      const page = await world.storage.search(world.instanceId, {
        kind: 'user',
        filter: { op: 'and', filters: [ofAcme, inOrg('globex')] },
        sort: [{ field: 'userName', descending: true }],
        offset: 1,
        limit: 1,
        count: true,
      })
      assert.deepEqual([page.items.map(({ userId }) => userId), page.total], [['bob'], 3])
    },
  },
  {
    name: 'memberships count in their instance alone, and not once they are gone',
    async check(world) {
      const other = { ...world, instanceId: `${world.instanceId}-second` }
      await settle(world)
      await apply(other, creationOf(ada, { put: [user(userOf('ada')), user(userOf('eve'))] }))

      assert.deepEqual(await idsOf(other, inOrg('acme')), [])
      assert.deepEqual(await idsOf(other, not(inOrg('globex'))), ['ada', 'eve'])
      const key = { level: 'org', orgId: 'globex', userId: 'ada' } as const
      await apply(world, commitOf(changeOf(ada), { remove: [{ kind: 'member', key }] }))
      assert.deepEqual(await idsOf(world, inOrg('globex')), ['bob', 'robot'])
    },
  },
]
