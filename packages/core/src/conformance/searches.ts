import assert from 'node:assert/strict'
import type { RecordPut } from '../storage/commit'
import type { UserRecord } from '../storage/records'
import type { FieldOf, Filter, MetadataCondition, RecordFilter, SearchField, Sort, ValueTest } from '../storage/search'
import type { Behavior } from './behavior'
import { changeOf, commitOf, creationOf, noon, userKey } from './commit-of'
import { apply, type Place } from './place'
import { entryKeyOf, memberOf, userOf } from './record-of'

const ada = userKey('ada')

type UserFilter = RecordFilter<'user'>
type UserSort = Sort<SearchField<'user'>>

const putUsers = (users: readonly UserRecord[]) =>
  creationOf(ada, { put: users.map((record): RecordPut => ({ kind: 'user', record, created: false })) })

/** Ids of the users that match, in the order found. */
async function idsOf({ storage, instanceId }: Place, filter?: UserFilter, sort?: readonly UserSort[]) {
  const page = await storage.search(instanceId, {
    kind: 'user',
    offset: 0,
    limit: 1000,
    count: true,
    ...(filter === undefined ? {} : { filter }),
    ...(sort === undefined ? {} : { sort }),
  })
  assert.equal(page.total, page.items.length)
  return page.items.map(({ userId }) => userId)
}

const nickNames: Readonly<Record<string, string | null>> = {
  '01': 'ada',
  '02': 'Ada',
  '03': 'ADA',
  '04': 'adam',
  '05': 'Canada',
  '06': '100%',
  '07': '100 percent',
  '08': 'a_b',
  '09': 'axb',
  '10': 'back\\slash',
  '11': 'Ärger',
  '12': 'ärger',
  '13': 'arger',
  '14': 'ЯНА Привет',
  '15': 'Яна привет',
  '16': '😀 smile',
  '17': '',
  '18': null,
  '19': "O'Neil",
  '20': 'Ada ',
  '21': '[a-z]*?',
  '22': 'a\u0308rger',
}

interface TextCase {
  readonly method: 'equals' | 'starts-with' | 'contains' | 'ends-with'
  readonly value: string
  readonly exactly: readonly string[]
  readonly ignoringCase: readonly string[]
}

const all = Object.keys(nickNames)
  .filter((id) => nickNames[id] !== null)
  .toSorted()

const textCases: readonly TextCase[] = [
  { method: 'equals', value: 'Ada', exactly: ['02'], ignoringCase: ['01', '02', '03'] },
  { method: 'equals', value: 'ÄRGER', exactly: [], ignoringCase: ['11', '12'] },
  { method: 'equals', value: 'яна привет', exactly: [], ignoringCase: ['14', '15'] },
  { method: 'equals', value: '', exactly: ['17'], ignoringCase: ['17'] },
  { method: 'equals', value: '100_', exactly: [], ignoringCase: [] },
  { method: 'equals', value: 'a%', exactly: [], ignoringCase: [] },
  { method: 'equals', value: "O'Neil", exactly: ['19'], ignoringCase: ['19'] },
  { method: 'starts-with', value: 'ad', exactly: ['01', '04'], ignoringCase: ['01', '02', '03', '04', '20'] },
  { method: 'starts-with', value: '100%', exactly: ['06'], ignoringCase: ['06'] },
  { method: 'starts-with', value: 'a_', exactly: ['08'], ignoringCase: ['08'] },
  { method: 'starts-with', value: 'Яна', exactly: ['15'], ignoringCase: ['14', '15'] },
  { method: 'starts-with', value: '😀', exactly: ['16'], ignoringCase: ['16'] },
  { method: 'starts-with', value: '', exactly: all, ignoringCase: all },
  { method: 'contains', value: 'ada', exactly: ['01', '04', '05'], ignoringCase: ['01', '02', '03', '04', '05', '20'] },
  { method: 'contains', value: '%', exactly: ['06'], ignoringCase: ['06'] },
  { method: 'contains', value: '_', exactly: ['08'], ignoringCase: ['08'] },
  { method: 'contains', value: '\\', exactly: ['10'], ignoringCase: ['10'] },
  { method: 'contains', value: '\\_', exactly: [], ignoringCase: [] },
  { method: 'contains', value: "'", exactly: ['19'], ignoringCase: ['19'] },
  { method: 'contains', value: 'ПРИВЕТ', exactly: [], ignoringCase: ['14', '15'] },
  { method: 'contains', value: '[a-z]*', exactly: ['21'], ignoringCase: ['21'] },
  { method: 'contains', value: '', exactly: all, ignoringCase: all },
  { method: 'ends-with', value: 'DA', exactly: ['03'], ignoringCase: ['01', '02', '03', '05'] },
  { method: 'ends-with', value: '%', exactly: ['06'], ignoringCase: ['06'] },
  { method: 'ends-with', value: '_b', exactly: ['08'], ignoringCase: ['08'] },
  { method: 'ends-with', value: ' ', exactly: ['20'], ignoringCase: ['20'] },
  { method: 'ends-with', value: 'привет', exactly: ['15'], ignoringCase: ['14', '15'] },
  { method: 'ends-with', value: '', exactly: all, ignoringCase: all },
]

const text = (
  field: FieldOf<UserRecord>,
  value: string,
  method: TextCase['method'] = 'equals',
  ignoreCase = false,
): UserFilter => ({ op: 'text', field, method, value, ignoreCase })

/** Four users that differ in a member of each type. */
const four = [
  userOf('ada', { nickName: 'x', emailVerified: true, blocked: true, passwordChangedAt: 5, type: 'human' }),
  userOf('bob', { nickName: 'y', emailVerified: false, blocked: false, passwordChangedAt: 6, type: 'human' }),
  userOf('carol', { nickName: 'x', emailVerified: true, blocked: null, passwordChangedAt: 7, type: 'machine' }),
  userOf('dave', { nickName: null, emailVerified: false, blocked: null, passwordChangedAt: null, type: 'machine' }),
]

const metadata = (test: ValueTest, ...path: string[]): MetadataCondition => ({
  op: 'metadata',
  namespace: 'app',
  path,
  test,
})

const values: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ada: { plan: '"pro"', other: '"x"', addresses: '{"cities":["Paris","Oslo"]}', seats: '5', active: 'true' },
  bob: { addresses: '[{"x":1},[{"cities":"Rome"}]]', seats: '[1,[5.0]]', active: '"true"', empty: '{}' },
  carol: { plan: '"Premium"', seats: '50e-1', 'a.b': '{"$":{"\\"":1}}', empty: '[null,{"a":[]}]' },
  dave: { seats: '"5"', empty: 'null' },
  eve: { plan: '{"name":"pro"}' },
}

async function putMetadata(place: Place): Promise<void> {
  const stamp = { aggregate: 0, event: 0 }
  await apply(
    place,
    creationOf(ada, {
      put: Object.keys(values).map((id): RecordPut => ({ kind: 'user', record: userOf(id), created: false })),
      putEntries: [
        ...Object.entries(values).flatMap(([id, entries]) =>
          Object.entries(entries).map(([key, json]) => ({ key: entryKeyOf(id, key), value: { json }, stamp })),
        ),
        { key: entryKeyOf('bob', 'plan', 'user'), value: { json: '"pro"' }, stamp },
        { key: entryKeyOf('eve', 'raw'), value: { bytes: new TextEncoder().encode('"pro"') }, stamp },
        { key: entryKeyOf('nobody', 'plan'), value: { json: '"pro"' }, stamp },
      ],
    }),
  )
}

export const searchBehaviors: readonly Behavior[] = [
  ...(['equals', 'starts-with', 'contains', 'ends-with'] as const).flatMap((method) =>
    [false, true].map(
      (ignoreCase): Behavior => ({
        name: `text ${method} ${ignoreCase ? 'ignoring case' : 'exactly'}, with % _ and \\ standing for themselves`,
        async check(world) {
          await apply(
            world,
            putUsers(Object.entries(nickNames).map(([userId, nickName]) => userOf(userId, { nickName }))),
          )

          for (const { value, exactly, ignoringCase } of textCases.filter((textCase) => textCase.method === method)) {
            const expected = ignoreCase ? ignoringCase : exactly
            assert.deepEqual(await idsOf(world, text('nickName', value, method, ignoreCase)), expected, `“${value}”`)
          }
        },
      }),
    ),
  ),
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
  {
    name: 'metadata is found by key and value of one entry, at any depth, with arrays standing for their elements',
    async check(world) {
      await putMetadata(world)
      const found = (test: ValueTest, ...path: string[]) => idsOf(world, metadata(test, ...path))
      const equal = (value: string | number | boolean, ...path: string[]) => found({ op: 'equals', value }, ...path)

      assert.deepEqual(await equal('pro', 'plan'), ['ada'])
      assert.deepEqual(await equal('Pro', 'plan'), [])
      assert.deepEqual(await equal('pro', 'other'), [], 'the value of another key')
      assert.deepEqual(await equal('Paris', 'addresses', 'cities'), ['ada'])
      assert.deepEqual(await equal('Rome', 'addresses', 'cities'), ['bob'])
      assert.deepEqual(await equal('Paris', 'addresses'), [], 'a value further down')
      assert.deepEqual(await equal(5, 'seats'), ['ada', 'bob', 'carol'])
      assert.deepEqual(await equal('5', 'seats'), ['dave'])
      assert.deepEqual(await equal(true, 'active'), ['ada'])
      assert.deepEqual(await equal('true', 'active'), ['bob'])
      assert.deepEqual(await equal(1, 'a.b', '$', '"'), ['carol'])
      assert.deepEqual(await equal(1, 'a', 'b'), [])
      assert.deepEqual(await idsOf(world, { op: 'not', filter: metadata({ op: 'equals', value: 5 }, 'seats') }), [
        'dave',
        'eve',
      ])
      assert.deepEqual(await idsOf(world, { ...metadata({ op: 'exists' }, 'plan'), namespace: 'user' }), ['bob'])
    },
  },
  {
    name: 'metadata exists where something other than null stands; bytes have no values',
    async check(world) {
      await putMetadata(world)
      const exists = (...path: string[]) => idsOf(world, metadata({ op: 'exists' }, ...path))

      assert.deepEqual(await exists('empty'), [])
      assert.deepEqual(await exists('addresses'), ['ada', 'bob'])
      assert.deepEqual(await exists('addresses', 'cities'), ['ada', 'bob'])
      assert.deepEqual(await exists('addresses', 'streets'), [])
      assert.deepEqual(await exists('raw'), [])
      assert.deepEqual(await exists(), ['ada', 'bob', 'carol', 'dave', 'eve'])
    },
  },
  {
    name: 'metadata is found by texts and ranges, of the type that is asked for',
    async check(world) {
      await putMetadata(world)
      const found = (test: ValueTest, ...path: string[]) => idsOf(world, metadata(test, ...path))
      const both = { fromInclusive: true, toInclusive: true }

      assert.deepEqual(await found({ op: 'text', method: 'starts-with', value: 'p', ignoreCase: true }, 'plan'), [
        'ada',
        'carol',
      ])
      assert.deepEqual(await found({ op: 'text', method: 'contains', value: '%', ignoreCase: false }, 'plan'), [])
      assert.deepEqual(await found({ op: 'range', from: 5, ...both }, 'seats'), ['ada', 'bob', 'carol'])
      assert.deepEqual(await found({ op: 'range', from: 5, to: 6, ...both, fromInclusive: false }, 'seats'), [])
      assert.deepEqual(await found({ op: 'range', from: '4', to: '6', ...both }, 'seats'), ['dave'])
      assert.deepEqual(await found({ op: 'range', from: '5', to: 6, ...both }, 'seats'), [])
    },
  },
  {
    name: 'a search by metadata fails on nothing that is stored',
    async check(world) {
      const texts = [
        '"\\u0000"',
        '{"\\ud800":"\\udc00"}',
        '1e400',
        '-1e-400',
        `1${'0'.repeat(999)}`,
        '9e99999',
        '"\\\\u0000"',
      ]
      await apply(
        world,
        creationOf(ada, {
          put: texts.map((_, index): RecordPut => ({ kind: 'user', record: userOf(`user-${index}`), created: false })),
          putEntries: texts.map((json, index) => ({
            key: entryKeyOf(`user-${index}`, 'odd'),
            value: { json },
            stamp: { aggregate: 0, event: 0 },
          })),
        }),
      )
      const found = async (test: ValueTest, ...names: string[]) =>
        (await idsOf(world, metadata(test, 'odd', ...names))).map((id) => Number(id.slice('user-'.length)))
      const both = { fromInclusive: true, toInclusive: true }

      assert.deepEqual(await found({ op: 'exists' }), [0, 1, 2, 3, 4, 5, 6])
      assert.deepEqual(await found({ op: 'equals', value: '\ufffd' }), [0])
      assert.deepEqual(await found({ op: 'equals', value: '\ufffd' }, '\ufffd'), [1])
      assert.deepEqual(await found({ op: 'equals', value: '\0' }), [])
      assert.deepEqual(await found({ op: 'equals', value: '\\u0000' }), [6])
      assert.deepEqual(await found({ op: 'range', from: -1, ...both }), [3])
      assert.deepEqual(await found({ op: 'equals', value: 0 }), [3])
    },
  },
  {
    name: 'and of nothing is true, or of nothing is false',
    async check(world) {
      await apply(world, putUsers(four))
      const everyone = ['ada', 'bob', 'carol', 'dave']

      assert.deepEqual(await idsOf(world, { op: 'and', filters: [] }), everyone)
      assert.deepEqual(await idsOf(world, { op: 'or', filters: [] }), [])
      assert.deepEqual(await idsOf(world, { op: 'not', filter: { op: 'and', filters: [] } }), [])
      assert.deepEqual(await idsOf(world, { op: 'not', filter: { op: 'or', filters: [] } }), everyone)
      assert.deepEqual(
        await idsOf(world, { op: 'and', filters: [text('userId', 'ada'), { op: 'and', filters: [] }] }),
        ['ada'],
      )
    },
  },
  {
    name: 'and, or and not nest',
    async check(world) {
      await apply(world, putUsers(four))
      const machine = text('type', 'machine')
      const verified: UserFilter = { op: 'equals', field: 'emailVerified', value: true }

      assert.deepEqual(await idsOf(world, { op: 'and', filters: [machine, verified] }), ['carol'])
      assert.deepEqual(await idsOf(world, { op: 'or', filters: [machine, verified] }), ['ada', 'carol', 'dave'])
      assert.deepEqual(
        await idsOf(world, {
          op: 'or',
          filters: [
            { op: 'and', filters: [machine, { op: 'not', filter: verified }] },
            { op: 'not', filter: { op: 'or', filters: [machine, verified] } },
          ],
        }),
        ['bob', 'dave'],
      )
      let chain: UserFilter = machine
      for (let depth = 0; depth < 20; depth++) chain = { op: 'not', filter: { op: 'and', filters: [chain, verified] } }
      assert.deepEqual(await idsOf(world, chain), evaluateChain())
    },
  },
  {
    name: 'not turns a filter around, also where the member is null',
    async check(world) {
      await apply(world, putUsers(four))
      const none = (filter: UserFilter) => idsOf(world, { op: 'not', filter })

      assert.deepEqual(await none(text('nickName', 'x')), ['bob', 'dave'])
      assert.deepEqual(await none(text('nickName', '', 'contains')), ['dave'])
      assert.deepEqual(await none({ op: 'equals', field: 'nickName', value: 'x' }), ['bob', 'dave'])
      assert.deepEqual(await none({ op: 'equals', field: 'nickName', value: null }), ['ada', 'bob', 'carol'])
      assert.deepEqual(await none({ op: 'in', field: 'nickName', values: ['x', 'y'] }), ['dave'])
      assert.deepEqual(await none({ op: 'in', field: 'nickName', values: [] }), ['ada', 'bob', 'carol', 'dave'])
      assert.deepEqual(await none({ op: 'not', filter: text('nickName', 'x') }), ['ada', 'carol'])
    },
  },
  {
    name: 'a filter of a thousand alternatives is answered',
    async check(world) {
      await apply(world, putUsers(four))
      const filters = Array.from({ length: 1000 }, (_, index) => text('userName', `user-${index}`))

      assert.deepEqual(await idsOf(world, { op: 'or', filters: [...filters, text('userId', 'bob')] }), ['bob'])
    },
  },
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

/** The chain of the nesting behavior, worked out on the four users. */
function evaluateChain(): readonly string[] {
  return four
    .filter(({ type, emailVerified }) => {
      let value = type === 'machine'
      for (let depth = 0; depth < 20; depth++) value = !(value && emailVerified)
      return value
    })
    .map(({ userId }) => userId)
}
