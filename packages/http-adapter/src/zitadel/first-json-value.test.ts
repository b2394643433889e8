import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstJsonValue } from './first-json-value'
import { ProtoJsonError } from './proto-json-error'

describe('firstJsonValue', () => {
  it.each(['', ' \r\n\t'])('finds nothing in %j', (text) => {
    expect(firstJsonValue(text)).toBeUndefined()
  })

  it.each([
    ['{"a":1} {"b":2}', { a: 1 }],
    ['[1,"\\u00e9",{"x":[]}]]', [1, 'é', { x: [] }]],
    ['-1.5e+2 trailing', -150],
    ['01', 0],
    ['"a\\"b" "c"', 'a"b'],
    ['null,', null],
  ])('ignores what follows the value: %s', (text, value) => {
    expect(firstJsonValue(text)?.value).toEqual(value)
  })

  it('reports the text of the value alone', () => {
    expect(firstJsonValue('  {"a": 1} rest')?.source).toBe('{"a": 1}')
  })

  it.each([
    ['{"userName":', 'unexpected EOF'],
    ['{"userName":"x', 'unexpected EOF'],
    ['[1,', 'unexpected EOF'],
    ['tru', 'unexpected EOF'],
    ['-', 'unexpected EOF'],
    ['userName=x', "invalid character 'u' looking for beginning of value"],
    ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
    ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['{"a":nul}', "invalid character '}' in literal null (expecting 'l')"],
    ['{"a":-x}', "invalid character 'x' in numeric literal"],
    ['{"a":1.x}', "invalid character 'x' after decimal point in numeric literal"],
    ['{"a":1ex}', "invalid character 'x' in exponent of numeric literal"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"],
  ])('describes %j in the words of Go', (text, message) => {
    expect(() => firstJsonValue(text)).toThrow(new ProtoJsonError(message))
  })

  it('refuses malformed nesting beyond the depth of Go', () => {
    expect(() => firstJsonValue('['.repeat(10_001))).toThrow('exceeded max depth')
  })

  it('reads every JSON text, whatever follows', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('', ' ', ' }', ' x', ',1'), (json, rest) => {
        expect(firstJsonValue(json + rest)?.value).toEqual(JSON.parse(json))
      }),
    )
  })

  it('throws nothing but ProtoJsonError', () => {
    const scrap = fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0aetrfn-.1 \n\u0000é'), maxLength: 20 })
    fc.assert(
      fc.property(scrap, (text) => {
        try {
          firstJsonValue(text)
        } catch (error) {
          expect(error).toBeInstanceOf(ProtoJsonError)
        }
      }),
      { numRuns: 3000 },
    )
  })
})
