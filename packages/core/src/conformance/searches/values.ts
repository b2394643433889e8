import assert from 'node:assert/strict'
import type { UserRecord } from '../../storage/records'
import type { FieldOf } from '../../storage/search'
import type { Behavior } from '../behavior'
import { noon } from '../commit-of'
import { apply } from '../place'
import { four, idsOf, putUsers } from './users'

export const valueBehaviors: readonly Behavior[] = [
  {
    name: 'without a filter everything matches',
    async check(world) {
      assert.deepEqual(await idsOf(world), [])
      await apply(world, putUsers(four))

      assert.deepEqual(await idsOf(world), ['ada', 'bob', 'carol', 'dave'])
    },
  },
  {
    name: 'equals compares texts, numbers and booleans, and null is a value to ask for',
    async check(world) {
      await apply(world, putUsers(four))
      const equal = (field: FieldOf<UserRecord>, value: string | number | boolean | null) =>
        idsOf(world, { op: 'equals', field, value })

      assert.deepEqual(await equal('nickName', 'x'), ['ada', 'carol'])
      assert.deepEqual(await equal('nickName', 'X'), [])
      assert.deepEqual(await equal('nickName', null), ['dave'])
      assert.deepEqual(await equal('userId', null), [])
      assert.deepEqual(await equal('emailVerified', true), ['ada', 'carol'])
      assert.deepEqual(await equal('emailVerified', false), ['bob', 'dave'])
      assert.deepEqual(await equal('blocked', true), ['ada'])
      assert.deepEqual(await equal('blocked', false), ['bob'])
      assert.deepEqual(await equal('blocked', null), ['carol', 'dave'])
      assert.deepEqual(await equal('passwordChangedAt', 6), ['bob'])
      assert.deepEqual(await equal('passwordChangedAt', null), ['dave'])
      assert.deepEqual(await equal('createdAt', noon), ['ada', 'bob', 'carol', 'dave'])
      assert.deepEqual(await equal('sequence', '1'), ['ada', 'bob', 'carol', 'dave'])
      assert.deepEqual(await equal('sequence', '01'), [])
    },
  },
  {
    name: 'a value of another type than the member’s matches nothing',
    async check(world) {
      await apply(world, putUsers(four))
      const equal = (field: FieldOf<UserRecord>, value: string | number | boolean) =>
        idsOf(world, { op: 'equals', field, value })

      assert.deepEqual(await equal('nickName', 1), [])
      assert.deepEqual(await equal('emailVerified', 1), [])
      assert.deepEqual(await equal('emailVerified', 'true'), [])
      assert.deepEqual(await equal('passwordChangedAt', '6'), [])
      assert.deepEqual(await equal('passwordChangedAt', 6.5), [])
      assert.deepEqual(await equal('passwordChangedAt', 1e300), [])
      assert.deepEqual(await equal('sequence', 'x'), [])
      assert.deepEqual(await equal('sequence', '99999999999999999999'), [])
    },
  },
  {
    name: 'in matches any of its values, and none when there are none',
    async check(world) {
      await apply(world, putUsers(four))
      const anyOf = (field: FieldOf<UserRecord>, values: readonly string[]) => idsOf(world, { op: 'in', field, values })

      assert.deepEqual(await anyOf('userId', ['dave', 'ada', 'eve', 'ada', 'BOB']), ['ada', 'dave'])
      assert.deepEqual(await anyOf('nickName', ['x', 'y', '']), ['ada', 'bob', 'carol'])
      assert.deepEqual(await anyOf('userId', []), [])
      const many = Array.from({ length: 5000 }, (_, index) => `user-${index}`)
      assert.deepEqual(await anyOf('userId', [...many, 'carol']), ['carol'])
    },
  },
]
