import type { Core } from './core'
import { isDirectoryError } from './errors/directory-error'
import { InvalidInputError } from './errors/invalid-input-error'
import { unlessAborted } from './unless-aborted'

/** Of a call that may be given up. */
export interface SignalOption {
  /**
   * Gives the call up once it is aborted: it rejects with the signal's reason then, and has stored nothing. A write that is
   * with the database already is waited for, and answers what became of it.
   *
   * @throws {@link InvalidInputError} for what is no `AbortSignal`.
   */
  readonly signal?: AbortSignal | undefined
}

/** What a core heeds, and what it asks for its caller. */
export interface Heeded {
  readonly signal: AbortSignal
  readonly asks: Pick<Core, 'read' | 'search' | 'explainSearch' | 'readEvents' | 'readLog' | 'write' | 'writeUnread'>
}

/**
 * A core whose reads are given up once the signal is aborted, and whose writes are as long as the database has nothing of
 * them. Once it stored something it goes on to the end, so that no write is answered as if it had not been: each write
 * gets a core of its own.
 *
 * @param signal - Beside the one that the core heeds already.
 * @throws {@link InvalidInputError} for what is no signal.
 */
export function heedSignal(core: Core, signal: AbortSignal | undefined): Core {
  if (signal !== undefined && !isSignal(signal)) throw new InvalidInputError('signal', 'must be an AbortSignal')
  const heeded = core.heeded?.signal
  const both = signal === undefined || heeded === undefined ? (signal ?? heeded) : AbortSignal.any([heeded, signal])
  return both === undefined ? core : heedingCore(core, both, core.heeded?.asks ?? core)
}

/** Whether a call failed since it was given up. */
export function isGivenUp({ heeded }: Core, error: unknown): boolean {
  return heeded?.signal.aborted === true && error === heeded.signal.reason
}

function heedingCore(core: Core, signal: AbortSignal, asks: Heeded['asks']): Core {
  let isStored = false
  const ask = <T>(question: () => Promise<T>) => (isStored ? question() : unlessAborted(signal, question))
  const goOn = () => {
    if (!isStored) signal.throwIfAborted()
  }
  const whileOpen = () => (isStored ? undefined : signal)
  const { explainSearch, writeUnread } = asks
  return {
    ...core,
    heeded: { signal, asks },
    read: (read) => ask(() => asks.read(read)),
    search: (search) => ask(() => asks.search(search)),
    explainSearch: explainSearch && ((search) => ask(() => explainSearch(search))),
    readEvents: (query) => ask(() => asks.readEvents(query)),
    readLog: (query) => ask(() => asks.readLog(query)),
    async write(actor, plan, keep) {
      try {
        const answer = await asks.write(
          actor,
          async (draft) => {
            goOn()
            const planned = await plan(draft)
            goOn()
            return planned
          },
          keep,
          whileOpen(),
        )
        isStored = true
        return answer
      } catch (error) {
        if (isDirectoryError(error) && error.code === 'outcome_unknown') isStored = true
        throw error
      }
    },
    writeUnread:
      writeUnread &&
      (async (actor, draft, _, permit) => {
        goOn()
        const outcome = await writeUnread(actor, draft, whileOpen(), permit)
        if (outcome.outcome === 'applied') isStored = true
        return outcome
      }),
  }
}

/** By what it does: a signal of another realm is one as well. */
function isSignal(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { aborted, addEventListener } = value as Partial<AbortSignal>
  return typeof aborted === 'boolean' && typeof addEventListener === 'function'
}
