import { OutcomeUnknownError, StorageUnavailableError } from '@indwell/core'

/** What was being done when the driver threw. */
export type Stage = 'opening' | 'working' | 'committing'

/** The only errors that leave the storage; the driver's own is their `cause`. */
export function translateError(error: unknown, stage: Stage): StorageUnavailableError | OutcomeUnknownError {
  if (error instanceof StorageUnavailableError || error instanceof OutcomeUnknownError) return error
  const code = sqliteCode(error)
  // The disk failed under the commit: after a crash the log may or may not hold it.
  if (stage === 'committing' && code.startsWith('SQLITE_IOERR')) return new OutcomeUnknownError({ cause: error })
  return new StorageUnavailableError(reasonOf(code, stage), { cause: error })
}

/** Whether a foreign key of the host forbids what was tried; `error` as it left the storage. */
export function isReferenced(error: unknown): boolean {
  const cause = error instanceof StorageUnavailableError ? error.cause : error
  const code = sqliteCode(cause)
  // Actions of foreign keys are triggers to SQLite, `on delete restrict` among them.
  const byAction = code === 'SQLITE_CONSTRAINT_TRIGGER' && (cause as Error).message === 'FOREIGN KEY constraint failed'
  return code === 'SQLITE_CONSTRAINT_FOREIGNKEY' || byAction
}

/** Whether others wrote since the transaction read first, so that it cannot write any more. */
export function isStaleSnapshot(error: unknown): boolean {
  return error instanceof StorageUnavailableError && sqliteCode(error.cause) === 'SQLITE_BUSY_SNAPSHOT'
}

export function isBusy(error: unknown): boolean {
  return reasonOf(sqliteCode(error), 'working') === 'busy'
}

function reasonOf(code: string, stage: Stage): StorageUnavailableError['reason'] {
  // Extended codes start with the plain one: SQLITE_BUSY_SNAPSHOT, SQLITE_READONLY_DIRECTORY.
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'busy'
  if (code.startsWith('SQLITE_READONLY')) return 'read_only'
  if (code === 'SQLITE_FULL') return 'full'
  if (code.startsWith('SQLITE_CANTOPEN') || code === 'SQLITE_NOTADB' || stage === 'opening') return 'unreachable'
  return 'failed'
}

function sqliteCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
