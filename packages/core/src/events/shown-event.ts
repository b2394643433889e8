import type { JsonObject } from '../json'
import type { StoredEvent } from '../storage/records'

/** Members of payloads that are shown nowhere: what tokens and codes are made of, not even hashed, and what
 * proves a domain. */
const hiddenMembers = {
  'user.pat.added': 'hash',
  'user.human.email.code.added': 'hash',
  'user.human.phone.code.added': 'hash',
  'user.human.initialization.code.added': 'hash',
  'org.domain.verification.added': 'token',
} as const
export type HiddenMembers = typeof hiddenMembers

/** An event as others than the directory itself see it. */
export function shownEvent(event: StoredEvent): StoredEvent {
  if (!Object.hasOwn(hiddenMembers, event.type)) return event
  const { [hiddenMembers[event.type as keyof HiddenMembers]]: _, ...payload } = event.payload as JsonObject
  return { ...event, payload }
}
