const brand = Symbol.for('indwell.directory-error')

/** Every code a directory can fail with. The list is closed: a new code is a breaking change. */
export type DirectoryErrorCode =
  | 'invalid_input'
  | 'not_found'
  | 'already_exists'
  | 'invalid_state'
  | 'permission_denied'
  | 'unauthenticated'
  | 'version_conflict'
  | 'limit_exceeded'
  | 'contention'
  | 'storage_unavailable'
  | 'outcome_unknown'
  | 'idempotency_key_reused'
  | 'hook_refused'
  | 'transaction_failed'

/**
 * What every call of a directory rejects with. `code` is stable, the data is in fields, and `message` is for people:
 * never compare it.
 */
export abstract class DirectoryError extends Error {
  abstract readonly code: DirectoryErrorCode
  /** Marks the class across copies of this package. */
  readonly [brand] = true
}

/** Whether `error` is a {@link DirectoryError}, also one of another copy of this package. */
export function isDirectoryError(error: unknown): error is DirectoryError {
  return typeof error === 'object' && error !== null && (error as { [brand]?: unknown })[brand] === true
}
