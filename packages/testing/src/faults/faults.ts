/** What a call to the storage is about to do. */
export interface StorageCall {
  readonly operation: 'load' | 'search' | 'readEvents' | 'commit'
  /** Types of the events that are to be stored, as `user.metadata.set`. */
  readonly events: readonly string[]
}

/**
 * How a storage fails:
 *
 * - `connection_lost`: before anything was done, and again whenever the directory asks anew by itself. The call rejects as
 *   `storage_unavailable` with the reason `unreachable`, less than a tenth of a second later.
 * - `busy`, `read_only`, `full`: nothing was done, and the directory does not ask again. `storage_unavailable` with that
 *   reason.
 * - `outcome_unknown`: the connection breaks behind the commit. Everything is stored, nobody is told, and the call rejects.
 * - `stale`: somebody else was faster. The directory reads and decides anew; when it happens each time, it gives up after
 *   about a second with `contention`.
 */
export type StorageFault = 'connection_lost' | 'busy' | 'read_only' | 'full' | 'outcome_unknown' | 'stale'

/** A request to a face. */
export interface FaceRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
}

/** Makes a directory fail as real ones do. All are off until they are asked for, and by `reset()`. */
export interface Faults {
  /**
   * Fails the next calls to the storage that it can happen to: `outcome_unknown`, `stale`, `read_only` and `full` to
   * commits, the others to any.
   *
   * @param options.calls - How many. `Infinity`: until {@link Faults.clear}. Default 1.
   * @param options.when - Which ones. Default: all.
   */
  next(fault: StorageFault, options?: { readonly calls?: number; readonly when?: (call: StorageCall) => boolean }): void
  /**
   * Both faces refuse requests with 429, as their vendors do, until `retryAfter` is over or {@link Faults.clear} is called.
   * Time is the system's, as those who wait for it know no other; a test runner's false timers count.
   *
   * @param options.after - How many requests are answered first. Default 0.
   * @param options.retryAfter - Seconds from the first refusal on. Default 1.
   * @param options.when - Which requests are counted and refused. Default: all.
   */
  rateLimit(options?: {
    readonly after?: number
    readonly retryAfter?: number
    readonly when?: (request: FaceRequest) => boolean
  }): void
  /**
   * The faces answer that much later, once what was asked for is done: who gave up may have written all the same. Real
   * time, or that of a test runner's false timers.
   *
   * @param options.when - Which requests. Default: all.
   */
  slow(ms: number, options?: { readonly when?: (request: FaceRequest) => boolean }): void
  /**
   * From now on lists and searches answer as it was some writes ago, or until {@link Faults.settle}; what is asked for by
   * its id is always current.
   *
   * @param options.behind - How many writes. Default: all that come.
   */
  eventualSearch(options?: { readonly behind?: number }): Promise<void>
  /** Lists and searches catch up with all that was written, and lag behind again from here on. */
  settle(): Promise<void>
  /** Turns all of them off. Answers that are held back are given at once. */
  clear(): Promise<void>
}
