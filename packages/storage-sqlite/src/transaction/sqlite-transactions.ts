import {
  type AggregateKey,
  type Commit,
  type CommitOutcome,
  type EventQuery,
  type EventRewrite,
  InvalidStateError,
  type Page,
  type Read,
  type ReadResult,
  type Search,
  type SearchResult,
  type StoredEvent,
  TransactionError,
  type TransactionStorage,
} from '@indwell/core'
import type { SqliteDatabase } from '../sqlite-database'
import { isReferenced, isStaleSnapshot, translateError } from '../translate-error'
import { holdOf } from './connection-hold'
import { nameConnection, type RequireTransaction, type SqliteTransaction, transactionOn } from './sqlite-transaction'

/** What the storage does on its connection, whoever's transaction is open there. */
interface Calls {
  load(instanceId: string, reads: readonly Read[]): readonly ReadResult[]
  commit(instanceId: string, commits: readonly Commit[]): readonly CommitOutcome[]
  search(instanceId: string, search: Search): Page<unknown>
  readEvents(instanceId: string, query: EventQuery): readonly StoredEvent[]
  rewriteEvents(instanceId: string, aggregate: AggregateKey, rewrite: EventRewrite): number
}

type Answer = <T>(work: () => T) => T

/** @param answer - Translates what work throws. */
export function sqliteTransactions(database: SqliteDatabase, answer: Answer, calls: Calls) {
  const hold = holdOf(database)
  nameConnection(database)
  const run = (sql: string) => {
    database.prepare(sql).run()
  }

  function joined(require: RequireTransaction): TransactionStorage {
    const work = <T>(call: () => T): T => {
      try {
        return answer(call)
      } catch (error) {
        if (!database.inTransaction) throw new TransactionError('not_open', { cause: error })
        throw isStaleSnapshot(error) ? new TransactionError('conflict', { cause: error }) : error
      }
    }
    // What asks nobody is done before it returns, so that it is part of a synchronous transaction.
    const within = <T>(call: () => T): T | Promise<T> => {
      const asked = require()
      return asked === undefined ? work(call) : asked.then(() => work(call))
    }
    const storage: TransactionStorage = {
      load: async (instanceId, reads) => within(() => calls.load(instanceId, reads)),
      commit: async (instanceId, commits) => within(() => calls.commit(instanceId, commits)),
      search: async <S extends Search>(instanceId: string, search: S) =>
        within(() => calls.search(instanceId, search) as Page<SearchResult<S>>),
      readEvents: async (instanceId, query) => within(() => calls.readEvents(instanceId, query)),
      rewriteEvents: async (instanceId, aggregate, rewrite) =>
        within(() => calls.rewriteEvents(instanceId, aggregate, rewrite)),
      async savepoint(nested) {
        await within(() => run('savepoint indwell_nested'))
        try {
          const result = await nested(storage)
          await within(() => run('release indwell_nested'))
          return result
        } catch (error) {
          if (database.inTransaction) {
            run('rollback to indwell_nested')
            run('release indwell_nested')
          }
          throw error
        }
      },
    }
    return storage
  }

  async function transaction<T>(
    work: (storage: TransactionStorage, connection: SqliteDatabase) => Promise<T>,
  ): Promise<T> {
    while (hold.isTaken() || database.inTransaction) await hold.begin()
    const giveBack = hold.take()
    try {
      answer(() => run('begin immediate'))
      const result = await work(joined(transactionOn(database, database)), database)
      if (!database.inTransaction) throw new TransactionError('not_open')
      commit()
      return result
    } catch (error) {
      if (database.open && database.inTransaction) run('rollback')
      throw error
    } finally {
      giveBack()
    }
  }

  function commit(): void {
    try {
      run('commit')
    } catch (error) {
      throw isReferenced(error) ? new InvalidStateError('referenced') : translateError(error, 'committing')
    }
  }

  /** Answers a call outside of transactions, once no transaction has the connection. */
  function after<T>(call: () => T): T | Promise<T> {
    return hold.isTaken() ? hold.free().then(() => after(call)) : answer(call)
  }

  return {
    after,
    within(transaction: SqliteTransaction): TransactionStorage {
      const require = transactionOn(database, transaction)
      hold.join()
      return joined(require)
    },
    transaction,
  }
}
