import { type Job, maxJobMs, tooLong } from './job'
import type { JobStore } from './job-store'

/** Works on jobs in this process, behind the answers to the calls that made them. */
export class JobRunner {
  readonly #store: JobStore

  constructor(store: JobStore) {
    this.#store = store
  }

  /**
   * Starts the work of a job that is stored. `work` answers the job as it is then; should it fail, or take more than two
   * hours, the job has failed. A job whose process ends stays as it is, and has failed once the two hours are over.
   *
   * @param report - Gets what a job fails in that is our fault.
   */
  start(job: Job, work: (signal: AbortSignal) => Promise<Job>, report: (error: unknown) => void): void {
    setImmediate(() => {
      this.#run(job, work).catch(report)
    })
  }

  async #run(job: Job, work: (signal: AbortSignal) => Promise<Job>): Promise<void> {
    await this.#store.put({ ...job, status: 'processing' })
    const signal = AbortSignal.timeout(maxJobMs)
    try {
      await this.#store.put(await work(signal))
    } catch (error) {
      const details = signal.aborted ? tooLong : 'The job failed in an internal error.'
      await this.#store.put({ ...job, status: 'failed', details }).catch(() => {})
      throw error
    }
  }
}
