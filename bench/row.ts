/** One line of the table. */
export interface Row {
  readonly name: string
  readonly database: string
  readonly callers: number
  /** Ours to the raw driver's, doing the same. */
  readonly ratio: number
  readonly floorPerSecond: number
  readonly ownPerSecond: number
}
