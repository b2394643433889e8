import type { JsonObject } from '../json'
import type { AggregateKey, EventActor } from './records'

/** What becomes of events of one aggregate that are stored. Those that neither member names stay as they are. */
export interface EventRewrite {
  /** Those with a smaller sequence go, but for those of the types named and those that are replaced. */
  readonly remove?: { readonly before: string; readonly exceptTypes: readonly string[] }
  /** Each takes the place of the event with its sequence: position, owner and time stay. One that is not there is none. */
  readonly replace: readonly ReplacedEvent[]
}

export interface ReplacedEvent {
  readonly sequence: string
  readonly type: string
  readonly payload: JsonObject
  readonly actor: EventActor
}

/** The one thing that changes what was written: for retention, and to forget a person. */
export interface HistoryRewriter {
  /**
   * Removes and replaces stored events, all or none. What numbers the aggregate is left alone: the next event has the
   * number it would have had.
   *
   * @returns How many events were removed.
   */
  rewriteEvents(instanceId: string, aggregate: AggregateKey, rewrite: EventRewrite): Promise<number>
}
