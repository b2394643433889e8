import assert from 'node:assert/strict'
import type { SearchField } from '../../storage/search'
import type { Behavior } from '../behavior'
import { changeOf, commitOf, creationOf, noon, userKey } from '../commit-of'
import { apply } from '../place'
import { entryKeyOf, userOf } from '../record-of'
import { ada, four, idsOf, putUsers } from './users'

export const rangeBehaviors: readonly Behavior[] = [
  {
    name: 'range finds texts by code points and numbers by size, with ends that count or do not',
    async check(world) {
      await apply(world, putUsers(four))
      const inside = (field: SearchField<'user'>, from?: string | number, to?: string | number, inclusive = true) =>
        idsOf(world, {
          op: 'range',
          field,
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
          fromInclusive: inclusive,
          toInclusive: inclusive,
        })

      assert.deepEqual(await inside('userId', 'ada', 'carol'), ['ada', 'bob', 'carol'])
      assert.deepEqual(await inside('userId', 'ada', 'carol', false), ['bob'])
      assert.deepEqual(await inside('userId', 'B'), ['ada', 'bob', 'carol', 'dave'])
      assert.deepEqual(await inside('userId', undefined, 'bob\u{10ffff}'), ['ada', 'bob'])
      assert.deepEqual(await inside('passwordChangedAt', 5, 6), ['ada', 'bob'])
      assert.deepEqual(await inside('passwordChangedAt', 5, 7, false), ['bob'])
      assert.deepEqual(await inside('passwordChangedAt', 5.5, 1e300, false), ['bob', 'carol'])
      assert.deepEqual(await inside('passwordChangedAt', -Infinity, Infinity), ['ada', 'bob', 'carol'])
      assert.deepEqual(await inside('passwordChangedAt'), ['ada', 'bob', 'carol'])
      assert.deepEqual(await inside('passwordChangedAt', 7, 5), [])
      assert.deepEqual(await inside('passwordChangedAt', '5', '7'), [])
      assert.deepEqual(await inside('nickName', 1, 2), [])
      assert.deepEqual(await inside('nickName', 'a', 1), [])
      assert.deepEqual(await inside('emailVerified', 0, 1), [])
    },
  },
  {
    name: 'users are found and sorted by the time of their newest event, which may be one of their metadata',
    async check(world) {
      for (const [index, id] of ['ada', 'bob', 'carol'].entries()) {
        await apply(world, {
          ...creationOf(userKey(id), { put: [{ kind: 'user', record: userOf(id), created: false }] }),
          at: noon + index,
        })
      }
      await apply(
        world,
        commitOf(changeOf(ada), {
          at: noon + 10,
          putEntries: [{ key: entryKeyOf('ada', 'plan'), value: { json: '1' }, stamp: { aggregate: 0, event: 0 } }],
        }),
      )

      const since = (from: number) =>
        idsOf(world, { op: 'range', field: 'updatedAt', from, fromInclusive: false, toInclusive: true })
      assert.deepEqual(await since(noon), ['ada', 'bob', 'carol'])
      assert.deepEqual(await since(noon + 2), ['ada'])
      assert.deepEqual(await idsOf(world, { op: 'equals', field: 'updatedAt', value: noon + 1 }), ['bob'])
      assert.deepEqual(await idsOf(world, undefined, [{ field: 'updatedAt', descending: true }]), [
        'ada',
        'carol',
        'bob',
      ])
    },
  },
]
