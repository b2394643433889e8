import pg from 'pg'
import { newestLineage, type Place } from './newest-lineage'
import { OwnClient } from './own-client'
import type { PostgresClient, PostgresPool } from './postgres-pool'
import type { HostList } from './several-hosts'
import { isConnectionLoss, sqlState } from './translate-error'

/** A pool that the storage opened and has to end. */
export interface OpenedPool extends PostgresPool {
  end(): Promise<void>
  /**
   * Whether the server of a connection that keeps us waiting is there at all: it takes another one within that time, or
   * says why not.
   */
  isThere?(client: PostgresClient, timeoutMs: number): Promise<boolean>
}

/**
 * A pool whose connections lead to the first host that will have them, beginning with the one that had the last: after a
 * failover it finds the new primary by itself. A server that runs never becomes one that takes no writes without breaking
 * its connections, so looking once at each connection is enough. One that lives on though another took over from it still
 * says that it takes writes, so who was led to the other comes back to it by no connection, new or old.
 *
 * @param timeoutMs - For trying all hosts together.
 */
export function severalHostsPool(
  { connectionStrings, readWrite }: HostList,
  timeoutMs: number,
  config: pg.PoolConfig,
): OpenedPool {
  let current = 0
  const lineage = newestLineage()
  /** Errors of hosts that were passed over. */
  const passedOver = new WeakSet<Error>()

  class HostClient extends OwnClient {
    readonly #host = current
    readonly #given: pg.ClientConfig | undefined
    #place: Place | undefined

    constructor(given?: pg.ClientConfig) {
      super({
        ...given,
        connectionString: connectionStrings[current]!,
        connectionTimeoutMillis: Math.ceil(timeoutMs / connectionStrings.length),
      })
      this.#given = given
    }

    override connect(): Promise<pg.Client>
    override connect(callback: (error: Error) => void): void
    override connect(callback?: (error: Error, client?: pg.Client) => void): Promise<pg.Client> | undefined {
      const connected = this.#connectUsable()
      if (callback === undefined) return connected
      connected.then(
        (client) => callback(undefined as never, client),
        (error: Error) => callback(error),
      )
      return undefined
    }

    async #connectUsable(): Promise<pg.Client> {
      try {
        await super.connect()
        if (readWrite) await this.#requireReadWrite()
        return this
      } catch (error) {
        // A server that refuses a password is one that answers: the others are not asked for another opinion.
        if (error instanceof Error && isUnusable(error)) {
          passedOver.add(error)
          if (current === this.#host) current = (current + 1) % connectionStrings.length
        }
        throw error
      }
    }

    async #requireReadWrite(): Promise<void> {
      const found = await lineage.look(this)
      if (found.takesWrites && !lineage.isPast(found.place)) {
        this.#place = found.place
        return
      }
      this.end().catch(() => undefined)
      throw new Error(found.takesWrites ? 'another server took over from this one' : 'the server takes no writes')
    }

    async isThere(connectionTimeoutMillis: number): Promise<boolean> {
      const connectionString = connectionStrings[this.#host]!
      const another = new pg.Client({ ...this.#given, connectionString, connectionTimeoutMillis })
      another.on('error', () => {})
      try {
        await another.connect()
        return true
      } catch (error) {
        return sqlState(error) !== undefined
      } finally {
        another.end().catch(() => undefined)
      }
    }

    isPast(): boolean {
      return lineage.isPast(this.#place)
    }
  }

  const pool = new pg.Pool({ ...config, Client: HostClient })
  pool.on('error', () => {})
  return {
    async connect() {
      for (let tries = 1; ; tries++) {
        try {
          for (;;) {
            const client = await pool.connect()
            if (!(client instanceof HostClient && client.isPast())) return client
            client.release(true)
          }
        } catch (error) {
          if (tries >= connectionStrings.length || !(error instanceof Error && passedOver.has(error))) throw error
        }
      }
    },
    end: () => pool.end(),
    isThere: async (client, timeoutMs) => !(client instanceof HostClient) || client.isThere(timeoutMs),
  }
}

/** It is not there, or starts, or takes no writes: errors of ours have no state of a server's. */
function isUnusable(error: Error): boolean {
  return isConnectionLoss(error) || (error as { code?: unknown }).code === '57P03'
}
