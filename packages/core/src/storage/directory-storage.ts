import type { Answered } from './answered'
import type { Commit, CommitOutcome, UnreadCommit, UnreadOutcome } from './commit'
import type { HistoryRewriter } from './event-rewrite'
import type { SearchExplainer } from './explain-search'
import type { MetadataIndex, MetadataIndexFill, MetadataIndexState } from './metadata-index'
import type { Read, ReadResult } from './read'
import type { StoredEvent } from './records'
import type { EventQuery, Page, Search, SearchResult } from './search'
import type { TransactionJoiner } from './transactions'

/**
 * Everything core asks of a database. `@indwell/core/conformance` is this contract in executable form.
 *
 * Every call names the instance it works in; nothing of one instance is ever seen in another.
 * After {@link DirectoryStorage.close} every call rejects with `StorageUnavailableError`.
 *
 * @typeParam Transaction - What of the host's it can join.
 * @typeParam Connection - What the host writes by in a transaction that the storage began.
 */
export interface DirectoryStorage<Transaction = unknown, Connection = unknown>
  extends RecordReader,
    CommitWriter,
    RecordSearcher,
    EventReader,
    HistoryRewriter,
    MetadataIndexer,
    Partial<SearchExplainer>,
    Partial<ReplicaReader>,
    Partial<ConsumerKeeper>,
    Partial<WriteListener>,
    Partial<AllEventsReader>,
    Partial<TransactionJoiner<Transaction, Connection>> {
  /**
   * The database is in this process, so that two reads one after the other cost no more than two at once: what may turn
   * out to be needless is asked for last. Absent: reads wait for a server, and all that may be needed is asked for at once.
   */
  readonly isLocal?: true
  /** What database it is, as OpenTelemetry's `db.system.name` has it. Absent: nobody knows. */
  readonly system?: string
  /** Creates or updates the tables. Safe to call twice, and by many processes at once. */
  migrate(): Promise<void>
  /** Releases what the storage opened itself; a connection the host handed in stays open. Calling it twice is fine. */
  close(): Promise<void>
}

export interface RecordReader {
  /** Answers in the order of `reads`. Sees every commit that was answered before the call. */
  load(instanceId: string, reads: readonly Read[]): Answered<readonly ReadResult[]>
}

export interface CommitWriter {
  /**
   * Applies each commit wholly or not at all, independently of its neighbours, and answers in their order.
   *
   * Concurrency: of two commits that expect the same revision or sequence of one aggregate, exactly one is `applied`;
   * of two that take the same claim, or keep an answer under the same key, exactly one. Events of an aggregate are
   * numbered 1, 2, 3 … without gap.
   * A condition that does not hold is an outcome, never a rejection.
   *
   * @throws `OutcomeUnknownError` when the connection broke while the database was committing.
   * @throws `StorageUnavailableError` when nothing was written and the database cannot be asked.
   */
  commit(instanceId: string, commits: readonly Commit[]): Answered<readonly CommitOutcome[]>
  /**
   * Applies what was decided as if its subject had no entries: puts of different keys, each with an event of its own, on one
   * aggregate that has to live. An entry that holds its value already, also by an earlier commit of the call, is left alone
   * and its event left out, and the owner is who owns the aggregate, whatever the commit says.
   *
   * Each wholly or not at all, as if one after the other, with an outcome of its own.
   *
   * Only where this costs less than to read first and then to commit. What an index has to hold may be declined, and so may
   * what does not go together with its neighbours.
   *
   * @throws as {@link CommitWriter.commit}.
   */
  commitUnread?(instanceId: string, commits: readonly UnreadCommit[]): Answered<readonly UnreadOutcome[]>
  /**
   * Whether `commitUnread` holds a commit to its {@link UnreadCommit.permit} and to the sequence that it expects of its
   * aggregate, and declines what they forbid. Then it also takes commits that make one aggregate, under a permit: each as it
   * is, wholly or not at all; declined where anything is in its way, or where it is more than that. Absent: it is asked for
   * none of these.
   */
  readonly checksUnread?: true
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

/**
 * Indexes belong to the instance and not to whoever declared them: what is declared through one storage is kept up to
 * date, and searched by, through all others from the moment on at which the declaration was answered.
 *
 * An index changes how fast a search is, and never what it finds.
 */
export interface MetadataIndexer {
  /** In the order in which they were declared. */
  listMetadataIndexes(instanceId: string): Promise<readonly MetadataIndexState[]>
  /**
   * Declares those that are not there yet, and leaves all others alone. They are ready at once where no subject of their
   * kind has an entry, and building otherwise.
   *
   * @throws `StorageUnavailableError` `busy` when a transaction that writes entries does not end.
   */
  addMetadataIndexes(instanceId: string, indexes: readonly MetadataIndex[]): Promise<void>
  /** Takes away those that are there, with all they hold. */
  removeMetadataIndexes(instanceId: string, indexes: readonly MetadataIndex[]): Promise<void>
  /**
   * Makes the index as the entries are, for the next subjects in the order of their ids; after the last, the next fill
   * begins anew. How far it came is stored, so that another process goes on with it, and others may write meanwhile.
   *
   * @param entries - About how many entries to look at.
   * @returns `undefined` where there is no such index.
   */
  fillMetadataIndex(instanceId: string, index: MetadataIndex, entries: number): Promise<MetadataIndexFill | undefined>
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

/** An event, and the instance that it is of. */
export interface InstanceEvent {
  readonly instanceId: string
  readonly event: StoredEvent
}

/** Reads the feed of all instances, for the host alone. A storage that cannot leaves it out. */
export interface AllEventsReader {
  /**
   * Events of all instances that have a record, in the order of their positions, at most `limit`. There may be fewer than
   * are there; none only where there are no more.
   *
   * A reader that resumes after the last position it has seen misses nothing, as in {@link EventReader}.
   *
   * @param query - `after`: exclusive, a position of any instance.
   */
  readAllEvents(query: { readonly after?: string; readonly limit: number }): Promise<readonly InstanceEvent[]>
}

/** What is kept of a consumer of changes. */
export interface KeptConsumer {
  readonly name: string
  /** 1, 2, 3 …: how often it was put. */
  readonly version: number
  /** JSON text, opaque to the storage. */
  readonly state: string
}

/** Keeps how far consumers of changes came. A storage that cannot leaves both out. */
export interface ConsumerKeeper {
  /** In the order of their names; the one named, where there is one. */
  listConsumers(instanceId: string, name?: string): Promise<readonly KeptConsumer[]>
  /**
   * Puts a consumer whose kept version is the one before `version`; of none that is 0. Answers whether it was. Of several
   * who put the same version, one does.
   *
   * @throws as {@link CommitWriter.commit}.
   */
  putConsumer(instanceId: string, consumer: KeptConsumer): Promise<boolean>
}

/** Hears of what other processes write. A storage that cannot leaves it out, and whoever waits looks now and then. */
export interface WriteListener {
  /**
   * Calls `wake` when something may have been written through any storage on the database, in whatever instance. It may come
   * late, more than once, or not at all. Answers what ends it.
   */
  onWritten(wake: () => void): () => void
}
