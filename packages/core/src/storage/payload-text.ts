import type { NewEvent } from './commit'

/** What is stored of an event's payload. */
export function payloadTextOf(event: NewEvent): string {
  return event.payloadText ?? JSON.stringify(event.payload)
}
