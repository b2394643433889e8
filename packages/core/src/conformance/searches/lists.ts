import assert from 'node:assert/strict'
import type { UserRecord } from '../../storage/records'
import type { FieldOf, MetadataCondition, ValueTest } from '../../storage/search'
import type { Behavior } from '../behavior'
import { changeOf, commitOf } from '../commit-of'
import { apply } from '../place'
import { entryKeyOf } from '../record-of'
import { ada, four, idsOf, putUsers, type UserFilter } from './users'

type Scalar = string | number | boolean

const anyOf = (field: FieldOf<UserRecord>, ...values: readonly Scalar[]): UserFilter => ({ op: 'in', field, values })
const equal = (field: FieldOf<UserRecord>, value: Scalar | null): UserFilter => ({ op: 'equals', field, value })
const or = (...filters: readonly UserFilter[]): UserFilter => ({ op: 'or', filters })
const metadata = (test: ValueTest, key = 'plan'): MetadataCondition => ({
  op: 'metadata',
  namespace: 'app',
  path: [key],
  test,
})

export const listBehaviors: readonly Behavior[] = [
  {
    name: 'a list is met by each of its values, of members of every type',
    async check(world) {
      await apply(world, putUsers(four))

      assert.deepEqual(await idsOf(world, anyOf('nickName', 'y', 'x', 'x', 'z')), ['ada', 'bob', 'carol'])
      assert.deepEqual(await idsOf(world, anyOf('userName', 'ada', 'BOB')), ['ada'])
      assert.deepEqual(await idsOf(world, anyOf('passwordChangedAt', 5, 7, 7.5, 1e300)), ['ada', 'carol'])
      assert.deepEqual(await idsOf(world, anyOf('blocked', true)), ['ada'])
      assert.deepEqual(await idsOf(world, anyOf('blocked', false, true)), ['ada', 'bob'])
      assert.deepEqual(await idsOf(world, anyOf('sequence', '1', 'x')), ['ada', 'bob', 'carol', 'dave'])
      for (const none of [
        anyOf('nickName'),
        anyOf('nickName', 1),
        anyOf('passwordChangedAt', '5'),
        anyOf('blocked', 1),
      ])
        assert.deepEqual(await idsOf(world, none), [])
      assert.deepEqual(await idsOf(world, { op: 'not', filter: anyOf('nickName', 'x') }), ['bob', 'dave'])
    },
  },
  {
    name: 'a list is met by each of its values in metadata, of their type',
    async check(world) {
      await apply(world, putUsers(four))
      const stamp = { aggregate: 0, event: 0 }
      const entries = { ada: '"pro"', bob: '[5,"free"]', carol: 'true', dave: '{"pro":"5"}' }
      await apply(
        world,
        commitOf(changeOf(ada), {
          putEntries: Object.entries(entries).map(([id, json]) => ({
            key: entryKeyOf(id, 'plan'),
            value: { json },
            stamp,
          })),
        }),
      )
      const found = (...values: readonly Scalar[]) => idsOf(world, metadata({ op: 'in', values }))

      assert.deepEqual(await found('pro', 'free'), ['ada', 'bob'])
      assert.deepEqual(await found(5, true, 'none'), ['bob', 'carol'])
      assert.deepEqual(await found('5', 'true', false, 5.5), [])
      assert.deepEqual(await found(), [])
      assert.deepEqual(await idsOf(world, metadata({ op: 'in', values: ['pro'] }, 'other')), [])
      assert.deepEqual(await idsOf(world, { op: 'not', filter: metadata({ op: 'in', values: ['pro', true] }) }), [
        'bob',
        'dave',
      ])
      const one = (value: Scalar, key?: string) => metadata({ op: 'equals', value }, key)
      assert.deepEqual(await idsOf(world, or(one('pro'), one('x', 'other'), one(true), equal('nickName', null))), [
        'ada',
        'carol',
        'dave',
      ])
    },
  },
  {
    name: 'thousands of values joined by or are no more than a list',
    async check(world) {
      await apply(world, putUsers(four))
      const many = (field: FieldOf<UserRecord>, last: Scalar | null) =>
        or(...Array.from({ length: 5000 }, (_, index) => equal(field, `none-${index}`)), equal(field, last))

      assert.deepEqual(await idsOf(world, many('userName', 'ada')), ['ada'])
      assert.deepEqual(await idsOf(world, many('nickName', null)), ['dave'])
      assert.deepEqual(
        await idsOf(world, or(equal('nickName', 'x'), equal('userName', 'bob'), anyOf('nickName', 'z'))),
        ['ada', 'bob', 'carol'],
      )
    },
  },
]
