import { StorageUnavailableError } from '@indwell/core'
import type { StorageCall, StorageFault } from './faults'

interface Armed {
  readonly fault: StorageFault
  readonly when: (call: StorageCall) => boolean
  left: number
}

/** Which calls shall fail, and how. */
export interface StorageFaults {
  readonly areArmed: boolean
  arm(fault: StorageFault, options?: { readonly calls?: number; readonly when?: (call: StorageCall) => boolean }): void
  /** The first fault of those kinds that is armed for the call; it is armed for one call less then. */
  take(kinds: readonly StorageFault[], call: StorageCall): StorageFault | undefined
  /**
   * @param question - What is asked, by which the directory asking again is known.
   * @throws StorageUnavailableError where the call shall not reach the storage.
   */
  refuse(call: StorageCall, question: unknown): void
  /** How the call shall fail, which nothing is known of that asks again. */
  refusalOf(call: StorageCall): StorageUnavailableError | undefined
  clear(): void
}

/** How often the directory asks again what could not be reached. */
const repeats = 2

export function storageFaults(): StorageFaults {
  let armed: Armed[] = []
  let lost: { readonly question: unknown; left: number }[] = []

  function take(kinds: readonly StorageFault[], call: StorageCall): StorageFault | undefined {
    const found = armed.find(({ fault, when }) => kinds.includes(fault) && when(call))
    if (found === undefined) return undefined
    found.left -= 1
    if (found.left <= 0) armed = armed.filter((other) => other !== found)
    return found.fault
  }

  function isLostAgain(question: unknown): boolean {
    const found = lost.find((other) => other.question === question)
    if (found === undefined) return false
    found.left -= 1
    if (found.left === 0) lost = lost.filter((other) => other !== found)
    return true
  }

  return {
    get areArmed() {
      return armed.length > 0 || lost.length > 0
    },
    arm(fault, { calls = 1, when = () => true } = {}) {
      if (!(calls >= 1)) throw new RangeError('calls is no count')
      armed.push({ fault, when, left: calls })
    },
    take,
    refuse(call, question) {
      if (isLostAgain(question)) throw unavailable('unreachable')
      const fault = take(call.operation === 'commit' ? refusals : refusalsOfReads, call)
      if (fault === 'connection_lost') {
        lost.push({ question, left: repeats })
        throw unavailable('unreachable')
      }
      if (fault !== undefined) throw unavailable(fault as 'busy' | 'read_only' | 'full')
    },
    refusalOf(call) {
      const fault = take(call.operation === 'commit' ? refusals : refusalsOfReads, call)
      return (
        fault && unavailable(fault === 'connection_lost' ? 'unreachable' : (fault as 'busy' | 'read_only' | 'full'))
      )
    },
    clear() {
      armed = []
      lost = []
    },
  }
}

const refusalsOfReads: readonly StorageFault[] = ['connection_lost', 'busy']
const refusals: readonly StorageFault[] = [...refusalsOfReads, 'read_only', 'full']

function unavailable(reason: StorageUnavailableError['reason']): StorageUnavailableError {
  return new StorageUnavailableError(reason, { cause: askedFor() })
}

/** Stands behind every error that a test has asked for. */
class FaultOfTheTest extends Error {
  override readonly name = 'FaultOfTheTest'
}

export const askedFor = () => new FaultOfTheTest('the test asked for this fault')

/** Whether a test asked for it: nobody has to be told. */
export function isAskedFor(error: unknown): boolean {
  return error instanceof Error && (error instanceof FaultOfTheTest || isAskedFor(error.cause))
}
