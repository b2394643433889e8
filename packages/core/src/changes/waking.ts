import type { EventBus } from '../events/event-bus'
import type { DirectoryStorage } from '../storage/directory-storage'

/** Wakes those who wait for changes. */
export interface Waking {
  /** Calls `wake` whenever something may have been written, by whichever process that is heard of. Answers what ends it. */
  onWritten(wake: () => void): () => void
}

/** What is heard of this process, and through the storage of others. */
export function wakingOf(events: Pick<EventBus, 'onWritten'>, storage: DirectoryStorage): Waking {
  return {
    onWritten(wake) {
      const ends = [events.onWritten(wake), storage.onWritten?.(wake)]
      return () => {
        for (const end of ends) end?.()
      }
    },
  }
}

/** How long to wait at first where nothing was there to be read; each wait in vain is twice as long as the one before. */
const firstWaitMs = 10

/**
 * Waits between two looks at the log. What is written in this process, and in others where the storage hears of them, ends
 * a wait; nothing but the looks is relied on.
 */
export class Patrol {
  readonly #longestMs: number
  readonly #signal: AbortSignal
  readonly #end: () => void
  #nextMs = firstWaitMs
  #woken = false
  #isResting = false
  #wake: (() => void) | undefined

  constructor(waking: Waking, longestMs: number, signal: AbortSignal) {
    this.#longestMs = longestMs
    this.#signal = signal
    const end = waking.onWritten(() => this.wake())
    const abort = () => this.#wake?.()
    signal.addEventListener('abort', abort)
    this.#end = () => {
      end()
      signal.removeEventListener('abort', abort)
    }
  }

  /** Ends the wait, or the next one. What was written may not be there to be seen yet, so the waits are short again. */
  wake(): void {
    if (this.#isResting) return
    this.#nextMs = firstWaitMs
    this.#woken = true
    this.#wake?.()
  }

  /** Waits whatever is written, unless {@link Patrol.rouse}d. */
  async rest(ms: number): Promise<void> {
    this.#isResting = true
    await this.#sleep(ms)
    this.#isResting = false
  }

  /** Ends the wait, also one that is a rest. */
  rouse(): void {
    this.#isResting = false
    this.wake()
  }

  /** Something was there: the next wait is short. */
  found(): void {
    this.#nextMs = firstWaitMs
  }

  /** @param mostMs - Whatever happens. */
  async wait(mostMs = Number.POSITIVE_INFINITY): Promise<void> {
    const ms = Math.min(this.#nextMs, this.#longestMs, mostMs)
    this.#nextMs = Math.min(this.#nextMs * 2, this.#longestMs)
    if (!this.#woken) await this.#sleep(ms)
    this.#woken = false
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#signal.aborted) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      timer = setTimeout(resolve, ms)
    })
    clearTimeout(timer)
    this.#wake = undefined
  }

  end(): void {
    this.#end()
  }
}
