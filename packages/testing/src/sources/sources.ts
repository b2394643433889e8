import { createHash } from 'node:crypto'
import type { NewId, RandomBytes } from '@indwell/core'
import { type TestClock, testClock } from './test-clock'

/** Whatever else is chance in a directory: the same for the same seed and the same calls. */
export interface Sources {
  readonly clock: TestClock
  readonly newId: NewId
  readonly randomBytes: RandomBytes
  /** 1, 2, 3 … of each name. */
  next(name: string): number
  save(): SourcesState
  restore(state: SourcesState): void
}

export interface SourcesState {
  readonly now: number
  readonly ids: number
  readonly bytes: number
  readonly numbers: ReadonlyMap<string, number>
}

/** Eight digits of an id are the seed. */
export const maxSeed = 99_999_999

/**
 * Ids have 18 digits as the directory's own: a `3`, eight digits of the seed, nine that count from 1.
 *
 * @param seed - 0 to {@link maxSeed}.
 */
export function createSources(seed: number, start: number): Sources {
  const clock = testClock(start)
  const first = `3${String(seed).padStart(8, '0')}`
  let ids = 0
  let bytes = 0
  let numbers = new Map<string, number>()

  return {
    clock,
    newId() {
      ids += 1
      return first + String(ids).padStart(9, '0')
    },
    randomBytes(length) {
      const blocks: Buffer[] = []
      for (let size = 0; size < length; size += 32) {
        blocks.push(createHash('sha256').update(`${seed} ${bytes}`).digest())
        bytes += 1
      }
      return Buffer.concat(blocks).subarray(0, length)
    },
    next(name) {
      const number = (numbers.get(name) ?? 0) + 1
      numbers.set(name, number)
      return number
    },
    save: () => ({ now: clock.now(), ids, bytes, numbers: new Map(numbers) }),
    restore(state) {
      clock.set(state.now)
      ids = state.ids
      bytes = state.bytes
      numbers = new Map(state.numbers)
    },
  }
}
