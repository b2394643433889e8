import type { Connection } from './connection'
import { translateError } from './translate-error'

/** Runs work that must be whole, or see one state, and gives what it gave. */
export type Transact = <T>(work: () => T) => T

/**
 * A transaction of its own, or a savepoint where the host has one open on the same connection.
 *
 * `begin immediate`: a deferred begin that reads before it writes fails with SQLITE_BUSY_SNAPSHOT when another process
 * commits in between, and the busy timeout does not apply. Taking the write lock first makes it wait instead.
 */
export function writeTransaction({ database, statements }: Connection): Transact {
  const own = {
    begin: statements.keep('run', () => 'begin immediate'),
    commit: statements.keep('run', () => 'commit'),
    undo: [statements.keep('run', () => 'rollback')],
  }
  const inner = {
    begin: statements.keep('run', () => 'savepoint indwell_write'),
    commit: statements.keep('run', () => 'release indwell_write'),
    undo: [
      statements.keep('run', () => 'rollback to indwell_write'),
      statements.keep('run', () => 'release indwell_write'),
    ],
  }
  return (work) => {
    const { begin, commit, undo } = database.inTransaction ? inner : own
    begin().run()
    let committing = false
    try {
      const result = work()
      committing = true
      commit().run()
      return result
    } catch (error) {
      // SQLite has ended the transaction itself after some failures, a full disk among them.
      if (database.inTransaction) for (const step of undo) step().run()
      throw translateError(error, committing ? 'committing' : 'working')
    }
  }
}

/** All reads of the work see the same state, and the lock that each would take is taken once. */
export function readTransaction({ database, statements }: Connection): Transact {
  const begin = statements.keep('run', () => 'begin')
  const commit = statements.keep('run', () => 'commit')
  return (work) => {
    if (database.inTransaction) return work()
    begin().run()
    try {
      return work()
    } finally {
      if (database.inTransaction) commit().run()
    }
  }
}
