import { OutcomeUnknownError, StorageUnavailableError } from '@indwell/core'
import type { PostgresClient, PostgresPool, PostgresRow } from './postgres-pool'
import { runQuery } from './prepared-query'
import { encodedValues, type GivenValues, type Statement } from './statement-cache'
import { takeBack } from './take-back'
import type { Joined } from './transaction/joined-connection'
import { isConnectionLoss, isReadOnly, sqlState, translateError } from './translate-error'
import { wasUnconfirmed } from './unconfirmed'
import { beginWait, endWait } from './waits'

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

export interface Lease {
  readonly client: PostgresClient
  /** @param broken - The connection shall not be used again. */
  end(broken: boolean): void
}

const noConnection = 'no connection in time'
const noConfirmation = 'the wait for a standby was cancelled'

export function connectionsOf(pool: PostgresPool, namedStatements: boolean, patience: Patience): PooledConnections {
  const answeredMs = patience.statementTimeoutMs + answerGraceMs
  let underWay = 0
  let held = 0
  let closed = false
  let onIdle = () => {}

  function requireOpen(): void {
    if (closed) throw new StorageUnavailableError('closed')
  }

  async function lease(): Promise<Lease> {
    requireOpen()
    underWay++
    const done = () => {
      underWay--
      if (underWay === 0) onIdle()
    }
    let client: PostgresClient
    try {
      client = await connectWithin(patience.connectTimeoutMs)
    } catch (error) {
      done()
      throw translateError(error, 'connect')
    }
    held++
    let lost = false
    const onLoss = () => {
      lost = true
    }
    // A client that is lent out reports a broken connection as an event too, which nobody else listens to.
    client.on('error', onLoss)
    return {
      client,
      end(broken) {
        client.removeListener('error', onLoss)
        client.release(broken || lost)
        held--
        done()
      },
    }
  }

  /** A pool of the host need not have a limit of its own. */
  function connectWithin(timeoutMs: number): Promise<PostgresClient> {
    return new Promise((resolve, reject) => {
      let waits = true
      const wait = beginWait(timeoutMs, () => {
        waits = false
        // Where others of our own calls hold connections, there is a server, and the pool has no more of them.
        reject(new StorageUnavailableError(held > 0 ? 'busy' : 'unreachable', { cause: new Error(noConnection) }))
      })
      pool.connect().then(
        (client) => {
          endWait(wait)
          if (waits) resolve(client)
          else client.release()
        },
        (error: unknown) => {
          endWait(wait)
          reject(error)
        },
      )
    })
  }

  async function borrow<T>(work: (run: Run, borrowed: Borrowed) => Promise<T>): Promise<T> {
    const { client, end } = await lease()
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
      end(broken)
    }
  }

  return {
    patience,
    requireOpen,
    lease,
    borrow,
    read: (statement, values) =>
      borrow((run) =>
        run(statement, values).catch((error: unknown) => {
          throw translateError(error, 'read')
        }),
      ),
    async close() {
      closed = true
      if (underWay > 0) {
        await new Promise<void>((resolve) => {
          onIdle = resolve
        })
      }
    },
  }
}
