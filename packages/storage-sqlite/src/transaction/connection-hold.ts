import { StorageUnavailableError } from '@indwell/core'
import type { SqliteDatabase } from '../sqlite-database'

/** Whether a transaction that spans several turns of the event loop has the connection, which has one at a time. */
export interface ConnectionHold {
  /** Says so of one that the storage began, or that was joined. */
  isTaken(): boolean
  /**
   * Waits until nobody has it: whoever writes there now could be told that something is stored which is rolled back.
   *
   * @throws StorageUnavailableError `busy` after the busy timeout of the connection.
   */
  free(): Promise<void>
  /** Waits until there is no transaction at all. */
  begin(): Promise<void>
  /** Answers what gives it back. */
  take(): () => void
  /** The transaction that the host has open has the connection until it ends. */
  join(): void
}

const lookAgainMs = 2

const holds = new WeakMap<SqliteDatabase, ConnectionHold>()

/** Storages of several prefixes may share a connection, and with it the hold. */
export function holdOf(database: SqliteDatabase): ConnectionHold {
  const hold = holds.get(database) ?? connectionHold(database)
  holds.set(database, hold)
  return hold
}

function connectionHold(database: SqliteDatabase): ConnectionHold {
  let taken: Promise<void> | undefined
  let isJoined = false
  const isTaken = () => {
    if (isJoined && !database.inTransaction) isJoined = false
    return taken !== undefined || isJoined
  }

  async function until(isFree: () => boolean): Promise<void> {
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
      while (!isFree()) {
        if (isLate) throw new StorageUnavailableError('busy', { detail: 'a transaction has the connection' })
        // Of one that the host began nobody tells the end.
        await Promise.race([taken ?? new Promise((resolve) => setTimeout(resolve, lookAgainMs)), late])
      }
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    isTaken,
    free: () => until(() => !isTaken()),
    begin: () => until(() => !isTaken() && !database.inTransaction),
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
    join() {
      isJoined = true
    },
  }
}
