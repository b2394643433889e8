/** A clock that stands still until the test moves it. */
export interface TestClock {
  /** Milliseconds since the epoch. */
  now(): number
  /**
   * Also back; the times of a subject never go back with it.
   *
   * @throws {@link RangeError} for what is no time.
   */
  set(time: Date | number | string): void
  /** @throws {@link RangeError} for what is no number of milliseconds. */
  advance(ms: number): void
}

export function testClock(start: number): TestClock {
  let now = start
  return {
    now: () => now,
    set(time) {
      now = parseTime(time)
    },
    advance(ms) {
      now = parseTime(now + ms)
    },
  }
}

/**
 * Whole milliseconds since the epoch.
 *
 * @throws {@link RangeError} for what is no time.
 */
export function parseTime(time: Date | number | string): number {
  const ms = new Date(time).getTime()
  if (Number.isNaN(ms)) throw new RangeError(`${String(time)} is no time`)
  return ms
}
