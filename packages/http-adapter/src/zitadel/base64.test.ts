import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64, encodeBase64 } from './base64'

const bytes = (...numbers: number[]) => Uint8Array.from(numbers)

describe('decodeBase64', () => {
  it.each([
    ['', bytes()],
    ['YQ==', bytes(97)],
    ['YQ', bytes(97)],
    ['_-8=', bytes(255, 239)],
    ['_-8', bytes(255, 239)],
    ['/+8=', bytes(255, 239)],
    ['YR==', bytes(97)],
    ['YWJj\r\nZGVm\r\n\r\n', Uint8Array.from(Buffer.from('abcdef'))],
  ])('reads %j', (text, expected) => {
    expect(decodeBase64(text)).toEqual(expected)
  })

  it.each(['***', 'Y', 'YQ=', 'Y===', '====', 'YQ==YQ==', '_+8=', 'YQ= =', 'ŁŁŁŁ', 'YWJ\u0141', ' YQ='])(
    'refuses %j',
    (text) => {
      expect(decodeBase64(text)).toBeUndefined()
    },
  )

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (value) => {
        expect(decodeBase64(encodeBase64(value))).toEqual(value)
      }),
    )
  })

  it('takes exactly the texts of the grammar', () => {
    const letters = fc.constantFrom(...'AZaz09+/-_=\n !é\u0141')
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 12 }), (text) => {
        expect(decodeBase64(text) !== undefined).toBe(matchesGrammar(text))
      }),
      { numRuns: 2000 },
    )
  })
})

function matchesGrammar(text: string): boolean {
  const letter = /[-_]/.test(text) ? '[A-Za-z0-9_-]' : '[A-Za-z0-9+/]'
  const end = text.length % 4 === 0 ? `(?:${letter}{2}==|${letter}{3}=)?` : `(?:${letter}{2,3})?`
  return new RegExp(`^(?:${letter}{4})*${end}$`).test(text.replace(/[\r\n]/g, ''))
}
