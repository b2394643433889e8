import { expect, it } from 'vitest'
import { compareText } from './compare-text'

it('orders texts as the bytes of their UTF-8', () => {
  const texts = ['', 'a', 'ab', 'b', 'B', 'é', '퟿', '\uE000', '\uFFFD', '😀', '😀a', '\u{10FFFF}']
  const byBytes = [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  expect([...texts].reverse().sort(compareText)).toEqual(byBytes)
})
