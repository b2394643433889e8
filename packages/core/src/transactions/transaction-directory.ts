import type { ActingDirectory } from '../acting-directory'
import type { Caller } from '../directory'
import type { SignalOption } from '../heed-signal'
import type { UndefinedMetadata } from '../metadata-definition/metadata-shape'

/**
 * A directory within one transaction: it reads what was written there, and what it writes stays only if the transaction
 * commits. Of a call that is refused nothing stays, and the transaction goes on.
 *
 * Its calls take turns. Where the host writes in the same transaction, it waits for ours first.
 */
export interface TransactionDirectory<Metadata = UndefinedMetadata> {
  as(caller: Caller, options?: SignalOption): ActingDirectory<Metadata>
  asSystem(
    reason: string,
    options?: { readonly orgId?: string; readonly onBehalfOf?: string } & SignalOption,
  ): ActingDirectory<Metadata>
  /**
   * Runs `work` behind a savepoint, which is rolled back when it throws: with the host's rows, and without its events and
   * codes. Until it ends, calls on the outer one reject with {@link TransactionError} `nested_open`.
   */
  transaction<T>(work: (inner: TransactionDirectory<Metadata>) => Promise<T>): Promise<T>
}

/** A directory within a transaction that the host began, and ends. */
export interface JoinedDirectory<Metadata = UndefinedMetadata> extends TransactionDirectory<Metadata> {
  /**
   * Tells listeners and `afterCommit` of the events, and sends the codes, of what was written here and is in the database
   * by now: to be called once the host committed. Answers how many events those were: none after a rollback, and none
   * before the commit, which may be waited for and asked again.
   *
   * Without it nobody in the process is told. The log of events, which is written with the rows, has all of it regardless.
   *
   * @throws {@link StorageUnavailableError} when the storage cannot be asked; it may be called again.
   */
  announce(): Promise<number>
}

/** A directory within a transaction that it began itself. */
export interface OpenTransaction<Connection = unknown, Metadata = UndefinedMetadata>
  extends TransactionDirectory<Metadata> {
  /** For the host's own rows, until the transaction ends. */
  readonly connection: Connection
}
