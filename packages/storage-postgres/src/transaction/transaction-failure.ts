import { TransactionError, type TransactionErrorReason } from '@indwell/core'
import { sqlState } from '../translate-error'

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const reasons = new Map<string | undefined, TransactionErrorReason>([
  ['40001', 'conflict'], // serialization_failure
  ['40P01', 'conflict'], // deadlock_detected: a try of ours alone would meet the same locks
  ['25P01', 'not_open'], // no_active_sql_transaction
  ['25P02', 'aborted'], // in_failed_sql_transaction
  ['42P01', 'foreign'], // undefined_table
  ['3F000', 'foreign'], // invalid_schema_name
])

/** `undefined` for what does not concern the transaction that it happened in. */
export function transactionFailure(error: unknown): TransactionError | undefined {
  const reason = reasons.get(sqlState(error))
  return reason && new TransactionError(reason, { cause: error })
}
