import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { belowPrefix, parseQuery, percentDecode, splitTarget, toOriginForm, toPrefix } from './request-target'

describe('toOriginForm', () => {
  it.each([
    ['/users/1?q=a', '/users/1?q=a'],
    ['//evil.example/users', '//evil.example/users'],
    ['/users/../orgs/%2e%2e', '/users/../orgs/%2e%2e'],
    ['http://example.com/users?q=http://x/', '/users?q=http://x/'],
    ['http://example.com', '/'],
    ['http://example.com?q=1', '/?q=1'],
    ['http://[bad/users', '/users'],
    ['/users#part', '/users'],
    ['*', '*'],
    ['', ''],
    ['users', 'users'],
  ])('reduces %j to %j', (target, url) => {
    expect(toOriginForm(target)).toBe(url)
  })
})

describe('belowPrefix', () => {
  it.each([
    ['/in/users', '/users'],
    ['/in', '/'],
    ['/in?q=1', '/?q=1'],
    ['/in/', '/'],
    ['/inside/users', undefined],
    ['/users', undefined],
    ['*', undefined],
  ])('turns %j below /in into %j', (url, rest) => {
    expect(belowPrefix(url, toPrefix('/in/'))).toBe(rest)
  })

  it('cuts nothing off without a prefix', () => {
    expect(belowPrefix('/users', toPrefix('/'))).toBe('/users')
    expect(belowPrefix('*', toPrefix(''))).toBe('*')
  })
})

describe('toPrefix', () => {
  it.each(['in', '/in?q', '/in#x', 'http://x/in'])('refuses %j', (prefix) => {
    expect(() => toPrefix(prefix)).toThrow(TypeError)
  })
})

describe('splitTarget', () => {
  it('separates at the first question mark', () => {
    expect(splitTarget('/users?q=a?b')).toEqual({ path: '/users', query: 'q=a?b' })
    expect(splitTarget('/users')).toEqual({ path: '/users', query: '' })
  })
})

describe('parseQuery', () => {
  it('keeps order and repetition', () => {
    expect(parseQuery('b=2&a=1&b=3&c&=d&&e=f=g')).toEqual([
      ['b', '2'],
      ['a', '1'],
      ['b', '3'],
      ['c', ''],
      ['', 'd'],
      ['e', 'f=g'],
    ])
    expect(parseQuery('')).toEqual([])
  })

  it('reads + as a blank and leaves malformed escapes', () => {
    expect(parseQuery('q=a+b%2Bc&m=%zz')).toEqual([
      ['q', 'a b+c'],
      ['m', '%zz'],
    ])
  })
})

describe('percentDecode', () => {
  it('undoes encodeURIComponent', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => percentDecode(encodeURIComponent(text)) === text))
  })

  it('keeps + and decodes once', () => {
    expect(percentDecode('a+b%2525')).toBe('a+b%25')
  })

  it.each(['%', '%z', '%zz', '%e4', '%c0%80', '%ed%a0%80'])('has no answer for %j', (text) => {
    expect(percentDecode(text)).toBeUndefined()
  })
})
