import { StorageUnavailableError } from '@indwell/core'
import type { PostgresClient, PostgresPool } from './postgres-pool'
import { translateError } from './translate-error'
import { beginWait, endWait } from './waits'

/** A connection that whoever has it gives back. */
export interface Lease {
  readonly client: PostgresClient
  /** @param broken - The connection shall not be used again. */
  end(broken: boolean): void
}

export interface Leases {
  /** @throws `StorageUnavailableError` after {@link Leases.close}. */
  requireOpen(): void
  /** One that somebody has just given back. */
  takeKept(): Lease | undefined
  /** @throws `StorageUnavailableError` when there is no connection to be had. */
  lease(): Promise<Lease>
  /** Waits for what is under way. From the first moment on no connection is to be had. */
  close(): Promise<void>
}

const noConnection = 'no connection in time'

/**
 * Connections of a pool, of which it has each back within a turn of the event loop. Whoever asks meanwhile gets the one that
 * was given back last, without the pool's queue and timers, which are a twentieth of a short read.
 * Where somebody waits for the pool, or it does not say so, it has them back at once.
 */
export function leasesOf(pool: PostgresPool, connectTimeoutMs: number): Leases {
  let underWay = 0
  let held = 0
  let closed = false
  let onIdle = () => {}
  let kept: HeldLease | undefined
  let isLooking = false

  class HeldLease implements Lease {
    #isLost = false
    readonly #onLoss = () => {
      this.#isLost = true
    }

    constructor(readonly client: PostgresClient) {
      held++
      // A client that is lent out reports a broken connection as an event too, which nobody else listens to.
      client.on('error', this.#onLoss)
    }

    get isLost() {
      return this.#isLost
    }

    end(broken: boolean) {
      if (broken || this.#isLost || closed || kept !== undefined || pool.waitingCount !== 0) this.giveBack(broken)
      else keep(this)
      done()
    }

    giveBack(broken: boolean) {
      this.client.removeListener('error', this.#onLoss)
      this.client.release(broken || this.#isLost)
      held--
    }
  }

  function keep(lease: HeldLease): void {
    kept = lease
    if (isLooking) return
    isLooking = true
    setImmediate(() => {
      isLooking = false
      giveKeptBack()
    })
  }

  function giveKeptBack(): void {
    const lease = kept
    kept = undefined
    lease?.giveBack(false)
  }

  function done(): void {
    underWay--
    if (underWay === 0) onIdle()
  }

  function requireOpen(): void {
    if (closed) throw new StorageUnavailableError('closed')
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

  return {
    requireOpen,
    takeKept() {
      const lease = kept
      if (lease === undefined || closed) return undefined
      kept = undefined
      if (lease.isLost) {
        lease.giveBack(true)
        return undefined
      }
      underWay++
      return lease
    },
    async lease() {
      requireOpen()
      underWay++
      try {
        return new HeldLease(await connectWithin(connectTimeoutMs))
      } catch (error) {
        done()
        throw translateError(error, 'connect')
      }
    },
    async close() {
      closed = true
      giveKeptBack()
      if (underWay > 0) {
        await new Promise<void>((resolve) => {
          onIdle = resolve
        })
      }
    },
  }
}
