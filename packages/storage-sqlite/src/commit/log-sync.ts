import { close, fdatasync, openSync } from 'node:fs'
import type { Commit } from '@indwell/core'

/** Rows between two syncs: some 4 megabytes of log, of the 64 after which SQLite copies it into the database. */
const rowsPerSync = 500
/** Of the four threads that Node has. The second where a process writes for long without a turn of its event loop. */
const maxSyncs = 2

export interface LogSync {
  /** Syncs once in a while what `apply` wrote. */
  behind<I, O>(
    apply: (instanceId: I, commits: readonly Commit[]) => O,
  ): (instanceId: I, commits: readonly Commit[]) => O
  close(): void
}

/**
 * Has the write-ahead log brought to the disk while other things are done, on a thread of Node's. SQLite does so itself
 * before it copies the log into the database, all of it at once, while the process waits for tens of milliseconds; what is
 * on the disk by then it need not wait for. Nothing depends on it: where it fails, SQLite does all of it as before.
 *
 * No lock is lost when the file is closed here: SQLite holds its locks on the database and its `-shm`, none on the log.
 */
export function logSync(filename: string): LogSync {
  let file: number | undefined
  let isOver = filename === '' || filename === ':memory:'
  let syncs = 0
  let rows = 0

  const sync = () => {
    try {
      file ??= openSync(`${filename}-wal`, 'r+')
    } catch {
      isOver = true
      return
    }
    syncs += 1
    rows = 0
    fdatasync(file, () => {
      syncs -= 1
      if (isOver) release()
    })
  }
  const release = () => {
    if (file === undefined || syncs > 0) return
    close(file, () => {})
    file = undefined
  }

  return {
    behind: (apply) => (instanceId, commits) => {
      const outcomes = apply(instanceId, commits)
      if (isOver) return outcomes
      for (const commit of commits) rows += rowsOf(commit)
      if (syncs < maxSyncs && rows >= rowsPerSync * 4 ** syncs) sync()
      return outcomes
    },
    close() {
      isOver = true
      release()
    },
  }
}

/** About as many pages go to the log again: of indexes, and of what is split. */
function rowsOf({ aggregates, put, putEntries, takeClaims }: Commit): number {
  let rows = (put?.length ?? 0) + (putEntries?.length ?? 0) + (takeClaims?.length ?? 0)
  for (const { events } of aggregates) rows += 1 + events.length
  return rows
}
