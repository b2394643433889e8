import assert from 'node:assert/strict'
import type { Filter } from '../../storage/search'
import type { Behavior } from '../behavior'
import { changeOf, commitOf, creationOf, noon } from '../commit-of'
import { apply } from '../place'
import { entryKeyOf } from '../record-of'
import { ada } from './users'

export const entrySearchBehaviors: readonly Behavior[] = [
  {
    name: 'entries of a namespace come oldest first, an overwritten one in its old place, and the other way round',
    async check(world) {
      const putAt = (at: number, ...keys: string[]) =>
        apply(
          world,
          commitOf(changeOf(ada), {
            at,
            putEntries: keys.map((key) => ({
              key: entryKeyOf('ada', key),
              value: { json: `${at}` },
              stamp: { aggregate: 0, event: 0 },
            })),
          }),
        )
      await apply(world, creationOf(ada))
      await putAt(noon + 1, 'z')
      await putAt(noon + 2, 'c', 'B', 'a')
      await putAt(noon + 3, 'm')
      await putAt(noon + 4, 'z')
      const keysOf = async (members: { descending?: boolean; offset?: number; limit?: number }) => {
        const page = await world.storage.search(world.instanceId, {
          kind: 'entry',
          subject: { subjectType: 'user', subjectId: 'ada' },
          namespace: 'app',
          offset: 0,
          limit: 10,
          count: true,
          ...members,
        })
        assert.equal(page.total, 5)
        return page.items.map(({ key }) => key)
      }

      assert.deepEqual(await keysOf({}), ['z', 'B', 'a', 'c', 'm'])
      assert.deepEqual(await keysOf({ descending: false }), ['z', 'B', 'a', 'c', 'm'])
      assert.deepEqual(await keysOf({ descending: true }), ['m', 'c', 'a', 'B', 'z'])
      assert.deepEqual(await keysOf({ offset: 2, limit: 2 }), ['a', 'c'])
    },
  },
  {
    name: 'entries are found by their keys, whole, within their namespace and subject',
    async check(world) {
      const put = (userId: string, key: string, namespace = 'app') => ({
        key: entryKeyOf(userId, key, namespace),
        value: { json: '{"a":1}' },
        stamp: { aggregate: 0, event: 0 },
      })
      await apply(
        world,
        creationOf(ada, {
          putEntries: [
            put('ada', 'plan'),
            put('ada', 'Plan_b'),
            put('ada', 'limit'),
            put('ada', 'plan', 'user'),
            put('bob', 'plan'),
          ],
        }),
      )
      const found = (filter: Filter<'key'>) =>
        world.storage.search(world.instanceId, {
          kind: 'entry',
          subject: { subjectType: 'user', subjectId: 'ada' },
          namespace: 'app',
          filter,
          offset: 0,
          limit: 10,
          count: true,
        })
      const starting = { op: 'text', field: 'key', method: 'starts-with', value: 'plan' } as const

      assert.deepEqual(await found({ ...starting, ignoreCase: false }), {
        items: [
          {
            ...entryKeyOf('ada', 'plan'),
            value: { json: '{"a":1}' },
            orgId: 'acme',
            sequence: '1',
            createdAt: noon,
            changedAt: noon,
          },
        ],
        total: 1,
      })
      assert.deepEqual(
        (await found({ ...starting, ignoreCase: true })).items.map(({ key }) => key),
        ['Plan_b', 'plan'],
      )
      assert.equal((await found({ op: 'in', field: 'key', values: ['limit', 'plan', 'none'] })).total, 2)
      assert.equal(
        (await found({ op: 'text', field: 'key', method: 'contains', value: '_', ignoreCase: false })).total,
        1,
      )
    },
  },
]
