/** One line of the table. */
export interface Row {
  readonly name: string
  readonly database: string
  readonly callers: number
  /** Ours to the raw driver's, doing the same; or what a `unit` counts. */
  readonly ratio: number
  /** What `ratio` has to reach, where that is settled. */
  readonly mark?: number
  /** `ratio` must not be more than the mark, rather than not less. */
  readonly atMost?: true
  /** Absent: `ratio` is one. */
  readonly unit?: 'ms'
  readonly floorPerSecond?: number
  readonly ownPerSecond?: number
}
