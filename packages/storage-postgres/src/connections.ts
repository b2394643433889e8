import { OutcomeUnknownError } from '@indwell/core'
import { type Lease, leasesOf } from './leases'
import type { PostgresClient, PostgresPool, PostgresRow } from './postgres-pool'
import { runQuery } from './prepared-query'
import { encodedValues, type GivenValues, type Statement } from './statement-cache'
import { takeBack } from './take-back'
import type { Joined } from './transaction/joined-connection'
import { isConnectionLoss, isReadOnly, sqlState, translateError } from './translate-error'
import { wasUnconfirmed } from './unconfirmed'

/** In milliseconds. */
export interface Patience {
  /** For a connection, new or from the pool. */
  readonly connectTimeoutMs: number
  /** For the server to end a statement by itself. */
  readonly statementTimeoutMs: number
}

/** What the server is granted beyond the statement timeout, to say that it ended a statement. */
export const answerGraceMs = 5000

/** Runs statements that change nothing. */
export interface ReadConnections {
  /** @throws `StorageUnavailableError` after {@link Connections.close}. */
  requireOpen(): void
  /** @throws `StorageUnavailableError` */
  read(statement: Statement, values: GivenValues): Promise<readonly PostgresRow[]>
}

/** Runs statements, each on a connection of the pool. */
export interface Connections extends ReadConnections {
  readonly patience: Patience
  /** Present where all of it happens in one transaction, which goes on behind each commit. */
  readonly joined?: () => Promise<Joined>
  /**
   * Several statements on one connection. What the driver throws passes through `work` as it is.
   *
   * @throws `StorageUnavailableError` when there is no connection to be had.
   */
  borrow<T>(work: (run: Run) => Promise<T>): Promise<T>
  /**
   * A connection that the caller gives back.
   *
   * @throws `StorageUnavailableError` when there is none to be had.
   */
  lease(): Promise<Lease>
  /** Waits for what is under way. From the first moment on every call rejects. */
  close(): Promise<void>
}

export interface PooledConnections extends Connections {
  borrow<T>(work: (run: Run, borrowed: Borrowed) => Promise<T>): Promise<T>
}

/** @param timeoutMs - When the driver gives up. Absent: behind the server, which ends statements that run too long. */
export type Run = (statement: Statement, values: GivenValues, timeoutMs?: number) => Promise<readonly PostgresRow[]>

export interface Borrowed {
  readonly client: PostgresClient
  /** The connection shall not be used again, whatever still runs on it. */
  discard(): void
}

const noConfirmation = 'the wait for a standby was cancelled'

export function connectionsOf(pool: PostgresPool, namedStatements: boolean, patience: Patience): PooledConnections {
  const answeredMs = patience.statementTimeoutMs + answerGraceMs
  const leases = leasesOf(pool, patience.connectTimeoutMs)

  async function borrow<T>(work: (run: Run, borrowed: Borrowed) => Promise<T>): Promise<T> {
    const lease = leases.takeKept() ?? (await leases.lease())
    const { client } = lease
    let broken = false
    let inTransaction = false
    try {
      const run: Run = async (statement, values, timeoutMs = answeredMs) => {
        const { name, text } = statement
        inTransaction ||= text.startsWith('begin')
        try {
          const named = namedStatements ? name : undefined
          const rows = await runQuery(client, {
            name: named,
            text,
            values: encodedValues(statement, values),
            timeoutMs,
          })
          if (wasUnconfirmed(client)) throw new OutcomeUnknownError({ cause: new Error(noConfirmation) })
          return rows
        } catch (error) {
          broken ||= isConnectionLoss(error) || isReadOnly(error)
          // Of a transaction the server has to learn that it is over, or it goes on holding locks. Its end, should that
          // arrive late, finds everything as its locks have kept it.
          if (!inTransaction && sqlState(error) === undefined) takeBack(client)
          throw error
        }
      }
      const discard = () => {
        broken = true
        takeBack(client)
      }
      return await work(run, { client, discard })
    } finally {
      lease.end(broken)
    }
  }

  return {
    patience,
    requireOpen: leases.requireOpen,
    lease: leases.lease,
    borrow,
    read: (statement, values) =>
      borrow((run) =>
        run(statement, values).catch((error: unknown) => {
          throw translateError(error, 'read')
        }),
      ),
    close: leases.close,
  }
}
