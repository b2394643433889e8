import * as v from 'valibot'
import { type AuthenticatedUser, authenticate } from './access-tokens/authenticate'
import type { ActingDirectory } from './acting-directory'
import type { Across } from './actor'
import { type DirectoryChanges, directoryChanges } from './changes/directory-changes'
import type { Clock } from './clock'
import { type CodeMessage, type CodeSender, createOutbox } from './codes/outbox'
import type { Core } from './core'
import { type CoreOptions, createCore } from './create-core'
import type { KeyProvider } from './encryption/key-provider'
import type { OpenVault } from './encryption/open-vault'
import type { MetadataReencrypted, ReencryptOptions } from './encryption/reencrypt-metadata'
import type { Vault } from './encryption/vault'
import type { DirectoryEventType } from './events/directory-event'
import { createEventBus, type EventListener, warn } from './events/event-bus'
import { facesOf } from './faces-of'
import { parsePolicy, type UnindexedCondition, type UnindexedPolicy } from './find/unindexed'
import type { SignalOption } from './heed-signal'
import { type HistoryPurged, type PurgeOptions, purgeHistory } from './history/purge-history'
import { createIdSource, type NewId } from './ids'
import { id, parseInput } from './input'
import { type BootstrapOwnerInput, type Bootstrapped, bootstrapOwner } from './instance/bootstrap-owner'
import { type DomainPolicy, domainPolicySequence } from './instance/domain-policy'
import { ensureInstance } from './instance/ensure-instance'
import { type LimitsInput, parseLimits } from './limits/limits'
import {
  type ExpiredMembersRemoved,
  type RemoveExpiredMembersOptions,
  removeExpiredMembers,
} from './members/remove-expired-members'
import {
  declareMetadataIndexes,
  type MetadataIndexes,
  metadataIndexes,
  parseMetadataIndexes,
} from './metadata/metadata-indexes'
import { type CheckMetadataOptions, checkStored, type RefusedEntry } from './metadata-definition/check-stored'
import type { MetadataDefinition } from './metadata-definition/define-metadata'
import { compileRules } from './metadata-definition/metadata-rules'
import type { UndefinedMetadata } from './metadata-definition/metadata-shape'
import { type ExpiredRemoved, type RemoveExpiredOptions, removeExpired } from './metadata-definition/remove-expired'
import { orgName } from './orgs/create-org'
import type { DomainVerifier } from './orgs/verify-org-domain'
import { createRoleTable, type RoleTable } from './permissions/role-table'
import type { Policies } from './policies'
import type { ExportOptions } from './portable/export-directory'
import type { Imported, ImportOptions } from './portable/import-directory'
import type { TextPieces } from './portable/read-lines'
import { type RandomBytes, systemRandomBytes } from './randomness'
import type { ReadingDirectory } from './reading-directory'
import { type ReplicaReading, replicaCore } from './replica-core'
import type { DirectoryStorage } from './storage/directory-storage'
import type { MetadataIndex } from './storage/metadata-index'
import type { StoredEvent } from './storage/records'
import { traceDirectory } from './tracing/trace-directory'
import type { Tracing } from './tracing/tracing'
import { commitsWithHook, directoryTransactions, type Opened } from './transactions/directory-transactions'
import { type Hooks, tellAfterCommit } from './transactions/hooks'
import type { JoinedDirectory, OpenTransaction } from './transactions/transaction-directory'
import { type DeletedPurged, type PurgeDeletedOptions, purgeDeletedUsers } from './users/purge-deleted-users'

/** What of the host's a storage can join. */
export type TransactionOf<Storage> = Storage extends DirectoryStorage<infer Transaction, infer _> ? Transaction : never

/** What the host writes by in a transaction that a storage began. */
export type ConnectionOf<Storage> = Storage extends DirectoryStorage<infer _, infer Connection> ? Connection : never

/** Options of {@link createDirectory}. */
export interface DirectoryOptions<Metadata = UndefinedMetadata, Storage extends DirectoryStorage = DirectoryStorage> {
  readonly storage: Storage
  /** One database holds many directories, which never see each other. 1 to 200 characters. Default `default`. */
  readonly instanceId?: string
  /** Name of the org that is created on first start. Default `Default`. */
  readonly defaultOrgName?: string
  /** Below which orgs get the domains made from their names. Default `localhost`. */
  readonly domain?: string
  /**
   * Asked when a domain of an org shall be verified, with what the org was told to show there. Absent: domains are
   * verified once they are added, whoever they belong to. Nothing here ever calls out by itself.
   */
  readonly verifyDomain?: DomainVerifier
  /**
   * Whether users sign in with a domain of their org behind their user name. User names are unique in an org then, and in
   * the instance otherwise. Decided for good when the instance is created. Absent: not for a new instance, and whatever it
   * is of one that is there.
   */
  readonly userLoginMustBeDomain?: boolean
  /** Roles beside ZITADEL's built-in ones, and the permissions each grants. */
  readonly roles?: Readonly<Record<string, readonly string[]>>
  /**
   * Places in metadata that searches find by an index, however many entries there are: `{ subjectType: 'user', namespace:
   * 'app', path: ['plan'] }`. Declared once they stay until {@link MetadataIndexes.remove} takes them away, and every
   * process that opens the instance keeps them. One that is declared when there is metadata already serves from
   * {@link MetadataIndexes.reindex} on.
   */
  readonly metadataIndexes?: readonly MetadataIndex[]
  /**
   * What becomes of a `find` that asks for metadata which no index finds: `refuse` rejects with an error that names the key,
   * `warn` tells `onUnindexed`. A query may say otherwise for itself; lists and the faces are not asked. Default `allow`.
   */
  readonly unindexed?: UnindexedPolicy
  /** Gets each condition of each query that is warned about. What it throws, the call rejects with. */
  readonly onUnindexed?: (condition: UnindexedCondition) => void
  /**
   * What metadata looks like, and who may read and write it, as `defineMetadata` answers it. Every process that opens the
   * instance should say the same. Absent: any key holds any value.
   */
  readonly metadata?: MetadataDefinition<Metadata>
  /**
   * The keys that values are encrypted under whose keys of metadata are defined as `encrypted`. A definition that has such a
   * key is refused without.
   */
  readonly keyProvider?: KeyProvider
  /** What is forbidden beyond what permissions decide. Default: nothing. */
  readonly policies?: Policies
  /** What is done along with writes: before them, in their transaction, and once they are there for good. */
  readonly hooks?: Hooks<ConnectionOf<Storage>>
  /**
   * How long names, keys and values may be, by profile or one by one, below what every directory holds to. Looked at whenever
   * something is written, whichever way it comes in. Default `default`: nothing beside that.
   */
  readonly limits?: LimitsInput
  /** What watches calls and what they ask the storage, as `@indwell/opentelemetry` does. Default: nothing. */
  readonly tracing?: Tracing
  /** Whether to create or update the tables first. Default true. */
  readonly migrate?: boolean
  /** How long an answer is kept under its `idempotencyKey`, in milliseconds. Default: a day. */
  readonly idempotencyWindowMs?: number
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: Clock
  /** Default: 18 decimal digits, growing with time. */
  readonly newId?: NewId
  /** Default: the system's generator. */
  readonly randomBytes?: RandomBytes
  /** Gets what a listener threw. Default: a warning of the process. */
  readonly onListenerError?: (error: unknown, event: StoredEvent) => void
  /**
   * Brings codes to users: for new e-mail addresses and phone numbers that are not verified, for users created as
   * `initial`, and when a code is asked for to be sent. Called once what the code belongs to is stored, by the process that
   * stored it; no call waits for it. Absent: such codes are not made.
   */
  readonly sendCode?: CodeSender
  /** Gets what `sendCode` threw. Nothing is sent again by itself. Default: a warning of the process. */
  readonly onSendCodeError?: (error: unknown, message: CodeMessage) => void
}

const dayMs = 86_400_000
const window = v.pipe(v.number('must be milliseconds'), v.safeInteger('must be milliseconds'), v.minValue(1))

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

/**
 * Opens a directory: creates its tables, its instance and its default org where they are not there yet.
 *
 * @throws {@link InvalidInputError} for an instance id or a name of the default org of no or more than 200 characters, and
 * for an index of metadata of what cannot be searched, a definition that makes no sense, warnings that nobody hears, or a
 * limit above what every directory holds to.
 * @throws {@link LimitExceededError} for more than 100 indexes of metadata.
 * @throws {@link InvalidStateError} `domain_policy_fixed` when the instance was created with the other
 * {@link DirectoryOptions.userLoginMustBeDomain}.
 * @throws {@link StorageUnavailableError} when the storage cannot be asked.
 * @throws {@link TransactionError} `unsupported` for a hook `inTransaction` where the storage knows of no transactions.
 */
export async function createDirectory<Storage extends DirectoryStorage, Metadata = UndefinedMetadata>(
  options: DirectoryOptions<Metadata, Storage>,
): Promise<Directory<Metadata, TransactionOf<Storage>, ConnectionOf<Storage>>>
export async function createDirectory<Storage extends DirectoryStorage>(
  options: DirectoryOptions<UndefinedMetadata, Storage>,
): Promise<Directory<UndefinedMetadata, TransactionOf<Storage>, ConnectionOf<Storage>>> {
  const { domain = 'localhost', clock = Date.now, migrate = true } = options
  const { randomBytes = systemRandomBytes, onListenerError = warn, policies = {}, verifyDomain, hooks = {} } = options
  const { sendCode, onSendCodeError = warn } = options
  const idempotencyWindowMs = parseInput(window, options.idempotencyWindowMs ?? dayMs)
  const instanceId = parseInput(id, options.instanceId ?? 'default')
  const defaultOrgName = parseInput(orgName, options.defaultOrgName ?? 'Default')
  const metadataRules = options.metadata && compileRules(options.metadata)
  const given = parseMetadataIndexes(options.metadataIndexes ?? [])
  const indexes = parseMetadataIndexes([...given, ...(metadataRules?.indexes ?? [])])
  const { onUnindexed } = options
  const policy = parsePolicy(options.unindexed ?? 'allow', { onUnindexed })
  const { keyProvider: provider } = options
  const vault = await vaultOf({ instanceId, rules: metadataRules, provider, indexes, randomBytes, clock, warn })
  const storage: DirectoryStorage =
    vault === undefined ? options.storage : (await import('./seldom')).sealedStorage(options.storage, vault)
  const bus = createEventBus(onListenerError)
  const roles = createRoleTable(options.roles)
  const newId = options.newId ?? createIdSource(clock, randomBytes)
  const coreOptions: CoreOptions = {
    storage,
    instanceId,
    domain,
    clock,
    newId,
    randomBytes,
    verifyDomain,
    roles,
    policies,
    metadataRules,
    unindexed: { policy, declared: indexes, onUnindexed },
    events: tellAfterCommit(bus, hooks.afterCommit?.bind(hooks), onListenerError),
    outbox: createOutbox(sendCode, onSendCodeError, warn),
    idempotencyWindowMs,
    before: hooks.before?.bind(hooks),
    tracing: options.tracing,
    limits: parseLimits(options.limits),
  }
  // No hook is asked about what is there before the directory is.
  const opening = createCore({ ...coreOptions, events: bus })

  if (migrate) await storage.migrate()
  const wanted = parseInput(v.optional(v.boolean('must be true or false')), options.userLoginMustBeDomain)
  const instance = await ensureInstance(opening, { defaultOrgName, userLoginMustBeDomain: wanted })
  await declareMetadataIndexes(storage, instanceId, indexes)
  const { defaultOrgId, userLoginMustBeDomain } = instance
  const inTransaction = hooks.inTransaction?.bind(hooks) as Hooks['inTransaction']
  const opened: Opened = { options: coreOptions, instance, inTransaction }
  const settleCommit = commitsWithHook(opened)
  const serving = createCore({ ...coreOptions, ...(settleCommit && { settleCommit }) })
  const core: Core = { ...serving, userLoginMustBeDomain }
  const following = directoryChanges(core, storage, bus)

  const directory: Directory<UndefinedMetadata, TransactionOf<Storage>, ConnectionOf<Storage>> = {
    instanceId,
    defaultOrgId,
    domainPolicy: {
      userLoginMustBeDomain,
      validateOrgDomains: verifyDomain !== undefined,
      sequence: domainPolicySequence,
      createdAt: instance.createdAt,
    },
    isLocal: storage.isLocal === true,
    roles,
    randomBytes,
    metadataIndexes: metadataIndexes(storage, instanceId),
    removeExpiredMetadata: (sweep) => removeExpired(core, sweep),
    checkMetadata: (options) => checkStored(core, options),
    removeExpiredMembers: (sweep) => removeExpiredMembers(core, sweep),
    async reencryptMetadata(run) {
      const { reencryptMetadata } = await import('./seldom')
      return reencryptMetadata(core, options.storage, vault, run)
    },
    purgeHistory: (options) => purgeHistory(core, options),
    async *export(options) {
      yield* (await import('./seldom')).exportDirectory(core, options)
    },
    async import(lines, options) {
      return (await import('./seldom')).importDirectory(core, lines, options)
    },
    purgeDeleted: (sweep) => purgeDeletedUsers(core, sweep),
    now: clock,
    ...facesOf(core),
    ...(directoryTransactions(opened) as Pick<
      Directory<UndefinedMetadata, TransactionOf<Storage>, ConnectionOf<Storage>>,
      'within' | 'transaction'
    >),
    bookmark: () => bookmarkOf(storage, instanceId),
    readFrom(_source, reading) {
      return facesOf(replicaCore(core, coreOptions, reading))
    },
    authenticate: (token) => authenticate(core, token),
    bootstrapOwner: (input) => bootstrapOwner(core, input),
    on: bus.on,
    ...following.offered,
    close: () => following.end().then(() => storage.close()),
    [Symbol.asyncDispose]: () => following.end().then(() => storage.close()),
  }
  return options.tracing === undefined ? directory : traceDirectory(directory, options.tracing)
}

/** What few directories have is loaded by those: reading the code takes as long as opening a database. */
async function vaultOf(options: OpenVault): Promise<Vault | undefined> {
  const encrypts = options.rules?.namespaces.some(({ encryptedKeys }) => encryptedKeys.length > 0)
  if (options.provider === undefined && !encrypts) return undefined
  return (await import('./seldom')).openVault(options)
}

/** A storage without replicas sees every answered write at once: any position will do. */
async function bookmarkOf(storage: DirectoryStorage, instanceId: string): Promise<string> {
  if (storage.bookmark !== undefined) return storage.bookmark(instanceId)
  const [newest] = await storage.readEvents(instanceId, { limit: 1, descending: true })
  return newest?.position ?? ''
}
