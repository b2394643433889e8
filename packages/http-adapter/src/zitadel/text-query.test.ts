import { describe, expect, it } from 'vitest'
import { zitadelContract } from './contract.generated'
import { type TextQueryMethod, textQueryOf } from './text-query'

describe('textQueryOf', () => {
  it.each<[TextQueryMethod, ReturnType<typeof textQueryOf>]>([
    ['TEXT_QUERY_METHOD_EQUALS', { method: 'equals', ignoreCase: false }],
    ['TEXT_QUERY_METHOD_STARTS_WITH', { method: 'starts-with', ignoreCase: false }],
    ['TEXT_QUERY_METHOD_CONTAINS_IGNORE_CASE', { method: 'contains', ignoreCase: true }],
    ['TEXT_FILTER_METHOD_ENDS_WITH_IGNORE_CASE', { method: 'ends-with', ignoreCase: true }],
  ])('understands %s', (name, query) => {
    expect(textQueryOf(name)).toEqual(query)
  })

  it('understands every method of the contract', () => {
    const { enums } = zitadelContract
    const names = [
      enums['v1.TextQueryMethod'],
      enums['object.v2.TextQueryMethod'],
      enums['filter.v2.TextFilterMethod'],
    ].flatMap((methods) => Object.keys(methods) as TextQueryMethod[])

    expect(names.map(textQueryOf)).toHaveLength(24)
  })
})
