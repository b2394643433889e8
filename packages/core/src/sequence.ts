/** Orders sequences, which are decimal strings without leading zeros, by their numbers: below 0, 0 or above it. */
export function compareSequences(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}
