import { StorageUnavailableError } from '@indwell/core'
import type { SqliteDatabase } from '../sqlite-database'

/** Whether a transaction that spans several turns of the event loop has the connection, which has one at a time. */
export interface ConnectionHold {
  isTaken(): boolean
  /**
   * Waits until nobody has it: whoever writes there now could take along what others were told is stored.
   *
   * @throws StorageUnavailableError `busy` after the busy timeout of the connection.
   */
  free(): Promise<void>
  /** Answers what gives it back. */
  take(): () => void
}

const lookAgainMs = 2

/** @param ours - Nobody but the storage begins transactions on the connection. */
export function connectionHold(database: SqliteDatabase, ours: boolean): ConnectionHold {
  let taken: Promise<void> | undefined
  const isTaken = () => taken !== undefined || (!ours && database.inTransaction)
  return {
    isTaken,
    async free() {
      const patienceMs = Number(database.pragma('busy_timeout', { simple: true }))
      let timer: NodeJS.Timeout | undefined
      let isLate = false
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          isLate = true
          resolve()
        }, patienceMs)
      })
      try {
        while (isTaken()) {
          if (isLate) throw new StorageUnavailableError('busy', { detail: 'a transaction has the connection' })
          // Of one that the host began nobody tells the end.
          await Promise.race([taken ?? new Promise((resolve) => setTimeout(resolve, lookAgainMs)), late])
        }
      } finally {
        clearTimeout(timer)
      }
    },
    take() {
      let giveBack = () => {}
      taken = new Promise((resolve) => {
        giveBack = resolve
      })
      return () => {
        taken = undefined
        giveBack()
      }
    },
  }
}
