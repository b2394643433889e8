import { type Job, leftBehind, maxJobMs, tooLong } from './job'
import { JobLease } from './job-lease'
import type { JobStore } from './job-store'

/** Works on jobs in this process, behind the answers to the calls that made them. */
export class JobRunner {
  readonly #store: JobStore
  readonly #renewMs: number | undefined

  /** @param renewMs - See {@link JobLease}. */
  constructor(store: JobStore, renewMs?: number) {
    this.#store = store
    this.#renewMs = renewMs
  }

  /**
   * Starts the work of a job that is stored. `work` answers the job as it is then; should it fail, or take more than two
   * hours, the job has failed. So has one whose process ended, two minutes after it was last heard of.
   *
   * @param report - Gets what a job fails in that is our fault.
   */
  start(job: Job, work: (signal: AbortSignal) => Promise<Job>, report: (error: unknown) => void): void {
    setImmediate(() => {
      this.#run(job, work).catch(report)
    })
  }

  async #run(job: Job, work: (signal: AbortSignal) => Promise<Job>): Promise<void> {
    const lease = new JobLease(this.#store, job, this.#renewMs)
    const timeout = AbortSignal.timeout(maxJobMs)
    try {
      await lease.renew()
      const done = await work(AbortSignal.any([timeout, lease.signal]))
      await lease.end()
      await this.#store.put(lease.isLost() ? { ...done, status: 'failed', details: leftBehind } : done)
    } catch (error) {
      await lease.end()
      const details = timeout.aborted ? tooLong : lease.isLost() ? leftBehind : 'The job failed in an internal error.'
      await this.#store.put({ ...job, status: 'failed', details }).catch(() => {})
      throw error
    }
  }
}
