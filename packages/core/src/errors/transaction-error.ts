import { DirectoryError } from './directory-error'

export type TransactionErrorReason =
  /** None was begun, or it has ended: by a commit, a rollback, or the database. */
  | 'not_open'
  /** A statement in it failed before: nothing but a rollback is left to it. */
  | 'aborted'
  /** Another transaction was in the way, and this one can only be rolled back and tried again as a whole. */
  | 'conflict'
  /** It is of another database or connection than the directory's, or the tables are not where it looks for them. */
  | 'foreign'
  /** A transaction that was begun in it is under way, and alone may be called until it ends. */
  | 'nested_open'
  /** The storage cannot join it: what was handed over is none, or it knows of none. Or the call works outside of them only. */
  | 'unsupported'

/** The transaction of the host cannot be worked in. What was written in it stays only if it commits. */
export class TransactionError extends DirectoryError {
  override readonly name = 'TransactionError'
  override readonly code = 'transaction_failed'
  constructor(
    readonly reason: TransactionErrorReason,
    options?: ErrorOptions,
  ) {
    super(sentences[reason], options)
  }
}

const sentences: Readonly<Record<TransactionErrorReason, string>> = {
  not_open: 'there is no transaction open here: it was not begun, or it has ended',
  aborted: 'a statement of the transaction failed before, and nothing but a rollback is left to it',
  conflict: 'another transaction was in the way: roll this one back and try all of it again',
  foreign: 'the transaction is not on the connection or database that the directory lives in',
  nested_open: 'a transaction within this one is under way: call that one until it ends',
  unsupported: 'the storage knows of no such transaction, or the call works outside of transactions only',
}
