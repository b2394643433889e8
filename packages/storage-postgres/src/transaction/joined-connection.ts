import { isDirectoryError, StorageUnavailableError, TransactionError } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connections, Run } from '../connections'
import { compileStatement, slot } from '../statement-cache'
import { isConnectionLoss, translateError } from '../translate-error'
import { transactionFailure } from './transaction-failure'

/** How commits are made within a transaction that goes on behind them. */
export interface Joined {
  /** Whether each statement sees what others committed before it. */
  readonly isReadCommitted: boolean
}

const savepoint = compileStatement(sql`savepoint indwell_look`)
const release = compileStatement(sql`release savepoint indwell_look`)
const look = compileStatement(sql`
  select current_setting('transaction_isolation'), to_regclass(${slot('table')}::text) is not null`)

/**
 * One connection that is in a transaction, in place of those of a pool.
 *
 * @param send - Runs a statement in the transaction.
 */
export function joinedConnection(send: Run, outer: Connections, names: TableNames): Connections {
  const table = [names.schema, names.record.instance]
    .flatMap((name) => (name === undefined ? [] : `"${name}"`))
    .join('.')
  let joined: Promise<Joined> | undefined

  let last: Promise<unknown> = Promise.resolve()
  /** What broke the connection: who asks on, if only to clean up, would wait as long again. */
  let loss: { readonly error: unknown } | undefined

  /** One by one: a page and its count are asked for at once, which a driver takes on a pool alone. */
  const run: Run = (statement, values) => {
    const turn = last.then(() => {
      if (loss !== undefined) throw loss.error
      return send(statement, values)
    })
    last = turn.catch(() => undefined)
    return turn.catch((error: unknown) => {
      if (!isDirectoryError(error) && isConnectionLoss(error)) loss ??= { error }
      throw transactionFailure(error) ?? error
    })
  }

  /** The savepoint is refused outside of transactions, where every statement would be one of its own. */
  async function lookAround(): Promise<Joined> {
    await run(savepoint, {}).catch((error: unknown) => {
      throw translateError(error, 'read')
    })
    const [row] = await run(look, { table }).catch((error: unknown) => {
      // What knows of savepoints and not of this is another kind of database.
      throw isDirectoryError(error) ? error : new TransactionError('foreign', { cause: error })
    })
    await run(release, {})
    if (row![1] !== 't') throw new TransactionError('foreign')
    return { isReadCommitted: row![0] === 'read committed' }
  }

  const borrow: Connections['borrow'] = async (work) => {
    outer.requireOpen()
    joined ??= lookAround()
    await joined
    return work(run)
  }

  return {
    patience: outer.patience,
    requireOpen: outer.requireOpen,
    borrow,
    joined: () => (joined ??= lookAround()),
    read: (statement, values) =>
      borrow((run) =>
        run(statement, values).catch((error: unknown) => {
          throw translateError(error, 'read')
        }),
      ),
    lease: () => Promise.reject(new StorageUnavailableError('failed')),
    close: async () => undefined,
  }
}
