import type { JsonObject } from '../json'
import type { AggregateKey, StoredEvent } from '../storage/records'

/** One decided fact, before it has a number. */
export interface DomainEvent<Type extends string = string, Payload extends JsonObject = JsonObject> {
  readonly type: Type
  readonly payload: Payload
  /** The payload as JSON text, where making it from the object would be work done twice. */
  readonly payloadText?: string
}

/** An event as `evolve` functions see it: numbered and dated, by the log or provisionally by a draft. */
export interface AppendedEvent {
  readonly aggregate: AggregateKey
  readonly owner: string
  readonly sequence: string
  readonly createdAt: number
  readonly type: string
  readonly payload: JsonObject
}

/** A stored event, with its payload as the object that was appended. */
export function appendedEvent(event: StoredEvent): AppendedEvent {
  return { ...event, payload: event.payload as JsonObject }
}
