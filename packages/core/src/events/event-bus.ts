import mittExport, { type Emitter } from 'mitt'
import type { StoredEvent } from '../storage/records'
import type { DirectoryEventType, EventOf } from './directory-event'

// mitt's default export is not callable under NodeNext typings (developit/mitt#191): this file alone knows.
const mitt = mittExport as unknown as <Events extends Record<string, unknown>>() => Emitter<Events>

export type EventListener<Type extends DirectoryEventType | '*' = '*'> = (event: EventOf<Type>) => void | Promise<void>

/** Tells listeners of events, after they were committed. */
export interface EventBus {
  /**
   * Calls `listener` for every event of `type`, or of every type for `'*'`. Answers what ends it; ending twice is fine.
   */
  on<Type extends DirectoryEventType | '*'>(type: Type, listener: EventListener<Type>): () => void
  /** Calls `wake` after each commit, without its events. Answers what ends it. */
  onWritten(wake: () => void): () => void
  /** Asks for the events only when somebody listens. */
  announce(events: () => readonly StoredEvent[]): void
}

/**
 * `onListenerError` gets what a listener threw or rejected with; other listeners and the write are not touched by it, nor
 * by what `onListenerError` throws itself.
 */
export function createEventBus(onListenerError: (error: unknown, event: StoredEvent) => void): EventBus {
  const emitter = mitt<Record<string, StoredEvent>>()
  const waking = new Set<() => void>()
  let listeners = 0

  const report = (error: unknown, event: StoredEvent) => {
    try {
      onListenerError(error, event)
    } catch (reported) {
      warn(reported)
    }
  }
  const guarded = (listener: EventListener) => (event: StoredEvent) => {
    try {
      Promise.resolve(listener(event)).catch((error: unknown) => report(error, event))
    } catch (error) {
      report(error, event)
    }
  }

  return {
    on(type, listener) {
      const guardedListener = guarded(listener as EventListener)
      const handler = type === '*' ? (_: unknown, event: StoredEvent) => guardedListener(event) : guardedListener
      emitter.on(type as '*', handler as never)
      listeners += 1
      let ended = false
      return () => {
        if (ended) return
        ended = true
        listeners -= 1
        emitter.off(type as '*', handler as never)
      }
    },
    onWritten(wake) {
      const own = () => wake()
      waking.add(own)
      return () => waking.delete(own)
    },
    announce(events) {
      if (waking.size > 0) for (const wake of waking) wake()
      if (listeners === 0) return
      for (const event of events()) emitter.emit(event.type, event)
    },
  }
}

export const warn = (error: unknown): void => process.emitWarning(error instanceof Error ? error : String(error))
