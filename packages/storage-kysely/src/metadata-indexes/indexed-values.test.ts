import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { indexedNumber, indexedText, indexedValues } from './indexed-values'

describe('indexedValues', () => {
  it('takes a value of each type, and of an array each of its elements', () => {
    expect(indexedValues('["b",["a","b"],true,{"a":"c"},null]', [])).toEqual(['b1', 'sb', 'sa'])
    expect(indexedValues('[{"a":["x"]},{"a":"y"}]', ['a'])).toEqual(['sy', 'sx'])
  })

  it('keeps a text folded as well where folding changes it', () => {
    expect(indexedValues('"Ada É"', [])).toEqual(['sAda É', 'fada é'])
  })

  it('notes that something is there which has no value of its own', () => {
    expect(indexedValues('{"a":{"b":0}}', ['a'])).toEqual(['e'])
    expect(indexedValues('1e400', [])).toEqual(['e'])
    expect(indexedValues('{"a":[null,{}]}', ['a'])).toEqual([])
  })

  it('gives up where there are too many', () => {
    const numbers = Array.from({ length: 1001 }, (_, at) => at)

    expect(indexedValues(JSON.stringify(numbers.slice(1)), [])).toHaveLength(1000)
    expect(indexedValues(JSON.stringify(numbers), [])).toEqual(['*'])
  })

  it('has texts as a database would keep them', () => {
    expect(indexedValues(String.raw`"\ud800\u0000"`, [])).toEqual(['s\ufffd\ufffd'])
    expect(indexedValues('"\ud800"', [])).toEqual(['s\ufffd'])
  })
})

describe('indexedNumber', () => {
  it('orders as numbers do', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [x, y] = [indexedNumber(a), indexedNumber(b)]
        expect(x < y ? -1 : x > y ? 1 : 0).toBe(a < b ? -1 : a > b ? 1 : 0)
      }),
      { examples: [[-0, 0]] },
    )
  })
})

describe('indexedText', () => {
  it('cuts long texts between characters', () => {
    expect(indexedText('x'.repeat(61))).toBe(`s${'x'.repeat(60)}`)
    expect(indexedText(`x${'😀'.repeat(60)}`)).toBe(`sx${'😀'.repeat(59)}`)
    expect(indexedText('😀'.repeat(60))).toBe(`s${'😀'.repeat(60)}`)
  })
})
