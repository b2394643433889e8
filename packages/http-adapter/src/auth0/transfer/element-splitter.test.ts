import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ElementSplitter } from './element-splitter'

function split(text: string | Uint8Array, size = Number.POSITIVE_INFINITY, maxBytes = 1000) {
  const splitter = new ElementSplitter(maxBytes)
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const elements: (string | undefined)[] = []
  const take = (found: readonly (Uint8Array | undefined)[]) => {
    for (const element of found) elements.push(element && new TextDecoder().decode(element))
  }
  for (let at = 0; at < bytes.length; at += Math.min(size, bytes.length)) {
    // One buffer for all pieces, as some readers of files have it.
    const piece = bytes.slice(at, at + size)
    take(splitter.push(piece))
    piece.fill(0)
  }
  take(splitter.end())
  return { elements, fault: splitter.fault }
}

describe('the elements of a source', () => {
  it('are those of an array, wherever it is cut', () => {
    const value = fc.jsonValue({ maxDepth: 3 })
    fc.assert(
      fc.property(fc.array(value), fc.integer({ min: 1, max: 9 }), fc.constantFrom(0, 1), (values, size, indent) => {
        const { elements, fault } = split(JSON.stringify(values, undefined, indent), size, 1_000_000)
        expect(fault).toBeUndefined()
        expect(elements.map((element) => JSON.parse(element ?? ''))).toEqual(JSON.parse(JSON.stringify(values)))
      }),
    )
  })

  it('are the lines of NDJSON, wherever they are cut, blank ones left out', () => {
    for (const size of [1, 2, 3, 100]) {
      expect(split(' {"a":"[,]"}\r\n\n \t\n{"b":\n"ü"', size)).toEqual({
        elements: ['{"a":"[,]"}\r', '{"b":', '"ü"'],
        fault: undefined,
      })
    }
  })

  it('begin behind a byte order mark', () => {
    expect(split('\ufeff [1]').elements).toEqual(['1'])
    expect(split('\ufeff{}\n{}', 1).elements).toEqual(['{}', '{}'])
  })

  it('need not be JSON, and spoil no other', () => {
    expect(split('[{"a":tru}, nul , "\\"]" ,-1]').elements).toEqual(['{"a":tru}', 'nul', '"\\"]"', '-1'])
  })

  it('are not held when they are too long', () => {
    const long = JSON.stringify({ a: 'x'.repeat(50) })
    for (const size of [1, 7, 1000]) {
      expect(split(`[{"a":1},${long},{"b":2}]`, size, 20).elements).toEqual(['{"a":1}', undefined, '{"b":2}'])
      expect(split(`{"a":1}\n${long}\n{"b":2}`, size, 20).elements).toEqual(['{"a":1}', undefined, '{"b":2}'])
    }
  })

  it.each([
    ['[1,', ['1'], 'the array is not closed'],
    ['[{"a":', [], 'the array is not closed'],
    ['[', [], 'the array is not closed'],
    ['[1,]', ['1'], 'an element is missing'],
    ['[,1]', [], 'an element is missing'],
    ['[{} {}]', ['{}'], 'a comma is missing'],
    ['[1] 2', ['1'], 'something stands behind the array'],
  ])('end where %j cannot be read on', (text, elements, fault) => {
    expect(split(text, 1)).toEqual({ elements, fault })
    expect(split(text)).toEqual({ elements, fault })
  })

  it.each(['', ' \n', '[]', ' [ ] '])('are none in %j', (text) => {
    expect(split(text)).toEqual({ elements: [], fault: undefined })
  })
})
