import type { ActingDirectory } from '@indwell/core'

/** One write that a crash may interrupt. */
export interface Operation {
  readonly kind: string
  /** Types of the events that it writes when it is answered; nothing else is whole. */
  readonly events: readonly string[]
  run(directory: ActingDirectory): Promise<{ readonly sequence: string }>
  /** Remembers what the next operations of the lane may build on. */
  answered(): void
}

/** Types of events as one text, whatever their order. */
export const eventsText = (types: readonly string[]): string => [...types].sort().join(' ')
