import { TransactionError } from '../errors/transaction-error'
import type { TransactionStorage } from '../storage/transactions'

/** Lets work on one transaction come one at a time, in the order in which it was asked for. */
export class TransactionQueue {
  #last: Promise<unknown> = Promise.resolve()
  #refusal: 'nested_open' | 'not_open' | undefined

  /** @throws {@link TransactionError} while a nested transaction is under way, or once the queue is closed. */
  run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#refusal !== undefined) return Promise.reject(new TransactionError(this.#refusal))
    const turn = this.#last.then(work, work)
    this.#last = turn
    return turn
  }

  /** As `run`. What is asked for meanwhile is refused: if `work` itself asked for it, it would wait forever. */
  nest<T>(work: () => Promise<T>): Promise<T> {
    return this.run(async () => {
      this.#refusal = 'nested_open'
      try {
        return await work()
      } finally {
        this.#refusal = undefined
      }
    })
  }

  /** Waits for what was asked for. Nothing can be asked for from then on. */
  async close(): Promise<void> {
    this.#refusal ??= 'not_open'
    await this.#last.catch(() => undefined)
    this.#refusal = 'not_open'
  }
}

const queues = new WeakMap<object, TransactionQueue>()

/** However often a transaction of the host is joined, it has one queue. */
export function queueOf(transaction: unknown): TransactionQueue {
  if (typeof transaction !== 'object' || transaction === null) throw new TransactionError('unsupported')
  const queue = queues.get(transaction) ?? new TransactionQueue()
  queues.set(transaction, queue)
  return queue
}

export function inQueue(storage: TransactionStorage, queue: TransactionQueue): TransactionStorage {
  return {
    load: (instanceId, reads) => queue.run(async () => storage.load(instanceId, reads)),
    search: (instanceId, search) => queue.run(() => storage.search(instanceId, search)),
    readEvents: (instanceId, query) => queue.run(() => storage.readEvents(instanceId, query)),
    commit: (instanceId, commits) => queue.run(async () => storage.commit(instanceId, commits)),
    rewriteEvents: (instanceId, aggregate, rewrite) =>
      queue.run(() => storage.rewriteEvents(instanceId, aggregate, rewrite)),
    savepoint: (work) => queue.run(() => storage.savepoint(work)),
  }
}
