import type { AuthenticatedUser } from './access-tokens/authenticate'
import type { ActingDirectory } from './acting-directory'
import type { Across } from './actor'
import type { DirectoryChanges } from './changes/directory-changes'
import type { MetadataReencrypted, ReencryptOptions } from './encryption/reencrypt-metadata'
import type { DirectoryEventType } from './events/directory-event'
import type { EventListener } from './events/event-bus'
import type { SignalOption } from './heed-signal'
import type { HistoryPurged, PurgeOptions } from './history/purge-history'
import type { BootstrapOwnerInput, Bootstrapped } from './instance/bootstrap-owner'
import type { DomainPolicy } from './instance/domain-policy'
import type { ExpiredMembersRemoved, RemoveExpiredMembersOptions } from './members/remove-expired-members'
import type { MetadataIndexes } from './metadata/metadata-indexes'
import type { CheckMetadataOptions, RefusedEntry } from './metadata-definition/check-stored'
import type { UndefinedMetadata } from './metadata-definition/metadata-shape'
import type { ExpiredRemoved, RemoveExpiredOptions } from './metadata-definition/remove-expired'
import type { RoleTable } from './permissions/role-table'
import type { ExportOptions } from './portable/export-directory'
import type { Imported, ImportOptions } from './portable/import-directory'
import type { TextPieces } from './portable/read-lines'
import type { RandomBytes } from './randomness'
import type { ReadingDirectory } from './reading-directory'
import type { ReplicaReading } from './replica-core'
import type { JoinedDirectory, OpenTransaction } from './transactions/transaction-directory'
import type { DeletedPurged, PurgeDeletedOptions } from './users/purge-deleted-users'

/** Who calls: a user, in its own org unless another is named. */
export interface Caller {
  readonly userId: string
  readonly orgId?: string
  /** Absent: in one org. `instance`: in all of them. `orgs`: wherever what a call is about lives. See {@link Across}. */
  readonly across?: Across
  /** Why, in a few words of the host: a ticket, a request. Stands in every event that the calls write. */
  readonly reason?: string
}

/**
 * @typeParam Metadata - What metadata holds, by a definition.
 * @typeParam Transaction - What of the host's the storage can join.
 * @typeParam Connection - What the host writes by in a transaction that the directory began.
 */
export interface Directory<Metadata = UndefinedMetadata, Transaction = unknown, Connection = unknown>
  extends DirectoryChanges {
  readonly instanceId: string
  /** As it was when the directory was opened; `orgs.getDefault()` answers what it is now. */
  readonly defaultOrgId: string
  readonly domainPolicy: DomainPolicy
  /** Whether the database is in this process: its answers are there before anybody could give a read up. */
  readonly isLocal: boolean
  readonly roles: RoleTable
  readonly randomBytes: RandomBytes
  readonly metadataIndexes: MetadataIndexes
  /**
   * Removes the entries of metadata that have expired, which nobody sees any more, with an event each. Call it now and then:
   * they are kept until somebody does.
   *
   * @throws {@link InvalidInputError} for a batch of less than 1 or more than 1000 subjects.
   */
  removeExpiredMetadata(options?: RemoveExpiredOptions): Promise<ExpiredRemoved>
  /**
   * The entries of metadata that a definition would refuse if they were set as they are: to be asked before it is put in
   * force, while the directory is in use. Values are not among what is answered. It says nothing of uniqueness.
   *
   * @throws {@link InvalidInputError} without a definition, for one that makes no sense, and for a batch of less than 1 or
   * more than 1000 subjects.
   */
  checkMetadata(options?: CheckMetadataOptions): AsyncGenerator<RefusedEntry, void, undefined>
  /**
   * Removes the memberships that are over, in the instance and in every org, with an event each. They count for nothing from
   * the moment they end; until somebody calls this, lists show them with their `expiresAt`.
   *
   * @throws {@link InvalidInputError} for a batch of less than 1 or more than 1000 memberships.
   */
  removeExpiredMembers(options?: RemoveExpiredMembersOptions): Promise<ExpiredMembersRemoved>
  /**
   * Stores every value of an encrypted key under the provider's current key, in entries and in the log: after a rotation, and
   * once a key of metadata was declared as `encrypted` that holds values already. Nothing that anybody reads changes. Others
   * may write meanwhile; one that was ended is gone on with by the next call.
   *
   * @throws {@link InvalidInputError} for a batch of less than 1 or more than 1000, or a place that was not reported.
   * @throws {@link StorageUnavailableError} when the storage or the key provider cannot be asked.
   */
  reencryptMetadata(options?: ReencryptOptions): Promise<MetadataReencrypted>
  /**
   * Takes away what happened before a time, and leaves of each subject one event that stands for it: the log still tells what
   * is stored. Whoever reads the feed from further back meets that event, `….history.folded`, with how many it stands for.
   *
   * @throws {@link InvalidInputError} for a time that is none, or that is still to come.
   */
  purgeHistory(options: PurgeOptions): Promise<HistoryPurged>
  /**
   * Everything the instance holds, as lines of JSON that end with a line feed, read as they are asked for: for the host, and
   * of all orgs. See {@link PortableLine}.
   *
   * @throws {@link InvalidInputError} for a page of less than 1 or more than 1000 subjects.
   */
  export(options?: ExportOptions): AsyncIterableIterator<string>
  /**
   * Brings in what {@link Directory.export} wrote, from text in whatever pieces, with the ids and creation times it has. Each
   * line is told what became of it, one that cannot be brought in leaves the others alone, and doing it again changes nothing.
   *
   * @throws {@link InvalidInputError} for an option that does not fit, and for text that does not begin as an export does.
   */
  import(lines: TextPieces, options?: ImportOptions): Promise<Imported>
  /**
   * Ends the time of users that were deleted and could be undeleted until now: their ids and names are free. Call it now and
   * then; until somebody does, names that are held stay held.
   *
   * @throws {@link InvalidInputError} for a time that is none, and for a batch of less than 1 or more than 1000 users.
   */
  purgeDeleted(options?: PurgeDeletedOptions): Promise<DeletedPurged>
  /** Milliseconds since the epoch, by the directory's clock. */
  now(): number
  /** Every call is checked against what the user may do when it is made. */
  as(caller: Caller, options?: SignalOption): ActingDirectory<Metadata>
  /**
   * Nothing is checked: for the host's own work. `reason` stands in every event, with whom it is done for.
   *
   * @throws {@link InvalidInputError} for text that no database can hold.
   */
  asSystem(
    reason: string,
    options?: { readonly orgId?: string; readonly onBehalfOf?: string } & SignalOption,
  ): ActingDirectory<Metadata>
  /**
   * The directory within a transaction that the host began and ends: what it writes commits or goes with the host's rows.
   * Called anew for each transaction. Nobody is told of events, and no code is sent, before {@link JoinedDirectory.announce}.
   *
   * @throws {@link TransactionError} where it is no transaction; what the first call has to find out, that rejects with.
   */
  within(transaction: Transaction): JoinedDirectory<Metadata>
  /**
   * Begins a transaction on a connection of the storage, commits it once `work` is done, and tells of its events then.
   * When `work` throws, all of it is rolled back, and the error passes through as it is. Nothing is tried again by itself.
   *
   * @throws {@link TransactionError} `conflict` when all of it has to be tried again, `aborted` when a failed statement
   * left only a rollback, `unsupported` where the storage knows of no transactions.
   * @throws {@link InvalidStateError} `referenced` when a foreign key that is checked at the end forbids what was done.
   * @throws {@link OutcomeUnknownError} when the connection broke while the database was committing.
   */
  transaction<T>(work: (transaction: OpenTransaction<Connection, Metadata>) => Promise<T>): Promise<T>
  /**
   * Answers a text that stands for everything that was answered so far, to whoever, in any process: what a read from a
   * replica is told to see. One small question to the database, which no other call asks.
   *
   * @throws {@link StorageUnavailableError} when the storage cannot be asked.
   */
  bookmark(): Promise<string>
  /**
   * Reads that may come from a replica, which the storage names: `readFrom('replica', { atLeast }).as(caller).users.list()`.
   * They see at least what `atLeast` stands for, on the primary where no replica has it in time; what a caller may do is
   * decided on the primary always. Made anew for each call or request. Where there are no replicas nothing is different.
   *
   * @throws {@link InvalidInputError} for an `atLeast` that is neither a bookmark nor the position of an event.
   */
  readFrom(source: 'replica', reading: ReplicaReading): ReadersFrom<Metadata>
  /** Whose access token this is; `undefined` for one that is unknown, revoked or expired. */
  authenticate(token: string): Promise<AuthenticatedUser | undefined>
  /** Gives an instance an owner that has none; does nothing to one where somebody holds `IAM_OWNER`. */
  bootstrapOwner(input?: BootstrapOwnerInput): Promise<Bootstrapped>
  /** Calls `listener` after each commit of this process for events of that type, or of all for `'*'`. Answers what ends it. */
  on<Type extends DirectoryEventType | '*'>(type: Type, listener: EventListener<Type>): () => void
  /** Ends consumers and whoever follows changes, and closes the storage. */
  close(): Promise<void>
  /** As {@link Directory.close}: what `await using` does at the end of its block. */
  [Symbol.asyncDispose](): Promise<void>
}

/** As {@link Directory.as} and {@link Directory.asSystem}, for reading alone. */
export interface ReadersFrom<Metadata = UndefinedMetadata> {
  as(caller: Caller, options?: SignalOption): ReadingDirectory<Metadata>
  asSystem(
    reason: string,
    options?: { readonly orgId?: string; readonly onBehalfOf?: string } & SignalOption,
  ): ReadingDirectory<Metadata>
}
