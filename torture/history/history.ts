/**
 * What processes did to registers, and what they saw. A register is anything with one value at a time: an entry, a name
 * that one user may hold, a right. Its versions are the events that gave it values, numbered by the database.
 */
export interface Call {
  readonly id: string
  readonly process: number
  /** Microseconds on a clock that all processes share. */
  readonly start: number
  /** `undefined`: never answered. */
  readonly end: number | undefined
  readonly did: Did
}

export type Did =
  | {
      readonly kind: 'write'
      readonly register: string
      readonly aggregate: string
      /** Of the event that it was answered with; `undefined`: refused, and must have changed nothing. */
      readonly sequence: number | undefined
      /** Newest event of the aggregate that the write was allowed to follow directly. */
      readonly after?: number
      /** Who holds the register by this write, or no longer does. */
      readonly takes?: string
      readonly releases?: string
    }
  | {
      readonly kind: 'read'
      readonly register: string
      /** Empty: there is none. */
      readonly value: string
    }

/** One value of a register, as the log has it. */
export interface Version {
  readonly register: string
  readonly aggregate: string
  readonly sequence: number
  readonly value: string
  /** The call that wrote it; `undefined`: was there before. */
  readonly call: string | undefined
}

export interface History {
  readonly calls: readonly Call[]
  /** Of each register, in the order in which they came to be. */
  readonly versions: readonly Version[]
  /** Sequences of every aggregate, as the log has them. */
  readonly sequences: ReadonlyMap<string, readonly number[]>
}

/** What a checker can find. */
export type FlawKind =
  | 'unanswered call'
  | 'lost write'
  | 'refused write that is there'
  | 'write that nobody made'
  | 'lost update'
  | 'gap in the sequences'
  | 'sequence answered twice'
  | 'write out of order'
  | 'stale read'
  | 'read of what never was'
  | 'claim held twice'

export interface Flaw {
  readonly kind: FlawKind
  readonly text: string
}
