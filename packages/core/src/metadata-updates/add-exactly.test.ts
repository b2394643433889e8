import fc from 'fast-check'
import { expect, it } from 'vitest'
import '../../../../test/property-seed'
import { addExactly } from './add-exactly'

it.each([
  [0.1, 0.2, 0.3],
  [0.7, 0.1, 0.8],
  [1.1, -1.1, 0],
  [-0.5, 0.25, -0.25],
  [1e-7, 2e-7, 3e-7],
  [1e21, 0, undefined],
  [9007199254740990, 1, 9007199254740991],
  [9007199254740991, 1, undefined],
  [-9007199254740991, -1, undefined],
  [9007199254740992, -1, undefined],
  [9007199254740991, 0.5, undefined],
  [1, 1e-17, undefined],
  [1e-300, 1, undefined],
  [5e-324, 5e-324, 1e-323],
  [Number.NaN, 1, undefined],
])('%d and %d are %d', (a, b, sum) => {
  expect(addExactly(a, b)).toBe(sum)
})

it('adds cents as people do', () => {
  const cents = fc.integer({ min: -1e12, max: 1e12 })
  fc.assert(
    fc.property(cents, cents, (a, b) => {
      expect(addExactly(a / 100, b / 100)).toBe((a + b) / 100)
    }),
  )
})
