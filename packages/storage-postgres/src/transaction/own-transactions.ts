import { InvalidStateError, OutcomeUnknownError, TransactionError, type TransactionStorage } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import { answerGraceMs, type Connections, type Run } from '../connections'
import type { PostgresClient } from '../postgres-pool'
import { isConnectionLoss, isReadOnly, isReferenced, translateError } from '../translate-error'
import { wasUnconfirmed } from '../unconfirmed'
import { type Readers, sendByClient, transactionStorage } from './postgres-transaction'
import { transactionFailure } from './transaction-failure'

/** What the host writes its own rows by in a transaction that the storage began. */
export interface PostgresConnection {
  /** @throws `TransactionError` `not_open` once the transaction has ended; else what the driver throws. */
  query<Row = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[]; readonly rowCount: number | null }>
}

type OwnTransaction = <T>(
  work: (storage: TransactionStorage, connection: PostgresConnection) => Promise<T>,
) => Promise<T>

/** Transactions on connections of the pool, each on one that nobody else has until it ends. */
export function ownTransactions(
  connections: Connections,
  names: TableNames,
  namedStatements: boolean,
  readers: Readers,
): OwnTransaction {
  return async (work) => {
    const lease = await connections.lease()
    const { client } = lease
    const timeoutMs = connections.patience.statementTimeoutMs + answerGraceMs
    let isBroken = false
    const noted = <T>(running: Promise<T>): Promise<T> =>
      running.catch((error: unknown) => {
        isBroken ||= isConnectionLoss(error) || isReadOnly(error)
        throw error
      })
    const sendOn = sendByClient(client, connections, namedStatements)
    const send: Run = (statement, values) => noted(sendOn(statement, values))
    const query = (text: string, values: unknown[]) => noted(client.query({ text, values, query_timeout: timeoutMs }))
    const host = hostConnection(query)
    const run = (text: string) => query(text, [])
    const commit = () =>
      run('commit').catch((error: unknown) => {
        if (isReferenced(error)) throw new InvalidStateError('referenced')
        throw transactionFailure(error) ?? translateError(error, 'write')
      })
    try {
      await run('begin isolation level read committed').catch((error: unknown) => {
        throw translateError(error, 'connect')
      })
      try {
        const answer = await work(transactionStorage(send, connections, names, readers), host.connection)
        host.end()
        // What can only be rolled back the server does not refuse to commit: it rolls it back.
        if ((await commit()).command === 'ROLLBACK') throw new TransactionError('aborted')
        if (wasUnconfirmed(client)) throw new OutcomeUnknownError()
        return answer
      } catch (error) {
        host.end()
        // Who is silent would keep this waiting as well, and rolls back by itself.
        if (!isBroken) await run('rollback').catch(() => undefined)
        throw error
      }
    } finally {
      lease.end(isBroken)
    }
  }
}

function hostConnection(query: (text: string, values: unknown[]) => ReturnType<PostgresClient['query']>) {
  let hasEnded = false
  const connection: PostgresConnection = {
    async query<Row>(text: string, values: readonly unknown[] = []) {
      if (hasEnded) throw new TransactionError('not_open')
      const { rows, rowCount } = await query(text, [...values])
      return { rows: rows as Row[], rowCount }
    },
  }
  return {
    connection,
    end() {
      hasEnded = true
    },
  }
}
