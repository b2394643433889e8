import assert from 'node:assert/strict'
import type { RecordPut } from '../storage/commit'
import type { OrgDomainRecord } from '../storage/records'
import type { RecordFilter } from '../storage/search'
import type { Behavior } from './behavior'
import { creationOf, userKey } from './commit-of'
import { apply, loadOne, type Place } from './place'
import { orgDomainOf, userOf } from './record-of'

const user = (userId: string, orgId: string, userName = userId): RecordPut => ({
  kind: 'user',
  record: userOf(userId, { orgId, userName }),
  created: false,
})

const domain = (...[orgId, name, members]: Parameters<typeof orgDomainOf>): RecordPut => ({
  kind: 'orgDomain',
  record: orgDomainOf(orgId, name, members),
  created: false,
})

/** Ada and Bob are of Acme, which has two verified domains and one that is not; Eve's org has one, Max's has none. */
const settle = (place: Place) =>
  apply(
    place,
    creationOf(userKey('ada'), {
      put: [
        user('ada', 'acme', 'Ada'),
        user('bob', 'acme', 'b@b'),
        user('eve', 'other'),
        user('max', 'bare'),
        domain('acme', 'acme.example', { isPrimary: true }),
        domain('acme', 'ärger.example'),
        domain('acme', 'hidden.example', { isVerified: false }),
        domain('other', 'other.example'),
        domain('nobody', 'nobody.example'),
      ],
    }),
  )

const byName = (a: Pick<OrgDomainRecord, 'domain'>, b: typeof a) => (a.domain < b.domain ? -1 : 1)

async function matching({ storage, instanceId }: Place, filter: RecordFilter<'user'>): Promise<readonly string[]> {
  const page = await storage.search(instanceId, { kind: 'user', filter, offset: 0, limit: 100, count: true })
  assert.equal(page.total, page.items.length)
  return page.items.map(({ userId }) => userId)
}

const text = (
  method: 'equals' | 'starts-with' | 'contains' | 'ends-with',
  value: string,
  ignoreCase = false,
): RecordFilter<'user'> => ({ op: 'text', field: 'loginName', method, value, ignoreCase })

const everybody = ['ada', 'bob', 'eve', 'max']

export const loginNameBehaviors: readonly Behavior[] = [
  {
    name: 'login domains are the verified ones of the org that owns the user',
    async check(world) {
      await settle(world)

      const ofAda = await loadOne(world, { read: 'loginDomains', userId: 'ada' })
      assert.deepEqual(ofAda.toSorted(byName), [
        { domain: 'acme.example', isPrimary: true },
        { domain: 'ärger.example', isPrimary: false },
      ])
      for (const userId of ['max', 'nobody', 'Ada', '']) {
        assert.deepEqual(await loadOne(world, { read: 'loginDomains', userId }), [])
      }
    },
  },
  {
    name: 'login domains of several users of one call do not mix',
    async check(world) {
      await settle(world)

      const [ofEve, ofMax, bob, ofBob, ofEveAgain] = await world.storage.load(world.instanceId, [
        { read: 'loginDomains', userId: 'eve' },
        { read: 'loginDomains', userId: 'max' },
        { read: 'record', kind: 'user', key: { userId: 'bob' } },
        { read: 'loginDomains', userId: 'bob' },
        { read: 'loginDomains', userId: 'eve' },
      ])
      assert.deepEqual(ofEve, [{ domain: 'other.example', isPrimary: false }])
      assert.deepEqual(ofMax, [])
      assert.equal((bob as { userId: string }).userId, 'bob')
      assert.equal((ofBob as unknown[]).length, 2)
      assert.deepEqual(ofEveAgain, ofEve)
    },
  },
  {
    name: 'a search by login name asks for the user name, @ and any verified domain of its org',
    async check(world) {
      await settle(world)

      assert.deepEqual(await matching(world, text('equals', 'Ada@acme.example')), ['ada'])
      assert.deepEqual(await matching(world, text('equals', 'Ada@ärger.example')), ['ada'])
      assert.deepEqual(await matching(world, text('equals', 'ada@ÄRGER.example', true)), ['ada'])
      assert.deepEqual(await matching(world, text('equals', 'b@b@acme.example')), ['bob'])
      assert.deepEqual(await matching(world, text('starts-with', 'b@b@ä')), ['bob'])
      assert.deepEqual(await matching(world, text('contains', '@a')), ['ada', 'bob'])
      assert.deepEqual(await matching(world, text('ends-with', '.EXAMPLE', true)), ['ada', 'bob', 'eve'])
      for (const none of [
        'Ada',
        'Ada@',
        'Ada@hidden.example',
        'Ada@other.example',
        'ada@acme.example',
        'Ada@acme%',
        '',
      ]) {
        assert.deepEqual(await matching(world, text('equals', none)), [], none)
      }
    },
  },
  {
    name: 'a search by login name knows every condition on texts, and its contrary',
    async check(world) {
      await settle(world)
      const conditions: readonly (readonly [RecordFilter<'user'>, readonly string[]])[] = [
        [{ op: 'equals', field: 'loginName', value: 'eve@other.example' }, ['eve']],
        [{ op: 'equals', field: 'loginName', value: null }, []],
        [{ op: 'equals', field: 'loginName', value: 1 }, []],
        [{ op: 'in', field: 'loginName', values: ['eve@other.example', 'Ada@acme.example', 'x'] }, ['ada', 'eve']],
        [{ op: 'in', field: 'loginName', values: [] }, []],
        [{ op: 'range', field: 'loginName', from: 'b', fromInclusive: true, toInclusive: true }, ['bob', 'eve']],
        // Without a verified domain there is no login name that could start with nothing.
        [text('starts-with', ''), ['ada', 'bob', 'eve']],
      ]
      for (const [filter, ids] of conditions) {
        assert.deepEqual(await matching(world, filter), ids)
        assert.deepEqual(
          await matching(world, { op: 'not', filter }),
          everybody.filter((id) => !ids.includes(id)),
        )
      }
      const both: RecordFilter<'user'> = {
        op: 'and',
        filters: [text('contains', '@acme'), { op: 'equals', field: 'orgId', value: 'acme' }, text('contains', 'Ada')],
      }
      assert.deepEqual(await matching(world, both), ['ada'])
    },
  },
]
