import type { AnyFilter, ValueTest } from '@indwell/core'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { recordTables } from '../columns'
import { queryBuilder } from '../compile'
import type { Dialect } from '../migrations/sql-types'
import { filterPredicate } from './filter-predicate'

const columns = recordTables.user.columns
const carrier = { kind: 'user', subjectId: sql.ref<string>('found.user_id'), entryTable: 'entry' } as const
const memberships = { memberTable: 'member', instanceId: 'i' }

function compiled(filter: AnyFilter, dialect: Dialect) {
  const predicate = filterPredicate(filter, { columns, carrier, memberships, dialect })
  const { sql, parameters } = queryBuilder(dialect).selectFrom('user').selectAll().where(predicate.build()).compile()
  expect(predicate.parameters).toEqual(parameters)
  return { where: sql.slice(sql.indexOf('where ') + 6), parameters, shape: predicate.shape }
}

const text = (method: 'equals' | 'starts-with' | 'contains' | 'ends-with', value: string, ignoreCase = false) =>
  ({ op: 'text', field: 'email', method, value, ignoreCase }) as const

const every: AnyFilter[] = [
  text('equals', 'a'),
  text('starts-with', 'a'),
  text('starts-with', '\u{10ffff}'),
  text('contains', 'a', true),
  text('ends-with', 'a', true),
  text('contains', ''),
  { op: 'equals', field: 'email', value: null },
  { op: 'equals', field: 'emailVerified', value: true },
  { op: 'equals', field: 'passwordChangedAt', value: 5 },
  { op: 'in', field: 'userId', values: ['ada', 'bob'] },
  { op: 'in', field: 'sequence', values: ['1', '9007199254740993'] },
  { op: 'range', field: 'userName', fromInclusive: true, toInclusive: true },
  { op: 'range', field: 'email', from: 'a', to: 'b', fromInclusive: true, toInclusive: false },
  { op: 'range', field: 'passwordChangedAt', to: 4.5, fromInclusive: false, toInclusive: false },
]

const ofMemberships: AnyFilter[] = [
  { op: 'membership', of: { op: 'equals', field: 'orgId', value: 'acme' } },
  { op: 'membership', of: { op: 'not', filter: { op: 'in', field: 'orgId', values: ['acme', 'globex'] } } },
]

const asked = (test: ValueTest, ...path: string[]): AnyFilter => ({ op: 'metadata', namespace: 'app', path, test })
const ofMetadata: AnyFilter[] = [
  asked({ op: 'exists' }),
  asked({ op: 'exists' }, 'plan', 'name'),
  asked({ op: 'equals', value: 'x' }, 'plan'),
  asked({ op: 'equals', value: 1 }, 'plan'),
  asked({ op: 'equals', value: true }, 'plan'),
  asked({ op: 'text', method: 'starts-with', value: 'x', ignoreCase: true }, 'plan'),
  asked({ op: 'text', method: 'ends-with', value: 'x', ignoreCase: false }, 'plan'),
  asked({ op: 'range', from: 1, fromInclusive: true, toInclusive: true }, 'plan'),
  asked({ op: 'range', from: 'a', to: 'b', fromInclusive: true, toInclusive: false }, 'plan'),
]

describe.each(['sqlite', 'postgres'] as const)('filterPredicate on %s', (dialect) => {
  it('has its parameters in the order in which the built condition takes them', () => {
    const nested: AnyFilter = {
      op: 'not',
      filter: { op: 'or', filters: [...every, ...ofMemberships, { op: 'and', filters: [...every, ...ofMetadata] }] },
    }
    for (const filter of [...every, ...ofMetadata, ...ofMemberships, nested]) compiled(filter, dialect)
  })

  it('has one shape for filters that differ in values only, and then the same SQL', () => {
    const first = compiled(
      { op: 'and', filters: [text('contains', 'a'), { op: 'in', field: 'userId', values: ['ada'] }] },
      dialect,
    )
    const second = compiled(
      { op: 'and', filters: [text('contains', 'Bob'), { op: 'in', field: 'userId', values: ['ada', 'bob'] }] },
      dialect,
    )
    expect(second.shape).toBe(first.shape)
    expect(second.where).toBe(first.where)
  })

  it('has shapes of their own for filters that differ in more', () => {
    const shapes = every.map((filter) => compiled(filter, dialect).shape)
    expect(new Set(shapes).size).toBe(shapes.length)
  })

  it('matches nothing where the column cannot hold the value', () => {
    const values = [
      ['email', 1],
      ['email', true],
      ['emailVerified', 'true'],
      ['passwordChangedAt', 1.5],
      ['passwordChangedAt', '1'],
      ['sequence', 1],
      ['sequence', '01'],
      ['sequence', '9223372036854775808'],
      ['userName', null],
    ] as const
    for (const [field, value] of values) expect(compiled({ op: 'equals', field, value }, dialect).where).toBe('1 = 0')
    expect(compiled({ op: 'in', field: 'email', values: [] }, dialect).where).toBe('1 = 0')
  })

  it('has one statement for metadata at any path', () => {
    const [shallow, deep] = [['plan'], ['plan', 'limits', '$."\'']].map((path) =>
      compiled(asked({ op: 'equals', value: 'x' }, ...path), dialect),
    )
    expect(deep).toMatchObject({ shape: shallow!.shape, where: shallow!.where })
  })

  it('matches nothing where a range ends before it begins, or has no order', () => {
    const ranges: [field: string, from: string | number, to: string | number][] = [
      ['email', 'a', 1],
      ['email', 1, 2],
      ['passwordChangedAt', 'a', 'b'],
      ['passwordChangedAt', Number.NaN, 1],
      ['passwordChangedAt', Infinity, Infinity],
      ['sequence', 1, 2],
      ['emailVerified', 0, 1],
    ]
    for (const [field, from, to] of ranges) {
      const range = { from, to, fromInclusive: true, toInclusive: true }
      expect(compiled({ op: 'range', field, ...range }, dialect).where).toBe('1 = 0')
    }
  })

  it('refuses metadata of what carries none', () => {
    expect(() => filterPredicate(asked({ op: 'exists' }), { columns, dialect })).toThrow(TypeError)
  })

  it('refuses members that are none, inherited ones among them', () => {
    for (const field of ['nonsense', '__proto__', 'constructor', 'email_verified']) {
      expect(() => filterPredicate({ op: 'equals', field, value: 'x' }, { columns, dialect })).toThrow(TypeError)
    }
  })
})

describe('filterPredicate', () => {
  it('looks for a prefix as a range, which an index serves', () => {
    expect(compiled(text('starts-with', 'ad'), 'postgres')).toMatchObject({
      where: '("found"."email" is not null and ("found"."email" >= $1 and "found"."email" < $2))',
      parameters: ['ad', 'ae'],
    })
  })

  it('asks Postgres for no NUL, which it cannot hold', () => {
    expect(compiled(text('contains', 'a\0'), 'postgres').where).toBe('1 = 0')
    expect(compiled({ op: 'in', field: 'userId', values: ['ada', 'a\0'] }, 'postgres').parameters).toEqual([['ada']])
  })
})
