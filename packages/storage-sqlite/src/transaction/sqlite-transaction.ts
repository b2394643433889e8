import { randomUUID } from 'node:crypto'
import { TransactionError } from '@indwell/core'
import { isKysely, type KyselyTransaction, requireOpenTransaction } from '@indwell/storage-kysely'
import { CompiledQuery } from 'kysely'
import type { SqliteDatabase } from '../sqlite-database'

/**
 * A transaction of the host on the storage's own connection: the better-sqlite3 database where it ran `begin immediate`, or
 * a Kysely transaction on it.
 */
export type SqliteTransaction = SqliteDatabase | KyselyTransaction

const names = new WeakMap<SqliteDatabase, string>()

/** Gives a connection a function by which a Kysely transaction tells that it is on it. */
export function nameConnection(database: SqliteDatabase): void {
  const name = names.get(database) ?? randomUUID()
  names.set(database, name)
  database.function('indwell_connection', { deterministic: false }, () => name)
}

/** Waits for nothing where the transaction is the connection itself. */
export type RequireTransaction = () => Promise<void> | undefined

/**
 * @returns what looks before each call whether the transaction is still there, and on `database`.
 * @throws TransactionError for what is none.
 */
export function transactionOn(database: SqliteDatabase, transaction: SqliteTransaction): RequireTransaction {
  const requireOpen = () => {
    if (!database.inTransaction) throw new TransactionError('not_open')
  }
  if (transaction === database) {
    requireOpen()
    return () => {
      requireOpen()
      return undefined
    }
  }
  if (!isKysely(transaction)) throw new TransactionError('inTransaction' in transaction ? 'foreign' : 'unsupported')
  requireOpenTransaction(transaction)
  let onDatabase: Promise<void> | undefined
  return async () => {
    requireOpenTransaction(transaction)
    onDatabase ??= requireConnection(transaction, database)
    await onDatabase
    requireOpen()
  }
}

async function requireConnection(transaction: KyselyTransaction, database: SqliteDatabase): Promise<void> {
  const query = CompiledQuery.raw('select indwell_connection() as name')
  try {
    const [row] = (await transaction.executeQuery(query)).rows
    // Plugins of the host may have renamed the column.
    if (Object.values(row as object)[0] === names.get(database)) return
  } catch (error) {
    throw new TransactionError('foreign', { cause: error })
  }
  throw new TransactionError('foreign')
}
