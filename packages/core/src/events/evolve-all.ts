import type { Evolve } from '../core'
import type { AppendedEvent } from './event'

/** The state after all of `events`, in order. */
export function evolveAll<T>(evolve: Evolve<T>, state: T | undefined, events: readonly AppendedEvent[]): T | undefined {
  return events.reduce(evolve, state)
}
