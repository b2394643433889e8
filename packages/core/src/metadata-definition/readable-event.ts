import type { Actor } from '../actor'
import { withoutValue } from '../events/shown-event'
import type { JsonObject } from '../json'
import type { AggregateKey, StoredEvent } from '../storage/records'
import { mayAccess } from './metadata-access'
import type { MetadataRules } from './metadata-rules'

/** An event as a caller may see it who was permitted to read events: without the value of a key that is hidden from it. */
export function readableEvent(rules: MetadataRules, actor: Actor, event: StoredEvent): StoredEvent {
  if (actor.type === 'system' || !event.type.endsWith('.metadata.set')) return event
  const { namespace, key } = event.payload as JsonObject
  return isReadable(rules, actor, event.aggregate, String(namespace), String(key)) ? event : withoutValue(event)
}

/** Whether a caller who was permitted to read the events of a subject may see what a key held. */
export function isReadable(
  rules: MetadataRules | undefined,
  actor: Actor,
  { type, id }: AggregateKey,
  namespace: string,
  key: string,
): boolean {
  const defined = rules?.of(type, namespace)
  if (actor.type === 'system' || defined === undefined) return true
  const isSelf = type === 'user' && id === actor.userId
  const parties = new Set(isSelf ? (['orgAdmin', 'self'] as const) : (['orgAdmin'] as const))
  return mayAccess(defined, key, 'read', parties)
}
