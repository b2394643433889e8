/** What every write answers. Times are milliseconds since the epoch. */
export interface Written {
  /** Of the subject's newest event, as a decimal string. */
  readonly sequence: string
  /** When the subject came into being. */
  readonly createdAt: number
  /** When this write happened; of a write that changed nothing, when the subject last changed. */
  readonly changedAt: number
  /** The org that owns the subject; empty for the instance. */
  readonly orgId: string
}
