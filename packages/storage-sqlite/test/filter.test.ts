import type { DirectoryStorage, Filter, TextMethod, UserRecord } from '@indwell/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { blankUser } from '../../../test/blank-user'
import { sqliteStorage } from '../src/sqlite-storage'

type UserFilter = Filter<Extract<keyof UserRecord, string>>

const texts = [
  '',
  'a',
  'A',
  'ada',
  'ADA',
  'Adam',
  'bada',
  '%',
  '_',
  '\\',
  'a%',
  'a_a',
  'é',
  'É',
  'ß',
  'İ',
  'ΟΔΟΣ',
  'ς',
  '😀',
  '😀a',
  'a\0b',
  '\0',
  '\u{10ffff}',
  '\ud7ff',
]
const word = fc.oneof(
  fc.constantFrom(...texts),
  fc.string({ unit: fc.constantFrom('a', 'A', 'é', 'É', '%', '_', '😀', '\0', 'Σ'), maxLength: 4 }),
)
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 3 })

const sequences = ['1', '2', '10', '9007199254740993', '9223372036854775807']
const user = fc.record({
  userName: word,
  nickName: maybe(word),
  emailVerified: fc.boolean(),
  blocked: maybe(fc.boolean()),
  passwordChangedAt: maybe(fc.nat(3)),
  sequence: fc.constantFrom(...sequences),
})

const bound = fc.constantFrom(-Infinity, -1e300, -0.5, 0, 1, 1.5, 2, 3, 4e300, Infinity)

const textField = fc.constantFrom('userName', 'nickName')
const { filter } = fc.letrec<{ filter: UserFilter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      op: fc.constant('text'),
      field: textField,
      method: fc.constantFrom<TextMethod>('equals', 'starts-with', 'contains', 'ends-with'),
      value: word,
      ignoreCase: fc.boolean(),
    }) as fc.Arbitrary<UserFilter>,
    fc.record({
      op: fc.constant('equals'),
      field: fc.constantFrom('userName', 'nickName', 'emailVerified', 'blocked', 'passwordChangedAt', 'sequence'),
      value: fc.oneof(word, fc.nat(3), fc.boolean(), fc.constant(null), fc.constantFrom(...sequences)),
    }) as fc.Arbitrary<UserFilter>,
    fc.record({
      op: fc.constant('in'),
      field: fc.constantFrom('userName', 'nickName', 'sequence'),
      values: fc.array(fc.oneof(word, fc.constantFrom(...sequences)), { maxLength: 3 }),
    }) as fc.Arbitrary<UserFilter>,
    fc.record(
      {
        op: fc.constant('range'),
        field: fc.constantFrom('userName', 'nickName', 'passwordChangedAt'),
        from: fc.oneof(word, bound),
        to: fc.oneof(word, bound),
        fromInclusive: fc.boolean(),
        toInclusive: fc.boolean(),
      },
      { requiredKeys: ['op', 'field', 'fromInclusive', 'toInclusive'] },
    ) as fc.Arbitrary<UserFilter>,
    fc.record({ op: fc.constant('not'), filter: tie('filter') }) as fc.Arbitrary<UserFilter>,
    fc.record({
      op: fc.constantFrom('and', 'or'),
      filters: fc.array(tie('filter'), { maxLength: 3 }),
    }) as fc.Arbitrary<UserFilter>,
  ),
}))

function matches(record: UserRecord, filter: UserFilter): boolean {
  switch (filter.op) {
    case 'and':
      return filter.filters.every((member) => matches(record, member))
    case 'or':
      return filter.filters.some((member) => matches(record, member))
    case 'not':
      return !matches(record, filter.filter)
    case 'equals':
      return record[filter.field] === filter.value
    case 'in':
      return filter.values.some((value) => value === record[filter.field])
    case 'range': {
      const held = record[filter.field]
      if (typeof held !== 'string' && typeof held !== 'number') return false
      const order = (end: string | number) =>
        typeof held === 'string'
          ? typeof end === 'string'
            ? Buffer.from(held).compare(Buffer.from(end))
            : Number.NaN
          : typeof end === 'number'
            ? held - end
            : Number.NaN
      const { from, to, fromInclusive, toInclusive } = filter
      return (
        (from === undefined || order(from) > 0 || (fromInclusive && order(from) === 0)) &&
        (to === undefined || order(to) < 0 || (toInclusive && order(to) === 0))
      )
    }
    case 'text': {
      const held = record[filter.field]
      if (typeof held !== 'string') return false
      const fold = (text: string) => (filter.ignoreCase ? text.toLowerCase() : text)
      const [side, value] = [fold(held), fold(filter.value)]
      if (filter.method === 'equals') return side === value
      if (filter.method === 'contains') return side.includes(value)
      return filter.method === 'starts-with' ? side.startsWith(value) : side.endsWith(value)
    }
  }
}

let storage: DirectoryStorage
beforeAll(async () => {
  storage = sqliteStorage({ filename: ':memory:' })
  await storage.migrate()
})
afterAll(() => storage.close())

it('a search finds exactly what the filter says of each record', async () => {
  let instance = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(user, { maxLength: 12 }),
      fc.array(filter, { minLength: 1, maxLength: 6 }),
      async (users, filters) => {
        const instanceId = `instance ${instance++}`
        const records = users.map((some, n) => ({
          ...blankUser,
          ...some,
          userId: `user ${String(n).padStart(2, '0')}`,
        }))
        await storage.commit(instanceId, [
          {
            at: 1,
            actor: { type: 'system', id: '', reason: null },
            aggregates: [
              {
                key: { type: 'org', id: 'acme' },
                expect: 'new',
                owner: 'acme',
                events: [{ type: 'x', payload: {} }],
                revise: false,
              },
            ],
            put: records.map((record) => ({ kind: 'user', record, created: false })),
          },
        ])

        for (const filter of filters) {
          const page = await storage.search(instanceId, { kind: 'user', filter, offset: 0, limit: 100, count: true })
          const expected = records.filter((record) => matches(record, filter))
          expect(page).toEqual({ items: expected, total: expected.length })
        }
      },
    ),
    { numRuns: 100 },
  )
})

it('ten thousand alternatives are answered, and conditions fifty deep', async () => {
  const ids = Array.from({ length: 10_000 }, (_, n) => `user ${n}`)
  const any: UserFilter = { op: 'or', filters: ids.map((value) => ({ op: 'equals', field: 'userId', value })) }
  let deep: UserFilter = { op: 'equals', field: 'userId', value: 'ada' }
  for (let n = 0; n < 50; n++)
    deep = { op: 'not', filter: { op: 'and', filters: [deep, deep].slice(n % 10 === 0 ? 0 : 1) } }

  for (const filter of [any, deep, { op: 'in', field: 'userId', values: ids } as const]) {
    const page = await storage.search('nobody', { kind: 'user', filter, offset: 0, limit: 1, count: true })
    expect(page).toEqual({ items: [], total: 0 })
  }
})
