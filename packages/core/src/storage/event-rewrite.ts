import type { JsonObject } from '../json'
import type { AggregateKey, EntryValue, EventActor } from './records'

/** What becomes of events of one aggregate that are stored. Those that neither member names stay as they are. */
export interface EventRewrite {
  /** Those with a smaller sequence go, but for those of the types named and those that are replaced. */
  readonly remove?: { readonly before: string; readonly exceptTypes: readonly string[] }
  /** Each takes the place of the event with its sequence: position, owner and time stay. One that is not there is none. */
  readonly replace: readonly ReplacedEvent[]
  /**
   * Entries of the subject that the aggregate is, which are stored in other words; one that was set anew since is left alone,
   * and so is what an index of metadata holds of them.
   */
  readonly entries?: readonly RewrittenEntry[]
}

export interface ReplacedEvent {
  readonly sequence: string
  /** One of another type is none. Absent: whatever its type is. */
  readonly typeBefore?: string
  readonly type: string
  readonly payload: JsonObject
  readonly actor: EventActor
}

export interface RewrittenEntry {
  readonly namespace: string
  readonly key: string
  /** Of the event that last set it. It stays, and so do owner and times. */
  readonly sequence: string
  readonly value: EntryValue
}

/** The one thing that changes what was written: for retention, and to forget a person. */
export interface HistoryRewriter {
  /**
   * Removes and replaces stored events and rewrites entries, all or none. What numbers the aggregate is left alone: the next event has the
   * number it would have had.
   *
   * @returns How many events were removed.
   */
  rewriteEvents(instanceId: string, aggregate: AggregateKey, rewrite: EventRewrite): Promise<number>
}
