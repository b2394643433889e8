import { describe, expect, it } from 'vitest'
import { asCompositeText, parseCompositeText } from './composite-text'

const statement = (text: string) => ({ name: undefined, order: [], text })

describe('a statement that answers rows as texts', () => {
  it.each([
    ['select 1, 2', 'select answered::text as answered from (select 1, 2) as answered'],
    [
      `with "select" as (select ')' from (select 1) as t), b as (insert into x values (1)) select * from b`,
      `with "select" as (select ')' from (select 1) as t), b as (insert into x values (1)) select answered::text as answered from (select * from b) as answered`,
    ],
    [
      '(select 1) union all (select 2)',
      'select answered::text as answered from ((select 1) union all (select 2)) as answered',
    ],
    ['savepoint indwell', 'savepoint indwell'],
    ['update x set y = (select 1)', 'update x set y = (select 1)'],
  ])('of %s', (text, expected) => {
    expect(asCompositeText(statement(text))).toBe(expected)
  })
})

describe('a row as text', () => {
  it.each([
    ['(1,t,)', ['1', 't', null]],
    ['()', [null]],
    ['("",,"")', ['', null, '']],
    ['("a,b","(c)","say ""x""","back\\\\slash","\\"")', ['a,b', '(c)', 'say "x"', 'back\\slash', '"']],
    ['("\nline",é,"{""a"":[1,null]}")', ['\nline', 'é', '{"a":[1,null]}']],
  ])('%j has its columns', (text, row) => {
    expect(parseCompositeText(text)).toEqual(row)
  })

  it('that is none is refused', () => {
    expect(() => parseCompositeText('(a"b)')).toThrow(TypeError)
  })
})
