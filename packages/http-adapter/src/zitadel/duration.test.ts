import { describe, expect, it } from 'vitest'
import { decodeDuration, encodeDuration } from './duration'

describe('durations', () => {
  it.each([
    [0, '0s'],
    [3_600_000, '3600s'],
    [1500, '1.500s'],
    [-250, '-0.250s'],
    [0.001, '0.000001s'],
    [-0, '0s'],
  ])('are written with the fewest exact digits: %d ms', (ms, text) => {
    expect(encodeDuration(ms)).toBe(text)
  })

  it.each([
    ['1.5s', 1500],
    ['-3s', -3000],
    ['315576000000s', 315_576_000_000_000],
  ])('are read from %s', (text, ms) => {
    expect(decodeDuration(text)).toBe(ms)
  })

  it.each(['', '5', '5m', '1.s', '1.1234567890s', '315576000001s'])('are not read from %j', (text) => {
    expect(decodeDuration(text)).toBeUndefined()
  })

  it('end at 10,000 years', () => {
    expect(() => encodeDuration(315_576_000_000_001)).toThrow(RangeError)
  })
})
