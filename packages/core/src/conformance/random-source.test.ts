import { describe, expect, it } from 'vitest'
import { randomSource } from './random-source'

describe('randomSource', () => {
  it('gives the same numbers for the same seed', () => {
    const [one, two] = [randomSource(42), randomSource(42)]

    expect(Array.from({ length: 100 }, () => one.below(1000))).toEqual(
      Array.from({ length: 100 }, () => two.below(1000)),
    )
  })

  it('stays below its limit and reaches every number', () => {
    const random = randomSource(7)

    expect(new Set(Array.from({ length: 1000 }, () => random.below(6)))).toEqual(new Set([0, 1, 2, 3, 4, 5]))
  })
})
