import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Auth0Error } from '../error-body'
import { parseSearch } from './parse-search'
import type { SearchEnd } from './search-expression'

const equals = (member: string | undefined, text: string) => ({
  op: 'match',
  member,
  pattern: { kind: 'equals', text },
})
const range = (from?: SearchEnd, to?: SearchEnd, fromInclusive = true, toInclusive = true) => ({
  op: 'range',
  member: 'a',
  range: { ...(from && { from }), ...(to && { to }), fromInclusive, toInclusive },
})
const a = equals('a', '1')
const b = equals('b', '2')
const c = equals('c', '3')

describe('a search', () => {
  it.each([
    ['a:1', a],
    ['a:"1"', a],
    ['  a : 1'.replace(' : ', ':'), a],
    ['a.b_c-d:"x y"', equals('a.b_c-d', 'x y')],
    ['a:"say \\"hi\\" *"', equals('a', 'say "hi" *')],
    ['a:x\\ y\\*', equals('a', 'x y*')],
    ['a:x@y.z', equals('a', 'x@y.z')],
    ['a:x-y', equals('a', 'x-y')],
    ['x', equals(undefined, 'x')],
    ['"AND"', equals(undefined, 'AND')],
    ['_exists_:a.b', { op: 'exists', member: 'a.b' }],
    ['a:*', { op: 'match', member: 'a', pattern: { kind: 'any' } }],
    ['a:x*', { op: 'match', member: 'a', pattern: { kind: 'starts-with', text: 'x' } }],
    ['a:*xyz', { op: 'match', member: 'a', pattern: { kind: 'ends-with', text: 'xyz' } }],
    ['a:-1', equals('a', '-1')],
    ['first\\ name:1', equals('first name', '1')],
    ['größe:1', equals('größe', '1')],
    ['a:[1 TO 2]', range({ text: '1', quoted: false }, { text: '2', quoted: false })],
    ['a:{1 TO *]', range({ text: '1', quoted: false }, undefined, false)],
    ['a:[* TO "x ] y"}', range(undefined, { text: 'x ] y', quoted: true }, true, false)],
    ['a:[ x\\ y TO 10:00 ]', range({ text: 'x y', quoted: false }, { text: '10:00', quoted: false })],
    ['a:*xyz*', { op: 'match', member: 'a', pattern: { kind: 'contains', text: 'xyz' } }],
  ])('reads %s', (text, expression) => {
    expect(parseSearch(text)).toEqual(expression)
  })

  it('binds NOT closest, then AND', () => {
    expect(parseSearch('a:1 OR b:2 AND NOT c:3')).toEqual({
      op: 'or',
      parts: [a, { op: 'and', parts: [b, { op: 'not', part: c }] }],
    })
    expect(parseSearch('(a:1 OR b:2) AND c:3')).toEqual({ op: 'and', parts: [{ op: 'or', parts: [a, b] }, c] })
  })

  it('reads signs as the words they stand for', () => {
    expect(parseSearch('a:1 && !b:2 || -c:3')).toEqual(parseSearch('a:1 AND NOT b:2 OR NOT c:3'))
    expect(parseSearch('+a:1 AND b:2')).toEqual(parseSearch('a:1 AND b:2'))
  })

  it('takes terms that follow each other for what their signs say', () => {
    const [notB, notC] = [b, c].map((part) => ({ op: 'not', part }))
    expect(parseSearch('+a:1 -b:2')).toEqual({ op: 'and', parts: [a, notB] })
    expect(parseSearch('a:1 NOT b:2')).toEqual({ op: 'and', parts: [a, notB] })
    expect(parseSearch('+a:1 b:2')).toEqual(a)
    expect(parseSearch('a:1 b:2 -c:3')).toEqual({ op: 'and', parts: [{ op: 'or', parts: [a, b] }, notC] })
    expect(parseSearch('-b:2 -c:3')).toEqual({ op: 'and', parts: [notB, notC] })
    expect(parseSearch('a:1 AND b:2 -c:3')).toEqual({ op: 'and', parts: [a, b, notC] })
  })

  it('gives the member to every value of a group', () => {
    expect(parseSearch('a:(1 OR NOT 2)')).toEqual({ op: 'or', parts: [a, { op: 'not', part: equals('a', '2') }] })
  })

  it.each([
    '',
    ' ',
    'a:',
    'a:()',
    '()',
    '(a:1',
    'a:1)',
    'a:1 b:2',
    'NOT',
    'a:1 AND',
    'a:(b:1)',
    '"',
    '_exists_:',
    'a:*yz',
    'a:[1 TO 2',
    'a:[1 2]',
    'a:[TO]',
    '[1 TO 2]',
    '+a:1 OR b:2',
    'a:1 OR b:2 c:3',
    'a:1 AND b:2 c:3',
    'a:1 AND AND b:2',
    '-',
    '--',
    '+ -a:1',
  ])('cannot be read: %j', (text) => {
    expect(() => parseSearch(text)).toThrow(
      expect.objectContaining({ statusCode: 400, errorCode: 'invalid_query_string' }),
    )
  })

  it.each(['/x/', 'a:>1', 'a:1~', 'a:1^2', 'a:x?z', 'a:x*z'])('is not served: %j', (text) => {
    expect(() => parseSearch(text)).toThrow(expect.objectContaining({ statusCode: 400 }))
  })

  it('is read or refused, whatever it is', () => {
    const words = fc.constantFrom(
      'a:',
      '"',
      '\\',
      '(',
      ')',
      ' ',
      '*',
      'AND',
      'OR ',
      'NOT ',
      '_exists_:',
      'x',
      ':',
      '[',
      ' TO ',
      ']',
      '-',
      '+',
      '!',
      '||',
      '&&',
      '\0',
    )

    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            parseSearch(text)
          } catch (error) {
            expect(error).toBeInstanceOf(Auth0Error)
          }
        },
      ),
    )
  })
})
