import { expect, it } from 'vitest'
import { formatPosition } from '../feed/position'
import { formatBookmark, transactionsOf } from './bookmark'

it('reads back what it wrote, to the largest number the server has', () => {
  expect(transactionsOf(formatBookmark('18446744073709551615'))).toBe('18446744073709551615')
})

it('takes the position of an event as the end of its transaction', () => {
  expect(transactionsOf(formatPosition('741', '9'))).toBe('742')
})

it.each(['', '12', 'before-', 'before-1-2', 'before-18446744073709551616', '18446744073709551615-1', ' 1-2'])(
  'refuses %j',
  (text) => {
    expect(() => transactionsOf(text)).toThrow(expect.objectContaining({ code: 'invalid_input' }))
  },
)
