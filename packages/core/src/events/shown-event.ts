import type { JsonObject } from '../json'
import type { StoredEvent } from '../storage/records'

const secretive: ReadonlySet<string> = new Set([
  'user.pat.added',
  'user.human.email.code.added',
  'user.human.phone.code.added',
  'user.human.initialization.code.added',
])

/** The event as it is shown: what tokens and codes are made of is shown nowhere, not even hashed. */
export function shownEvent(event: StoredEvent): StoredEvent {
  if (!secretive.has(event.type)) return event
  const { hash: _, ...payload } = event.payload as JsonObject
  return { ...event, payload }
}
