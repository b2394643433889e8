import { isLost, isUnreadable } from '../encryption/unreadable-value'
import { type AnonymisedEvent, type FoldedEvent, isFolded } from '../history/folded-event'
import type { JsonObject } from '../json'
import { isSystemOwn } from '../metadata/metadata'
import type { MetadataRules } from '../metadata-definition/metadata-rules'
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
export type HiddenMembers = typeof hiddenMembers & {
  readonly [Type in FoldedEvent['type'] | AnonymisedEvent['type']]: 'state'
}

/** What a face keeps for itself holds data of users, which other permissions guard; what is redacted is shown to nobody. */
function withoutOwnValue(event: StoredEvent, rules: MetadataRules | undefined): StoredEvent {
  const { namespace, key, value } = event.payload as JsonObject
  if (isUnreadable(value) && isLost(value)) return withoutValue(event)
  return isWithheld(rules, event.aggregate.type, String(namespace), String(key)) ? withoutValue(event) : event
}

/** Whether what a key held is shown to nobody, in no event and nowhere that is made of events. */
export function isWithheld(
  rules: MetadataRules | undefined,
  subjectType: string,
  namespace: string,
  key: string,
): boolean {
  return rules?.of(subjectType, namespace)?.keys.get(key)?.redact === true || isSystemOwn(namespace)
}

/** That a key was set, but not to what. */
export function withoutValue(event: StoredEvent): StoredEvent {
  const { namespace, key } = event.payload as JsonObject
  return { ...event, payload: { namespace: namespace!, key: key! } }
}

/** An event as others than the directory itself see it. */
export function shownEvent(event: StoredEvent, rules?: MetadataRules): StoredEvent {
  if (event.type.endsWith('.metadata.set')) return withoutOwnValue(event, rules)
  if (isFolded(event)) {
    const { state: _, ...payload } = event.payload as JsonObject
    return { ...event, payload }
  }
  if (!Object.hasOwn(hiddenMembers, event.type)) return event
  const { [hiddenMembers[event.type as keyof typeof hiddenMembers]]: _, ...payload } = event.payload as JsonObject
  return { ...event, payload }
}
