import type { Actor } from '../actor'
import { withoutValue } from '../events/shown-event'
import type { JsonObject } from '../json'
import type { StoredEvent } from '../storage/records'
import { mayAccess } from './metadata-access'
import type { MetadataRules } from './metadata-rules'

/** An event as a caller may see it who was permitted to read events: without the value of a key that is hidden from it. */
export function readableEvent(rules: MetadataRules, actor: Actor, event: StoredEvent): StoredEvent {
  if (actor.type === 'system' || !event.type.endsWith('.metadata.set')) return event
  const { namespace, key } = event.payload as JsonObject
  const defined = rules.of(event.aggregate.type, String(namespace))
  if (defined === undefined) return event
  const isSelf = event.aggregate.type === 'user' && event.aggregate.id === actor.userId
  const parties = new Set(isSelf ? (['orgAdmin', 'self'] as const) : (['orgAdmin'] as const))
  return mayAccess(defined, String(key), 'read', parties) ? event : withoutValue(event)
}
