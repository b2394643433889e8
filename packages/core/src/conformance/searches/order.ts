import assert from 'node:assert/strict'
import type { RecordPut } from '../../storage/commit'
import type { Behavior } from '../behavior'
import { changeOf, commitOf, creationOf } from '../commit-of'
import { apply } from '../place'
import { memberOf, userOf } from '../record-of'
import { ada, idsOf, putUsers, text, type UserSort } from './users'

export const orderBehaviors: readonly Behavior[] = [
  {
    name: 'sorting goes both ways, with ties broken by the key',
    async check(world) {
      await apply(
        world,
        putUsers([
          userOf('d', { userName: 'x', passwordChangedAt: 2 }),
          userOf('b', { userName: 'x', passwordChangedAt: 1 }),
          userOf('a', { userName: 'y', passwordChangedAt: 10 }),
          userOf('c', { userName: 'x', passwordChangedAt: 1 }),
        ]),
      )
      const sorted = (...sort: UserSort[]) => idsOf(world, undefined, sort)

      assert.deepEqual(await sorted({ field: 'userName', descending: false }), ['b', 'c', 'd', 'a'])
      assert.deepEqual(await sorted({ field: 'userName', descending: true }), ['a', 'b', 'c', 'd'])
      assert.deepEqual(await sorted({ field: 'passwordChangedAt', descending: false }), ['b', 'c', 'd', 'a'])
      assert.deepEqual(await sorted({ field: 'passwordChangedAt', descending: true }), ['a', 'd', 'b', 'c'])
      assert.deepEqual(
        await sorted({ field: 'userName', descending: true }, { field: 'passwordChangedAt', descending: true }),
        ['a', 'd', 'b', 'c'],
      )
      assert.deepEqual(await sorted({ field: 'userId', descending: true }), ['d', 'c', 'b', 'a'])
    },
  },
  {
    name: 'text sorts by code points, and null is smaller than every value',
    async check(world) {
      const names = ['', 'A', 'Z', 'a', 'z', 'É', 'é', 'Я', '\uffee', '😀']
      await apply(
        world,
        putUsers([
          ...names.toReversed().map((nickName, index) => userOf(`user-${index}`, { nickName })),
          userOf('nobody'),
        ]),
      )
      const sorted = async (descending: boolean) => {
        const sort = [{ field: 'nickName', descending }] as const
        const page = await world.storage.search(world.instanceId, {
          kind: 'user',
          sort,
          offset: 0,
          limit: 20,
          count: false,
        })
        return page.items.map(({ nickName }) => nickName)
      }

      assert.deepEqual(await sorted(false), [null, ...names])
      assert.deepEqual(await sorted(true), [...names.toReversed(), null])
    },
  },
  {
    name: 'pages follow each other without overlap, and the total counts all that match',
    async check(world) {
      const users = Array.from({ length: 25 }, (_, index) =>
        userOf(`user-${String(index).padStart(2, '0')}`, { userName: index % 2 === 0 ? 'even' : 'odd' }),
      )
      await apply(world, putUsers(users))
      const pageAt = (offset: number, limit: number, count = true) =>
        world.storage.search(world.instanceId, {
          kind: 'user',
          filter: text('userName', 'even'),
          sort: [{ field: 'userName', descending: true }],
          offset,
          limit,
          count,
        })

      const found: string[] = []
      for (let offset = 0; offset < 15; offset += 5) {
        const { items, total } = await pageAt(offset, 5)
        assert.equal(total, 13)
        found.push(...items.map(({ userId }) => userId))
      }
      assert.deepEqual(
        found,
        users.filter(({ userName }) => userName === 'even').map(({ userId }) => userId),
      )
      assert.deepEqual(await pageAt(13, 5), { items: [], total: 13 })
      assert.deepEqual(await pageAt(1_000_000_000, 5), { items: [], total: 13 })
      assert.deepEqual(await pageAt(0, 0), { items: [], total: 13 })
      assert.deepEqual(Object.keys(await pageAt(0, 5, false)), ['items'])
    },
  },
  {
    name: 'a page far behind the first has what stands there, in its order',
    async check(world) {
      const users = Array.from({ length: 2100 }, (_, index) =>
        userOf(`user-${String(index).padStart(4, '0')}`, {
          userName: `name-${String((index * 11) % 2100).padStart(4, '0')}`,
          orgId: index % 2 === 0 ? 'acme' : 'globex',
          email: index % 3 === 0 ? null : `${index % 5}@x.org`,
        }),
      )
      await apply(world, putUsers(users))
      const members = users.map(({ userId }) => memberOf('acme', userId))
      await apply(
        world,
        commitOf(changeOf(ada), {
          put: members.map((record): RecordPut => ({ kind: 'member', record, created: false })),
        }),
      )
      const acme = { op: 'equals', field: 'orgId', value: 'acme' } as const
      const page = async (...sort: UserSort[]) => {
        const found = await world.storage.search(world.instanceId, {
          kind: 'user',
          filter: acme,
          sort,
          offset: 1010,
          limit: 10,
          count: true,
        })
        assert.equal(found.total, 1050)
        return found.items
      }
      const ofAcme = users.filter(({ orgId }) => orgId === 'acme')
      const byName = ofAcme.toSorted((a, b) => (a.userName < b.userName ? -1 : 1))
      const byEmail = ofAcme.toSorted(
        (a, b) => (b.email ?? '').localeCompare(a.email ?? '') || (a.userId < b.userId ? -1 : 1),
      )
      const far = <T>(list: readonly T[]) => list.slice(1010, 1020)

      assert.deepEqual(await page(), far(ofAcme))
      assert.deepEqual(await page({ field: 'userName', descending: false }), far(byName))
      assert.deepEqual(await page({ field: 'userName', descending: true }), far(byName.toReversed()))
      assert.deepEqual(await page({ field: 'email', descending: true }), far(byEmail))
      const found = await world.storage.search(world.instanceId, {
        kind: 'member',
        sort: [{ field: 'user.userName', descending: false }],
        offset: 2000,
        limit: 5,
        count: false,
      })
      assert.deepEqual(
        found.items.map(({ userId }) => users.find((user) => user.userId === userId)?.userName),
        ['name-2000', 'name-2001', 'name-2002', 'name-2003', 'name-2004'],
      )
    },
  },
  {
    name: 'keys of several members break ties member by member',
    async check(world) {
      const members = [
        memberOf('', 'bob', { level: 'instance' }),
        memberOf('Acme', 'ada'),
        memberOf('acme', 'Bob'),
        memberOf('acme', 'ada'),
        memberOf('acme', 'bob'),
      ]
      await apply(
        world,
        creationOf(ada, {
          put: members.toReversed().map((record): RecordPut => ({ kind: 'member', record, created: false })),
        }),
      )

      const page = await world.storage.search(world.instanceId, {
        kind: 'member',
        sort: [{ field: 'createdAt', descending: true }],
        offset: 0,
        limit: 10,
        count: false,
      })
      assert.deepEqual(page.items, members)
    },
  },
  {
    name: 'a search sees a commit that was answered before it, through any storage',
    async check(world) {
      const other = { ...world, storage: await world.reopen() }
      await apply(world, creationOf(ada))

      for (let round = 0; round < 10; round++) {
        const [writer, reader] = round % 2 === 0 ? [world, other] : [other, world]
        await apply(
          writer,
          commitOf(changeOf(ada), { put: [{ kind: 'user', record: userOf(`user-${round}`), created: false }] }),
        )
        assert.equal((await idsOf(reader)).length, round + 1)
      }
    },
  },
]
