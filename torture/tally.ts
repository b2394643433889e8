/** What a part found, and how much it did to find it. */
export interface PartResult {
  readonly name: string
  readonly rounds: number
  readonly failedRounds: number
  /** What was counted on the way, by name. */
  readonly counts: Readonly<Record<string, number>>
  readonly flaws: readonly string[]
}

/** Gathers the result of a part, and says how far it is. */
export interface Tally {
  count(name: string, number: number): void
  /** Keeps the largest number of a name. */
  most(name: string, number: number): void
  /** Ends a round. `about` tells what is needed to find it again. */
  round(flaws: readonly string[], about: string): void
  result(): PartResult
}

/** A round that went wrong says more than anybody reads. */
const maxFlawsOfRound = 10

export function createTally(name: string, rounds: number, progress: (text: string) => void): Tally {
  const counts: Record<string, number> = {}
  const found: string[] = []
  let done = 0
  let failedRounds = 0
  return {
    count(what, number) {
      counts[what] = (counts[what] ?? 0) + number
    },
    most(what, number) {
      counts[what] = Math.max(counts[what] ?? 0, number)
    },
    round(flaws, about) {
      done += 1
      if (flaws.length > 0) failedRounds += 1
      found.push(...flaws.slice(0, maxFlawsOfRound).map((flaw) => `${about}: ${flaw}`))
      if (flaws.length > maxFlawsOfRound) found.push(`${about}: and ${flaws.length - maxFlawsOfRound} more`)
      progress(`${name}: ${done}/${rounds} rounds, ${failedRounds} failed`)
    },
    result: () => ({ name, rounds: done, failedRounds, counts, flaws: found }),
  }
}
