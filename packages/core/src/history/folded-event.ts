import type { DomainEvent } from '../events/event'
import type { JsonObject } from '../json'
import type { AggregateType, EventActor, UserRecord } from '../storage/records'

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

/**
 * The user is nobody any more, and what came before is gone: whoever keeps a copy shall let go of it.
 *
 * @property record - All of it that is left, but what names it and when it changed.
 */
export type AnonymisedEvent = DomainEvent<
  'user.anonymised',
  {
    readonly record: Omit<UserRecord, 'userId' | 'orgId' | 'sequence' | 'changedAt'>
    /** What the user came to, metadata too. */
    readonly state: JsonObject
  }
>

export const isAnonymised = ({ type }: { readonly type: string }): boolean => type === 'user.anonymised'

/** Whether what came before counts no more: the state is what the event carries. */
export const isFolded = (event: { readonly type: string }): boolean =>
  event.type.endsWith('.history.folded') || isErased(event) || isAnonymised(event)

/** Who folds: a purge is nobody's act on the subject. */
export const folder: EventActor = { type: 'system', id: '', reason: 'history purged' }
