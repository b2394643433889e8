import type { DomainEvent } from '../events/event'
import type { JsonObject } from '../json'
import type { AggregateType, EventActor } from '../storage/records'

/** What stands in place of events that were purged: as many, with the state that they came to. */
export type FoldedEvent = DomainEvent<
  `${AggregateType}.history.folded`,
  {
    /** How many events it stands for, itself among them. */
    readonly events: number
    /** When the first of them happened, in milliseconds since the epoch. */
    readonly since: number
    readonly state: JsonObject
  }
>

export const isFolded = ({ type }: { readonly type: string }): boolean => type.endsWith('.history.folded')

/** Who folds: a purge is nobody's act on the subject. */
export const folder: EventActor = { type: 'system', id: '', reason: 'history purged' }
