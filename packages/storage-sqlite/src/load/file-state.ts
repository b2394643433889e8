import type { Connection } from '../connection'

/** Tells those who remember what they read of a file whether it still stands there. */
export interface FileState {
  /**
   * Another number than before once any connection of any process may have written something. What is read behind this is
   * as new as the number, or newer.
   */
  number(): number
  /**
   * Says that this connection has just written rows that nobody remembers, so many of them: they make no other number. Where
   * it wrote more than these they do. Fewer it must not have been.
   */
  passOver(rows: number): void
  /** Makes it another number: what was read meanwhile may have been undone. */
  change(): void
}

/**
 * SQLite itself says so of every connection: of others by the version of the data, of this one by the number of rows it
 * changed. Both take it a quarter of the time of a short read, within a transaction a tenth.
 *
 * Only for a connection of our own: what is read within a transaction of the host might be rolled back.
 */
export function fileState({ statements }: Connection): FileState {
  const selectVersion = statements.keep('values', () => 'pragma data_version')
  const selectChanges = statements.keep('values', () => 'select total_changes()')
  let number = 0
  let version = -1
  /** Of this connection, up to where nothing but what is passed over was written. */
  let changes = -1

  return {
    number() {
      const versionNow = selectVersion().get() as number
      const changesNow = selectChanges().get() as number
      if (versionNow !== version || changesNow !== changes) {
        version = versionNow
        changes = changesNow
        number += 1
      }
      return number
    },
    passOver(rows) {
      if (changes >= 0) changes += rows
    },
    change() {
      changes = -1
    },
  }
}
