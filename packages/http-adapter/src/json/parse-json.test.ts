import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonFault, ParseJsonOptions } from './parse-json'
import { parseJson } from './parse-json'

const strict: ParseJsonOptions = { maxDepth: 100, duplicateKeys: 'error', trailing: 'error' }
const lenient: ParseJsonOptions = { maxDepth: 100, duplicateKeys: 'last', trailing: 'ignore' }

function faultOf(input: string | Uint8Array, options: ParseJsonOptions = strict): JsonFault | undefined {
  const parsed = parseJson(input, options)
  return parsed.ok ? undefined : parsed.fault
}

function parsedValue(input: string | Uint8Array, options: ParseJsonOptions = strict): unknown {
  const parsed = parseJson(input, options)
  return parsed.ok ? parsed.value : parsed.fault
}

describe('parseJson', () => {
  it('gives the value that JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(parsedValue(text, { ...strict, duplicateKeys: 'last' })).toEqual(JSON.parse(text))
        expect(parsedValue(new TextEncoder().encode(text), lenient)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('refuses exactly the texts that JSON.parse refuses', () => {
    const damaged = fc
      .tuple(
        fc.json({ noUnicodeString: false }),
        fc.nat(),
        fc.nat({ max: 2 }),
        fc.constantFrom(...'{}[],:"\\u0-.eE+ntf 1\n\t\0é'),
      )
      .map(([text, at, removed, inserted]) => {
        const index = at % (text.length + 1)
        return text.slice(0, index) + inserted + text.slice(index + removed)
      })
    fc.assert(
      fc.property(damaged, (text) => {
        let accepted = true
        try {
          JSON.parse(text)
        } catch {
          accepted = false
        }
        expect(parseJson(text, { ...strict, duplicateKeys: 'last' }).ok).toBe(accepted)
      }),
      { numRuns: 5_000 },
    )
  })

  it('never throws, whatever the bytes and options', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(strict, lenient), (bytes, options) => {
        expect(parseJson(bytes, options)).toHaveProperty('ok')
      }),
    )
  })

  it.each([
    ['', 0],
    ['   ', 3],
    ['{', 1],
    ['{"a"', 4],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['[1}', 2],
    ['{"a":01}', 6],
    ['-', 1],
    ['1.x', 2],
    ['1e', 2],
    ['trux', 3],
    ["{'a':1}", 1],
    ['"\\x"', 2],
    ['"\\u12g4"', 5],
    ['"a\nb"', 2],
    ['"abc', 4],
    ['"abc\\', 5],
    ['\ufeff{}', 0],
    ['\u00a0{}', 0],
  ])('finds where %j breaks the grammar', (text, offset) => {
    expect(faultOf(text)).toEqual({ reason: 'syntax', offset })
  })

  it('refuses a depth above the limit and accepts the limit', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(faultOf(nested(100))).toBeUndefined()
    expect(faultOf(nested(101))).toEqual({ reason: 'too_deep', offset: 100 })
    expect(faultOf('{"a":'.repeat(101))).toEqual({ reason: 'too_deep', offset: 500 })
  })

  it('counts siblings once', () => {
    expect(faultOf(`[${'[],'.repeat(1_000)}{}]`, { ...strict, maxDepth: 2 })).toBeUndefined()
  })

  it('survives a megabyte of brackets, with and without a depth limit', () => {
    expect(faultOf('['.repeat(1_048_576))).toEqual({ reason: 'too_deep', offset: 100 })
    expect(faultOf('['.repeat(1_048_576), { ...strict, maxDepth: Number.MAX_SAFE_INTEGER })).toEqual({
      reason: 'syntax',
      offset: 1_048_576,
    })
  })

  it('finds a repeated key of one object, however it is written', () => {
    expect(faultOf('{"a":1,"b":{"a":2},"a":3}')).toEqual({ reason: 'duplicate_key', offset: 19, key: 'a' })
    expect(faultOf('[{"a":1},{"a":1}]')).toBeUndefined()
    expect(faultOf('{"a":1,"\\u0061":2}')).toEqual({ reason: 'duplicate_key', offset: 7, key: 'a' })
    expect(faultOf('{"__proto__":1,"__proto__":2}')).toEqual({ reason: 'duplicate_key', offset: 15, key: '__proto__' })
    expect(faultOf('{"toString":1}')).toBeUndefined()
  })

  it('lets the last of repeated keys count when asked to', () => {
    expect(parsedValue('{"a":1,"a":2}', lenient)).toEqual({ a: 2 })
  })

  it('reports or ignores what follows the first value', () => {
    expect(faultOf('{} x')).toEqual({ reason: 'trailing', offset: 3 })
    expect(faultOf('1 2')).toEqual({ reason: 'trailing', offset: 2 })
    expect(faultOf(' {}\r\n\t ')).toBeUndefined()
    expect(parsedValue('{"a":1}}}} x', lenient)).toEqual({ a: 1 })
    expect(parsedValue('"a" "b"', lenient)).toBe('a')
    expect(parsedValue(' 12 x', lenient)).toBe(12)
  })

  it('keeps __proto__ as a property of its own', () => {
    const value = parsedValue('{"__proto__":{"admin":true}}')

    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.keys(value as object)).toEqual(['__proto__'])
  })

  it('finds the first byte that is not UTF-8', () => {
    const bytes = (...tail: number[]) => Uint8Array.from([0x22, 0xef, 0xbf, 0xbd, ...tail, 0x22])
    expect(parsedValue(bytes(0xc3, 0xa9))).toBe('\ufffdé')
    expect(faultOf(bytes(0xff))).toEqual({ reason: 'invalid_utf8', offset: 4 })
    expect(faultOf(bytes(0xed, 0xa0, 0x80))).toEqual({ reason: 'invalid_utf8', offset: 4 })
    expect(faultOf(Uint8Array.from([0x22, 0xc3]))).toEqual({ reason: 'invalid_utf8', offset: 1 })
  })
})
