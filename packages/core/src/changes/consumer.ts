import type { Change } from './change'
import type { ChangesQuery } from './change-reader'

/** What a handler is told beside the change. */
export interface HandlingContext {
  /** 1 the first time. */
  readonly attempt: number
  /** Given when the consumer stops, or another process may hold it by now: what was not done is handled again. */
  readonly signal: AbortSignal
  /** Keeps a line about this attempt with the consumer, of at most 500 characters: see {@link ConsumerStatus.notes}. */
  note(text: string): void
}

/**
 * Handles one change. What it throws or rejects with is tried again later; the error may say more, see
 * {@link HandlingFailure}.
 */
export type ChangeHandler = (change: Change, context: HandlingContext) => void | Promise<void>

/** What an error that a handler throws may carry. */
export interface HandlingFailure {
  /** Nothing at all is handled for so many milliseconds. */
  readonly retryAfterMs?: number
  /** The consumer stops in every process until it is {@link Consumer.enable}d; the change is handled again then. */
  readonly disable?: boolean
}

/** Options of {@link Directory.consumer}. */
export interface ConsumerOptions extends ChangesQuery {
  /** Where a consumer begins that is new: at the first change of the log, or with what is to come. Default `oldest`. */
  readonly start?: 'oldest' | 'newest'
  /** How often a change is tried before it is parked, 1 to 100. Default 10. */
  readonly attempts?: number
  /** Before the second attempt, in milliseconds; doubled before each further one, less up to a half by chance. Default 1000. */
  readonly firstRetryMs?: number
  /** Between two attempts at most, in milliseconds. Default 300,000. */
  readonly longestRetryMs?: number
  /** After how many changes it is stored how far it came, 1 to 10,000; when there are no more, at once. Default 100. */
  readonly checkpointEvery?: number
  /** How long others wait for a process that fell silent, in milliseconds, at least 100. Default 30,000. */
  readonly leaseMs?: number
  /** See {@link ChangesOptions.pollMs}. */
  readonly pollMs?: number
  /** Gets what the handler threw, and what the storage could not do. Default: nothing; {@link Consumer.status} has the last. */
  readonly onError?: (error: unknown, change?: Change) => void
}

/** A change that was given up after all its attempts. */
export interface ParkedChange {
  readonly position: string
  readonly type: string
  readonly aggregate: { readonly type: string; readonly id: string }
  readonly attempts: number
  /** Text of the last error. */
  readonly error: string
  readonly parkedAt: number
}

/** What a handler noted. */
export interface HandlingNote {
  readonly position: string
  readonly attempt: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly text: string
}

export interface ConsumerStatus {
  readonly name: string
  /** All up to here was handled, waits, or is parked. Absent: nothing yet. */
  readonly after?: string
  /** Whether any process holds it now. */
  readonly isHeld: boolean
  readonly isHeldHere: boolean
  /** Changes whose handling failed, or that stand behind one of the same aggregate. */
  readonly waiting: number
  /** The newest 1000. */
  readonly parked: readonly ParkedChange[]
  /** How many changes were handled. */
  readonly handled: number
  /** Absent: it is not disabled. */
  readonly disabledAt?: number
  readonly lastError?: string
  /** The newest 100 that were stored, oldest first. */
  readonly notes: readonly HandlingNote[]
}

/** Follows the changes with a place of its own, kept in the database. */
export interface Consumer {
  readonly name: string
  status(): Promise<ConsumerStatus>
  /**
   * Handles again what is behind the position, or all. What waits is forgotten, for it comes again; what is parked stays.
   *
   * @throws {@link InvalidInputError} for a position the storage never answered.
   */
  replay(after?: string): Promise<void>
  /** Tries again all that is parked, as if for the first time. */
  retryParked(): Promise<void>
  enable(): Promise<void>
  disable(): Promise<void>
  /** Ends it in this process, once the handler is done; another one may go on at once. It also ends with the directory. */
  stop(): Promise<void>
}
