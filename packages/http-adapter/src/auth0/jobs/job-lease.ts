import { type Job, leaseMs } from './job'
import type { JobStore } from './job-store'

/** How often a job that is worked on is written anew. */
const renewMs = 20_000

/**
 * Tells every process that this one works on a job. The job is written anew as long as it does, and others take it for left
 * once that was {@link leaseMs} ago. Whoever could not write it for half of that stops working on it, so that it has
 * stopped by then, with clocks that differ by less than the other half.
 */
export class JobLease {
  readonly #store: JobStore
  readonly #job: Job
  readonly #left = new AbortController()
  readonly #timer: NodeJS.Timeout
  #renewing: Promise<void> | undefined
  #renewedAt: number

  constructor(store: JobStore, job: Job, everyMs = renewMs) {
    this.#store = store
    this.#job = job
    this.#renewedAt = job.createdAt
    this.#timer = setInterval(() => this.#tick(), everyMs)
    this.#timer.unref()
  }

  /** Ends what is done for a job that others may take for left. */
  get signal(): AbortSignal {
    return this.#left.signal
  }

  async renew(): Promise<void> {
    const aliveAt = this.#store.now()
    await this.#store.put({ ...this.#job, status: 'processing', aliveAt })
    this.#renewedAt = aliveAt
  }

  /** Whether others may take the job for left by now; then the signal is given. */
  isLost(): boolean {
    if (this.#store.now() - this.#renewedAt > leaseMs / 2) this.#left.abort(new Error('nobody was told of the job'))
    return this.#left.signal.aborted
  }

  /** Behind it nothing is written any more. */
  async end(): Promise<void> {
    clearInterval(this.#timer)
    await this.#renewing
  }

  #tick(): void {
    if (this.isLost() || this.#renewing !== undefined) return
    const done = () => {
      this.#renewing = undefined
    }
    // What could not be written is tried again with the next tick.
    this.#renewing = this.renew().then(done, done)
  }
}
