/** What a line of the table is about. */
export interface RowName {
  readonly name: string
  /** `none` where nothing is stored. */
  readonly database: string
  readonly callers: number
}

/** One line of the table. */
export interface Row extends RowName {
  /** Ours to the other side's doing the same, by operations in a second unless the row's name says otherwise. */
  readonly ratio: number
  readonly floorPerSecond?: number
  readonly ownPerSecond?: number
  /** The other side's CPU time for each operation, to ours. */
  readonly cpuRatio?: number
}

/** One line of what `--json` writes. */
export interface MarkedRow extends RowName {
  readonly ratio: number
  readonly mark: number
  /** Lower is better. */
  readonly atMost?: true
}
