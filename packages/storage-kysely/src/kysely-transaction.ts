import { TransactionError } from '@indwell/core'
import type { CompiledQuery } from 'kysely'

/** The part of a Kysely `Transaction` that is used: one that `transaction().execute(…)` or `startTransaction()` gave. */
export interface KyselyTransaction {
  readonly isTransaction: boolean
  executeQuery(query: CompiledQuery): Promise<{ readonly rows: readonly unknown[] }>
  /** Of a transaction that is begun and ended by hand. */
  readonly isCommitted?: boolean
  readonly isRolledBack?: boolean
}

export function isKysely(value: object): value is KyselyTransaction {
  return 'executeQuery' in value && typeof value.executeQuery === 'function' && 'isTransaction' in value
}

/** @throws {@link TransactionError} `not_open` for a Kysely instance outside of transactions, or one that says it ended. */
export function requireOpenTransaction({ isTransaction, isCommitted, isRolledBack }: KyselyTransaction): void {
  if (!isTransaction || isCommitted || isRolledBack) throw new TransactionError('not_open')
}
