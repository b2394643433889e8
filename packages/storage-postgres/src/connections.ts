import { StorageUnavailableError } from '@indwell/core'
import type { PostgresClient, PostgresPool, PostgresRow } from './postgres-pool'
import type { Statement, StatementValues } from './statement-cache'
import { isConnectionLoss, isReadOnly, translateError } from './translate-error'

/** Runs statements that change nothing. */
export interface ReadConnections {
  /** @throws `StorageUnavailableError` after {@link Connections.close}. */
  requireOpen(): void
  /** @throws `StorageUnavailableError` */
  read(statement: Statement, values: StatementValues): Promise<readonly PostgresRow[]>
}

/** Runs statements, each on a connection of the pool. */
export interface Connections extends ReadConnections {
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

export type Run = (statement: Statement, values: StatementValues) => Promise<readonly PostgresRow[]>

export interface Lease {
  readonly client: PostgresClient
  /** @param broken - The connection shall not be used again. */
  end(broken: boolean): void
}

const asWritten = { getTypeParser: () => (value: string) => value }

export function connectionsOf(pool: PostgresPool, namedStatements: boolean): Connections {
  let underWay = 0
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
      client = await pool.connect()
    } catch (error) {
      done()
      throw translateError(error, 'connect')
    }
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
        done()
      },
    }
  }

  async function borrow<T>(work: (run: Run) => Promise<T>): Promise<T> {
    const { client, end } = await lease()
    let broken = false
    try {
      return await work(async ({ name, text, order }, values) => {
        try {
          const { rows } = await client.query({
            ...(namedStatements && name !== undefined ? { name } : {}),
            text,
            values: order.map((place) => values[place]),
            rowMode: 'array',
            types: asWritten,
          })
          return rows as readonly PostgresRow[]
        } catch (error) {
          broken ||= isConnectionLoss(error) || isReadOnly(error)
          throw error
        }
      })
    } finally {
      end(broken)
    }
  }

  return {
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
