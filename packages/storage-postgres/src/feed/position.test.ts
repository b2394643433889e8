import { expect, it } from 'vitest'
import { formatPosition, parsePosition } from './position'

it('reads back what it wrote, to the largest numbers the server has', () => {
  const largest = formatPosition('18446744073709551615', '9223372036854775807')
  expect(parsePosition(largest)).toEqual({ transactionId: '18446744073709551615', place: '9223372036854775807' })
})

it.each(['', '12', '-1-2', '1-2-3', '1-x', '01-2', '1-02', '18446744073709551616-1', '1-9223372036854775808'])(
  'refuses %j',
  (text) => {
    expect(parsePosition(text)).toBeUndefined()
  },
)
