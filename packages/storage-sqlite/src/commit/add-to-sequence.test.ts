import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addToSequence } from './add-to-sequence'

it('adds exactly, beyond what a float holds as well', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 62n }), fc.nat(), (sequence, count) => {
      expect(addToSequence(String(sequence), count)).toBe(String(sequence + BigInt(count)))
    }),
  )
  expect(addToSequence('999999999999999', 1)).toBe('1000000000000000')
})
