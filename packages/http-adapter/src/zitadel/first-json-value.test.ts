import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstJsonValue } from './first-json-value'
import { ProtoJsonError } from './proto-json-error'

describe('firstJsonValue', () => {
  it.each(['', ' \r\n\t'])('finds nothing in %j', (text) => {
    expect(firstJsonValue(text, 100)).toBeUndefined()
  })

  it.each([
    ['{"a":1} {"b":2}', { a: 1 }],
    ['[1,"\\u00e9",{"x":[]}]]', [1, 'é', { x: [] }]],
    ['-1.5e+2 trailing', -150],
    ['01', 0],
    ['"a\\"b" "c"', 'a"b'],
    ['null,', null],
  ])('ignores what follows the value: %s', (text, value) => {
    expect(firstJsonValue(text, 100)?.value).toEqual(value)
  })

  it.each(['{"userName":', '{"userName":"x', '[1,', 'tru', '-'])('tells that %j is cut off', (text) => {
    expect(() => firstJsonValue(text, 100)).toThrow(new ProtoJsonError('unexpected EOF'))
  })

  it.each([
    ['userName=x', "invalid character 'u' at line 1:1"],
    ['\ufeff{}', "invalid character 'ï' at line 1:1"],
    ["{'a':1}", "invalid character '\\'' at line 1:2"],
    [' \n{"a":\n 1,}', "invalid character '}' at line 2:4"],
    ['{"a" 1}', "invalid character '1' at line 1:6"],
    ['{"a":1 "b":2}', "invalid character '\"' at line 1:8"],
    ['{"a":nul}', "invalid character '}' at line 1:9"],
    ['"a\nb"', "invalid character '\\n' at line 1:3"],
  ])('names the character that is wrong in %j', (text, message) => {
    expect(() => firstJsonValue(text, 100)).toThrow(new ProtoJsonError(message))
  })

  it('refuses nesting beyond the limit', () => {
    expect(firstJsonValue('[[1]]', 2)?.value).toEqual([[1]])
    expect(() => firstJsonValue('[[[1]]]', 2)).toThrow(new ProtoJsonError('exceeded max depth'))
  })

  it('refuses a name that an object holds twice, however it is escaped', () => {
    expect(() => firstJsonValue(' {"a":1, "\\u0061":2}', 100)).toThrow(
      new ProtoJsonError('proto: (line 1:9): duplicate field "a"'),
    )
  })

  it('reads every JSON text, whatever follows', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('', ' ', ' }', ' x', ',1'), (json, rest) => {
        expect(firstJsonValue(json + rest, 100)?.value).toEqual(JSON.parse(json))
      }),
    )
  })

  it('throws nothing but ProtoJsonError', () => {
    const scrap = fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0aetrfn-.1 \n\u0000é'), maxLength: 20 })
    fc.assert(
      fc.property(scrap, (text) => {
        try {
          firstJsonValue(text, 100)
        } catch (error) {
          expect(error).toBeInstanceOf(ProtoJsonError)
        }
      }),
      { numRuns: 3000 },
    )
  })
})
