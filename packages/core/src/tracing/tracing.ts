/**
 * Watches a directory work. It is told what kind of call or question there is and how many things it is about: never a value,
 * a key, a name, an id of a subject or the text of an error. `@indwell/opentelemetry` makes spans of it.
 */
export interface Tracing {
  /** Stands for whoever is at work now. */
  caller(): unknown
  /** Runs `work` for a caller that was answered before; `undefined`: for nobody. */
  within<T>(caller: unknown, work: () => T): T
  /** A call begins. */
  beginCall(call: TracedCall): TracedWork
  /** The storage is asked. */
  beginAsk(ask: TracedAsk): TracedWork
}

/** Something that has begun. */
export interface TracedWork {
  /** Runs `work`, in which {@link Tracing.caller} stands for this. */
  run<T>(work: () => T): T
  /** Called once. */
  end(outcome: TracedOutcome): void
}

export interface TracedOutcome {
  /** Things in the answer, where it is a list or a page. */
  readonly count?: number | undefined
  /** Code of a `DirectoryError`, `aborted` for what a signal gave up, `_OTHER` for an error of the host's. */
  readonly errorType?: string | undefined
}

export interface TracedCall {
  readonly instanceId: string
  /** As in `users.metadata.set`. */
  readonly method: string
  /** Absent: the directory itself. */
  readonly callerType?: 'user' | 'system'
  /** What kind of thing it is about, as in `user`. */
  readonly subjectType?: string | undefined
  /** Things that were given: keys, ids, questions. */
  readonly count?: number | undefined
}

export interface TracedAsk {
  /** The call of the port. */
  readonly operation: 'load' | 'search' | 'explainSearch' | 'readEvents' | 'commit' | 'commitUnread' | 'rewriteEvents'
  /** What the database is, see `DirectoryStorage.system`. */
  readonly system: string
  /** Whether it is in this process. */
  readonly isLocal: boolean
  /** Reads or commits that go together: those of all who asked in one turn of the event loop. */
  readonly size: number
  /** Of each read or commit whose it is, as {@link Tracing.caller} answered when it was asked for. */
  readonly callers: readonly unknown[]
}
