import { type DirectoryError, isDirectoryError, OutcomeUnknownError, StorageUnavailableError } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'

/**
 * What was under way: `connect` before anything was sent, `read` while a statement that changes nothing was, `write`
 * while one was that commits.
 */
export type Errand = 'connect' | 'read' | 'write'

/** What leaves the adapter for what the driver threw, which becomes its `cause`. */
export function translateError(error: unknown, errand: Errand): DirectoryError {
  if (isDirectoryError(error)) return error
  const state = sqlState(error)
  if (isConnectionLoss(error)) {
    return errand === 'write'
      ? new OutcomeUnknownError({ cause: error })
      : new StorageUnavailableError('unreachable', { cause: error })
  }
  return new StorageUnavailableError(reasons.get(state!) ?? 'failed', { cause: error })
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const reasons = new Map<string, StorageUnavailableError['reason']>([
  ['57P03', 'unreachable'], // cannot_connect_now
  ['53300', 'busy'], // too_many_connections
  ['53200', 'busy'], // out_of_memory
  ['53400', 'busy'], // configuration_limit_exceeded
  ['57014', 'busy'], // query_canceled: the statement timeout
  ['55P03', 'busy'], // lock_not_available: the lock timeout
  ['40001', 'busy'], // serialization_failure
  ['40P01', 'busy'], // deadlock_detected
  ['25006', 'read_only'], // read_only_sql_transaction
  ['53100', 'full'], // disk_full
])

/** Whether the connection is of no more use; what it was doing may have been done. */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlState(error)
  if (state === undefined) return true
  return state.startsWith('08') || sessionEnds.has(state)
}

const sessionEnds: ReadonlySet<string> = new Set([
  // The server ends the session, and does so as well while a commit waits for a replica.
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P04', // database_dropped
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
  '40003', // statement_completion_unknown
])

/** Whether a foreign key of the host forbids what was tried. */
export function isReferenced(error: unknown): boolean {
  const state = sqlState(error)
  return state === '23503' || state === '23001' // foreign_key_violation, restrict_violation
}

/** Whether a key, or a unique index of the host, holds what was written already. */
export function isDuplicate(error: unknown): boolean {
  return sqlState(error) === '23505' // unique_violation
}

/** Whether the server takes no writes: a standby, or a primary that became one. */
export function isReadOnly(error: unknown): boolean {
  return sqlState(error) === '25006'
}

/**
 * Whether a commit lost against one that runs at the same time, was undone as a whole, and will see the other's effect
 * when it is tried again.
 */
export function isLostRace(error: unknown, names: TableNames): boolean {
  const state = sqlState(error)
  if (state === '40001' || state === '40P01') return true
  if (state !== '23505') return false
  const { constraint } = error as { constraint?: unknown }
  return [names.aggregate, names.event, names.claim, names.keptAnswer].some((table) =>
    isKeyOf(table, String(constraint)),
  )
}

/** A partition calls its part of the key as the server does by itself. */
function isKeyOf(table: string, constraint: string): boolean {
  return (
    constraint === `${table}_key` ||
    (constraint.startsWith(`${table}_p`) && /^\d+_pkey$/.test(constraint.slice(table.length + 2)))
  )
}

/** `undefined` for what the server did not say: a socket that broke, a driver that gave up. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, severity } = error as { code?: unknown; severity?: unknown }
  // Sockets fail with codes as well, some of five letters: EPIPE.
  return typeof code === 'string' && severity !== undefined ? code : undefined
}
