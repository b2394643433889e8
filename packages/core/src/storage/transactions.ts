import type { CommitWriter, StorageReads } from './directory-storage'
import type { HistoryRewriter } from './event-rewrite'

/**
 * The port within one transaction, whose reads see what was written in it. Nothing stays unless the transaction commits.
 *
 * Its calls come one at a time, which core sees to: a savepoint of one is not to take the writes of another along.
 *
 * @throws `TransactionError` where the transaction is none, has ended or cannot go on.
 */
export interface TransactionStorage extends StorageReads, Pick<CommitWriter, 'commit'>, HistoryRewriter {
  /**
   * Runs `work` behind a savepoint: what it wrote by the storage it gets goes when it throws, and what was written before
   * stays. Until it ends nobody calls the outer one.
   */
  savepoint<T>(work: (inner: TransactionStorage) => Promise<T>): Promise<T>
}

/** Writes with the host's rows, in one transaction. A storage that knows of none leaves both out. */
export interface TransactionJoiner<Transaction, Connection> {
  /**
   * Joins a transaction that the host began and ends.
   *
   * @throws `TransactionError` at once, or in the first call, where it is none or of another database.
   */
  within(transaction: Transaction): TransactionStorage
  /**
   * Begins a transaction, commits it when `work` is done and rolls it back when that throws.
   *
   * @throws `TransactionError` `aborted` when it could only be rolled back, and `conflict` when it has to be tried again.
   * @throws `InvalidStateError` `referenced` when a foreign key that is checked last forbids what was done.
   * @throws `OutcomeUnknownError` when the connection broke while the database was committing.
   */
  transaction<T>(work: (storage: TransactionStorage, connection: Connection) => Promise<T>): Promise<T>
}
