import { describe, expect, it } from 'vitest'
import { goQuote, goQuoteRune } from './go-quote'

describe('goQuote', () => {
  it.each([
    ['plain é 日', '"plain é 日"'],
    ['a"b\'c\\', '"a\\"b\'c\\\\"'],
    ['\n\t\u0000\u007f', '"\\n\\t\\x00\\x7f"'],
    ['\u0085\u200b', '"\\u0085\\u200b"'],
  ])('prints %j as Go does', (text, expected) => {
    expect(goQuote(text)).toBe(expected)
  })

  it('escapes the mark it quotes with', () => {
    expect(goQuoteRune("'")).toBe("'\\''")
    expect(goQuoteRune('"')).toBe("'\"'")
  })
})
