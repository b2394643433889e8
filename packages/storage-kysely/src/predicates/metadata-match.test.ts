import { describe, expect, it } from 'vitest'
import { entryMatches } from './metadata-match'

const equals = (value: string | number | boolean, ...path: string[]) =>
  ({ path, test: { op: 'equals', value } }) as const

describe('entryMatches', () => {
  it('looks into values that nest deeper than calls can', () => {
    const depth = 200_000
    const json = `${'['.repeat(depth)}"x"${']'.repeat(depth)}`

    expect(entryMatches(json, equals('x'))).toBe(true)
    expect(entryMatches(json, equals('y'))).toBe(false)
  })

  it('knows no members but those that are stored', () => {
    const exists = (...path: string[]) => ({ path, test: { op: 'exists' } }) as const

    expect(entryMatches('{}', exists('constructor'))).toBe(false)
    expect(entryMatches('{"a":1}', exists('__proto__'))).toBe(false)
    expect(entryMatches('{"__proto__":{"a":1}}', exists('__proto__', 'a'))).toBe(true)
    expect(entryMatches('["x"]', exists('0'))).toBe(false)
    expect(entryMatches('"x"', exists('length'))).toBe(false)
  })

  it('tells an escaped backslash from the beginning of an escape', () => {
    expect(entryMatches(String.raw`"\\u0000"`, equals(String.raw`\u0000`))).toBe(true)
    expect(entryMatches(String.raw`"\\\u0000"`, equals('\\\ufffd'))).toBe(true)
    expect(entryMatches(String.raw`"\ud83d\ude00\ude00"`, equals('😀\ufffd'))).toBe(true)
  })

  it('orders texts by code points, not by code units', () => {
    const after = (from: string) =>
      ({ path: [], test: { op: 'range', from, fromInclusive: false, toInclusive: true } }) as const

    expect(entryMatches('"😀"', after('\uffee'))).toBe(true)
    expect(entryMatches('"\uffee"', after('😀'))).toBe(false)
    expect(entryMatches('"ab"', after('a'))).toBe(true)
    expect(entryMatches('"a"', after('a'))).toBe(false)
  })
})
