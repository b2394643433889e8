import assert from 'node:assert/strict'
import type { MemberRecord } from '../storage/records'
import { adaOfAcme, member, org, settle, user } from './acme'
import type { Behavior } from './behavior'
import { noon } from './commit-of'
import { loadOne } from './place'
import { memberOf } from './record-of'

const byOrg = (a: { orgId: string }, b: { orgId: string }) => (a.orgId < b.orgId ? -1 : 1)
const heldOf = ({ level, orgId, roles, expiresAt }: MemberRecord) => ({ level, orgId, roles, expiresAt })

export const principalBehaviors: readonly Behavior[] = [
  {
    name: 'a principal works in its own org unless told otherwise',
    async check(world) {
      await settle(world, { put: [org('acme', 'inactive'), org('other'), user('ada', { state: 'locked' })] })

      const locked = { ...adaOfAcme, state: 'locked' }
      assert.deepEqual(await loadOne(world, { read: 'principal', userId: 'ada' }), {
        user: locked,
        homeOrg: 'inactive',
        contextOrg: 'inactive',
        memberships: [],
      })
      assert.deepEqual(await loadOne(world, { read: 'principal', userId: 'ada', orgId: 'other' }), {
        user: locked,
        homeOrg: 'inactive',
        contextOrg: 'active',
        memberships: [],
      })
      assert.deepEqual(await loadOne(world, { read: 'principal', userId: 'ada', orgId: 'acme' }), {
        user: locked,
        homeOrg: 'inactive',
        contextOrg: 'inactive',
        memberships: [],
      })
    },
  },
  {
    name: 'a principal in an org that does not exist has no context',
    async check(world) {
      await settle(world, { put: [org('acme'), user('ada')] })

      for (const orgId of ['nowhere', 'Acme', '']) {
        assert.deepEqual(await loadOne(world, { read: 'principal', userId: 'ada', orgId }), {
          user: adaOfAcme,
          homeOrg: 'active',
          contextOrg: undefined,
          memberships: [],
        })
      }
    },
  },
  {
    name: 'a principal whose own org is gone has no home',
    async check(world) {
      await settle(world, { put: [org('other'), user('ada'), member('other', 'ada')] })

      const memberships = [{ level: 'org', orgId: 'other', roles: ['ORG_OWNER'], expiresAt: null }]
      assert.deepEqual(await loadOne(world, { read: 'principal', userId: 'ada' }), {
        user: adaOfAcme,
        homeOrg: undefined,
        contextOrg: undefined,
        memberships: [],
      })
      assert.deepEqual(await loadOne(world, { read: 'principal', userId: 'ada', orgId: 'other' }), {
        user: adaOfAcme,
        homeOrg: undefined,
        contextOrg: 'active',
        memberships,
      })
    },
  },
  {
    name: 'a principal that does not exist is undefined, whatever memberships are left of it',
    async check(world) {
      await settle(world, { put: [org('acme'), member('acme', 'eve')] })

      assert.equal(await loadOne(world, { read: 'principal', userId: 'eve' }), undefined)
      assert.equal(await loadOne(world, { read: 'principal', userId: 'eve', orgId: 'acme' }), undefined)
    },
  },
  {
    name: 'memberships are all of the user, of the instance and of orgs, expired ones as stored',
    async check(world) {
      const memberships = [
        memberOf('', 'ada', { level: 'instance', roles: ['IAM_OWNER', 'IAM_OWNER_VIEWER'] }),
        memberOf('acme', 'ada', { roles: [] }),
        memberOf('gone', 'ada', { expiresAt: 1 }),
        memberOf('other', 'ada', { expiresAt: noon * 2 }),
      ]
      await settle(world, {
        put: [
          org('acme'),
          user('ada'),
          ...memberships.map((record) => ({ kind: 'member', record, created: false }) as const),
          member('acme', 'Ada'),
          member('acme', 'bob'),
        ],
      })

      const whole = await loadOne(world, { read: 'memberships', userId: 'ada' })
      assert.deepEqual(whole.toSorted(byOrg), memberships)
      for (const orgId of [undefined, 'acme', 'nowhere']) {
        const principal = await loadOne(world, {
          read: 'principal',
          userId: 'ada',
          memberships: 'all',
          ...(orgId === undefined ? {} : { orgId }),
        })
        assert.deepEqual(principal?.memberships.toSorted(byOrg), memberships.map(heldOf))
      }
    },
  },
  {
    name: 'a principal has its memberships in the instance and in the org asked for, or its own, and no others',
    async check(world) {
      const inInstance = memberOf('', 'ada', { level: 'instance', roles: ['IAM_OWNER'], expiresAt: noon * 3 })
      const inAcme = memberOf('acme', 'ada', { roles: [] })
      const inOther = memberOf('other', 'ada', { roles: ['ORG_OWNER', 'x'], expiresAt: 1 })
      const inGone = memberOf('gone', 'ada')
      const put = (record: MemberRecord) => ({ kind: 'member', record, created: false }) as const
      await settle(world, {
        put: [
          ...[org('acme'), org('other'), org('third'), user('ada'), user('bob'), user('eve', { orgId: 'gone' })],
          ...[inInstance, inAcme, inOther, inGone].map(put),
          ...[member('acme', 'bob'), member('', 'Ada', { level: 'instance' }), member('other', 'eve')],
          // Neither is a place that a membership of that level can have.
          ...[member('', 'bob', { level: 'org' }), member('acme', 'eve', { level: 'instance' })],
        ],
      })
      const inContext = async (userId: string, orgId?: string) => {
        const read = { read: 'principal', userId, ...(orgId === undefined ? {} : { orgId }) } as const
        return (await loadOne(world, read))?.memberships.toSorted(byOrg)
      }

      assert.deepEqual(await inContext('ada'), [inInstance, inAcme].map(heldOf))
      assert.deepEqual(await inContext('ada', 'acme'), [inInstance, inAcme].map(heldOf))
      assert.deepEqual(await inContext('ada', 'other'), [inInstance, inOther].map(heldOf))
      assert.deepEqual(await inContext('ada', 'gone'), [inInstance, inGone].map(heldOf))
      assert.deepEqual(await inContext('ada', 'third'), [heldOf(inInstance)])
      assert.deepEqual(await inContext('bob'), [heldOf(memberOf('acme', 'bob'))])
      assert.deepEqual(await inContext('eve'), [])
      assert.deepEqual(await inContext('eve', 'other'), [heldOf(memberOf('other', 'eve'))])
    },
  },
  {
    name: 'principals of one call do not mix',
    async check(world) {
      await settle(world, {
        put: [
          org('acme'),
          org('other', 'inactive'),
          user('ada'),
          user('bob', { orgId: 'other' }),
          member('acme', 'ada'),
          member('other', 'bob', { roles: [] }),
        ],
      })

      const answers = await world.storage.load(world.instanceId, [
        { read: 'principal', userId: 'bob', orgId: 'acme', memberships: 'all' },
        { read: 'principal', userId: 'ada', orgId: 'other', memberships: 'all' },
        { read: 'principal', userId: 'bob' },
        { read: 'principal', userId: 'bob', orgId: 'acme' },
        { read: 'principal', userId: 'bob', orgId: 'acme', memberships: 'all' },
      ])
      const bobOfOther = { userId: 'bob', orgId: 'other', state: 'active' }
      const bobs = [{ level: 'org', orgId: 'other', roles: [], expiresAt: null }]
      const bobInAcme = { user: bobOfOther, homeOrg: 'inactive', contextOrg: 'active', memberships: bobs }
      assert.deepEqual(answers, [
        bobInAcme,
        {
          user: adaOfAcme,
          homeOrg: 'active',
          contextOrg: 'inactive',
          memberships: [{ level: 'org', orgId: 'acme', roles: ['ORG_OWNER'], expiresAt: null }],
        },
        { user: bobOfOther, homeOrg: 'inactive', contextOrg: 'inactive', memberships: bobs },
        { ...bobInAcme, memberships: [] },
        bobInAcme,
      ])
    },
  },
]
