import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { percentEncode } from './percent-encode'

describe('percentEncode', () => {
  it.each([
    ['User could not be found (QUERY-Dfbg2)', 'User could not be found (QUERY-Dfbg2)'],
    ['100 %', '100 %25'],
    ['a\r\nb', 'a%0D%0Ab'],
    ['日', '%E6%97%A5'],
    ['~ \x7f', '~ %7F'],
  ])('writes %j as %s', (text, encoded) => {
    expect(percentEncode(text)).toBe(encoded)
  })

  it('is printable ASCII, and undone by percent-decoding, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const encoded = percentEncode(text)
        expect(encoded).toMatch(/^[\x20-\x7e]*$/)
        expect(decodeURIComponent(encoded)).toBe(text)
      }),
    )
  })
})
