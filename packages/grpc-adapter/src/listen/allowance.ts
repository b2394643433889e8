/** So many of something at once, and so many more with time. */
export class Allowance {
  #left: number
  #countedAt: number

  constructor(
    private readonly most: number,
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#left = most
    this.#countedAt = now()
  }

  /** Whether there was one left to take. */
  take(): boolean {
    const now = this.now()
    this.give(((now - this.#countedAt) / 1000) * this.perSecond)
    this.#countedAt = now
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }

  /** Gives some back, never beyond what there was at first. */
  give(count: number): void {
    this.#left = Math.min(this.most, this.#left + count)
  }
}
