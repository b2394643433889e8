import { expect, it } from 'vitest'
import { compareSequences } from './sequence'

it('orders by number, beyond what a float tells apart', () => {
  const sequences = ['10', '9', '9007199254740993', '1', '9007199254740992']

  expect([...sequences].sort(compareSequences)).toEqual(['1', '9', '10', '9007199254740992', '9007199254740993'])
  expect(compareSequences('7', '7')).toBe(0)
})
