import type { Commit, CommitOutcome } from './commit'
import type { Read, ReadResult } from './read'
import type { StoredEvent } from './records'
import type { EventQuery, Page, Search, SearchResult } from './search'

/**
 * Everything core asks of a database. `@indwell/core/conformance` is this contract in executable form.
 *
 * Every call names the instance it works in; nothing of one instance is ever seen in another.
 * After {@link DirectoryStorage.close} every call rejects with `StorageUnavailableError`.
 */
export interface DirectoryStorage
  extends RecordReader,
    CommitWriter,
    RecordSearcher,
    EventReader,
    Partial<ReplicaReader> {
  /** Creates or updates the tables. Safe to call twice, and by many processes at once. */
  migrate(): Promise<void>
  /** Releases what the storage opened itself; a connection the host handed in stays open. Calling it twice is fine. */
  close(): Promise<void>
}

export interface RecordReader {
  /** Answers in the order of `reads`. Sees every commit that was answered before the call. */
  load(instanceId: string, reads: readonly Read[]): Promise<readonly ReadResult[]>
}

export interface CommitWriter {
  /**
   * Applies each commit wholly or not at all, independently of its neighbours, and answers in their order.
   *
   * Concurrency: of two commits that expect the same revision or sequence of one aggregate, exactly one is `applied`;
   * of two that take the same claim, exactly one. Events of an aggregate are numbered 1, 2, 3 … without gap.
   * A condition that does not hold is an outcome, never a rejection.
   *
   * @throws `OutcomeUnknownError` when the connection broke while the database was committing.
   * @throws `StorageUnavailableError` when nothing was written and the database cannot be asked.
   */
  commit(instanceId: string, commits: readonly Commit[]): Promise<readonly CommitOutcome[]>
}

export interface RecordSearcher {
  /** One page of records that match, and on request how many match in all. */
  search<S extends Search>(instanceId: string, search: S): Promise<Page<SearchResult<S>>>
}

export interface EventReader {
  /**
   * Events in the order of their positions, or of their sequences where one aggregate is asked for.
   *
   * An event appears only once no event with a smaller position can still appear: a reader that resumes after the last
   * position it has seen misses nothing.
   */
  readEvents(instanceId: string, query: EventQuery): Promise<readonly StoredEvent[]>
}

/** Everything that reads and needs no more than a copy of the database. */
export interface StorageReads extends RecordReader, RecordSearcher, EventReader {}

/** Reads from copies of the database that follow it at some distance. A storage that has none leaves both out. */
export interface ReplicaReader {
  /** Answers a text that stands for all that was answered before the call, to whoever. */
  bookmark(instanceId: string): Promise<string>
  /**
   * Reads that see at least what `atLeast` stands for, a bookmark or the position of an event: on a replica that has it
   * in a time that the storage is told, else where everything else is read.
   *
   * @throws `InvalidInputError` for what is neither.
   */
  readReplica(atLeast: string): StorageReads
}
