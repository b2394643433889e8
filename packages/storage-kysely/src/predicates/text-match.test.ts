import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textAfter } from './text-match'

const bytes = (text: string) => Buffer.from(text)

describe('textAfter', () => {
  it('lies behind every text with the prefix, and before every greater text without it', () => {
    const unit = 'binary' as const
    fc.assert(
      fc.property(
        fc.string({ unit, minLength: 1 }),
        fc.string({ unit }),
        fc.string({ unit }),
        (prefix, rest, other) => {
          const end = textAfter(prefix)
          if (end === undefined) return expect(prefix).toMatch(/^\u{10ffff}+$/u)
          expect(bytes(prefix + rest).compare(bytes(end))).toBe(-1)
          const inside = bytes(other).compare(bytes(prefix)) >= 0 && bytes(other).compare(bytes(end)) < 0
          expect(inside).toBe(other.startsWith(prefix))
        },
      ),
    )
  })

  it('steps over the surrogates, and drops what cannot grow', () => {
    expect(textAfter('a\ud7ff')).toBe('a\ue000')
    expect(textAfter('a\u{10ffff}')).toBe('b')
    expect(textAfter('\u{10ffff}')).toBeUndefined()
  })
})
