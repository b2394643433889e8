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

/** Nothing is left of a user: whoever keeps a copy of what came before shall let it go. */
export type ErasedEvent = DomainEvent<'user.erased', Readonly<Record<string, never>>>

export const erased: ErasedEvent = { type: 'user.erased', payload: {} }

export const isErased = ({ type }: { readonly type: string }): boolean => type === erased.type

/** Whether what came before counts no more: the state is what the event carries. */
export const isFolded = (event: { readonly type: string }): boolean =>
  event.type.endsWith('.history.folded') || isErased(event)

/** Who folds: a purge is nobody's act on the subject. */
export const folder: EventActor = { type: 'system', id: '', reason: 'history purged' }
