import type { AnyFilter, MetadataCondition, ValueTest } from '@indwell/core'
import { describe, expect, it } from 'vitest'
import { tableNames } from '../table-names'
import { gatherEquals } from './gather-equals'
import { planSearch } from './search-plan'

const equal = (field: string, value: string | number | boolean | null): AnyFilter => ({ op: 'equals', field, value })
const or = (...filters: readonly AnyFilter[]): AnyFilter => ({ op: 'or', filters })
const metadata = (test: ValueTest, ...path: string[]): MetadataCondition => ({
  op: 'metadata',
  namespace: 'app',
  path,
  test,
})

describe('what or asks for value by value', () => {
  it('is one list for each member, and for each place of metadata', () => {
    const gathered = gatherEquals(
      or(
        equal('userName', 'a'),
        equal('email', 'e'),
        { op: 'in', field: 'userName', values: ['b', 'a'] },
        metadata({ op: 'equals', value: 'pro' }, 'plan'),
        metadata({ op: 'in', values: [5, true] }, 'plan'),
        metadata({ op: 'equals', value: 'pro' }, 'plan', 'name'),
      ),
    )

    expect(gathered).toEqual(
      or(
        { op: 'in', field: 'userName', values: ['a', 'b'] },
        equal('email', 'e'),
        metadata({ op: 'in', values: ['pro', 5, true] }, 'plan'),
        metadata({ op: 'equals', value: 'pro' }, 'plan', 'name'),
      ),
    )
  })

  it('is the list alone where nothing else is asked, also below and and not', () => {
    const two = or(equal('userName', 'a'), equal('userName', 'b'))
    const list: AnyFilter = { op: 'in', field: 'userName', values: ['a', 'b'] }

    expect(gatherEquals({ op: 'and', filters: [two, { op: 'not', filter: two }] })).toEqual({
      op: 'and',
      filters: [list, { op: 'not', filter: list }],
    })
  })

  it('leaves alone what is no value of a member: null, login names, other tests, and what and joins', () => {
    const filter = or(
      equal('email', null),
      equal('loginName', 'a'),
      equal('loginName', 'b'),
      metadata({ op: 'exists' }, 'plan'),
      { op: 'and', filters: [equal('email', 'a'), equal('email', 'b')] },
    )

    expect(gatherEquals(filter)).toEqual(filter)
    expect(gatherEquals(or())).toEqual(or())
  })

  it.each(['sqlite', 'postgres'] as const)('shares a statement on %s, however many values there are', (dialect) => {
    const planOf = (count: number) => {
      const named = Array.from({ length: count }, (_, index) => equal('userName', `user-${index}`))
      const known = Array.from({ length: count }, (_, index) => metadata({ op: 'equals', value: `v${index}` }, 'plan'))
      const filter = or(...named, ...known) as never
      const search = { kind: 'user', filter, offset: 0, limit: 10, count: false } as const
      return planSearch('default', search, tableNames({}), dialect)
    }
    const [few, many] = [planOf(2), planOf(5000)]

    expect(many.shape).toBe(few.shape)
    expect(many.pageParameters).toHaveLength(few.pageParameters.length)
  })
})
