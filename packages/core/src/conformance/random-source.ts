/** Numbers that look random and are the same for the same seed. */
export interface RandomSource {
  /** At least 0, below `limit`. */
  below(limit: number): number
  oneOf<T>(choices: readonly T[]): T
  chance(probability: number): boolean
}

/** Mulberry32, public domain, by Tommy Ettinger. */
export function randomSource(seed: number): RandomSource {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return { below, oneOf: (choices) => choices[below(choices.length)]!, chance: (probability) => next() < probability }
}
