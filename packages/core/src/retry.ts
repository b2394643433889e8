import { isDirectoryError } from './errors/directory-error'
import type { StorageUnavailableError } from './errors/storage-unavailable-error'
import { type Answered, isLater } from './storage/answered'

/** No call is tried again once it has taken this long: who waits for it shall not wait for several of it. */
export const retryPatienceMs = 1000
export const retryPauseMs = 25
const maxTries = 3

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/**
 * Asks again, twice at most, where the storage could not be reached and so did nothing: a connection that broke while
 * nobody used it, a server that has just come back.
 */
export async function retryUnreachable<T extends object>(
  ask: () => Answered<T>,
  first: Answered<T> = ask(),
  start = performance.now(),
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await (tries === 1 ? first : ask())
    } catch (error) {
      if (tries === maxTries || !isUnreachable(error) || performance.now() - start > retryPatienceMs) throw error
      await pause(retryPauseMs * tries)
    }
  }
}

/** The same, but what is answered at once needs no promise. */
export function answerOrRetry<T extends object>(ask: () => Answered<T>): Answered<T> {
  const first = ask()
  if (!isLater(first)) return first
  const start = performance.now()
  return first.catch((error: unknown) => retryUnreachable(ask, Promise.reject(error), start))
}

function isUnreachable(error: unknown): boolean {
  return (
    isDirectoryError(error) &&
    error.code === 'storage_unavailable' &&
    (error as StorageUnavailableError).reason === 'unreachable'
  )
}
