import { statSync } from 'node:fs'
import { StorageUnavailableError } from '@indwell/core'

/** Looking takes a tenth of a small commit, so it is not done with each. */
const lookEveryMs = 100

/**
 * Looks now and then whether the file that was opened is still the one of that name. A file that was removed or replaced
 * takes what is written as before, and all of it is gone with the process.
 *
 * @returns what throws `StorageUnavailableError` where it is another one or none.
 */
export function filePresence(filename: string): () => void {
  if (filename === '' || filename === ':memory:') return () => {}
  const opened = statSync(filename, { throwIfNoEntry: false })
  let looked = performance.now()
  return () => {
    const now = performance.now()
    if (now - looked < lookEveryMs) return
    const found = statSync(filename, { throwIfNoEntry: false })
    if (found === undefined || found.ino !== opened?.ino || found.dev !== opened.dev) {
      throw new StorageUnavailableError('unreachable', { cause: new Error('the database file was moved or removed') })
    }
    looked = now
  }
}
