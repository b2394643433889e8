import * as v from 'valibot'
import { authenticate } from './access-tokens/authenticate'
import { directoryChanges } from './changes/directory-changes'
import type { Clock } from './clock'
import { type CodeMessage, type CodeSender, createOutbox } from './codes/outbox'
import type { Core } from './core'
import { type CoreOptions, createCore } from './create-core'
import type { Directory } from './directory'
import type { KeyProvider } from './encryption/key-provider'
import type { OpenVault } from './encryption/open-vault'
import type { Vault } from './encryption/vault'
import { createEventBus, warn } from './events/event-bus'
import { facesOf } from './faces-of'
import { parsePolicy, type UnindexedCondition, type UnindexedPolicy } from './find/unindexed'
import { purgeHistory } from './history/purge-history'
import { createIdSource, type NewId } from './ids'
import { id, parseInput } from './input'
import { bootstrapOwner } from './instance/bootstrap-owner'
import { domainPolicySequence } from './instance/domain-policy'
import { ensureInstance } from './instance/ensure-instance'
import { type LimitsInput, parseLimits } from './limits/limits'
import { removeExpiredMembers } from './members/remove-expired-members'
import {
  declareMetadataIndexes,
  type MetadataIndexes,
  metadataIndexes,
  parseMetadataIndexes,
} from './metadata/metadata-indexes'
import { checkStored } from './metadata-definition/check-stored'
import type { MetadataDefinition } from './metadata-definition/define-metadata'
import { compileRules } from './metadata-definition/metadata-rules'
import type { UndefinedMetadata } from './metadata-definition/metadata-shape'
import { removeExpired } from './metadata-definition/remove-expired'
import { orgName } from './orgs/create-org'
import type { DomainVerifier } from './orgs/verify-org-domain'
import { createRoleTable } from './permissions/role-table'
import type { Policies } from './policies'
import { type RandomBytes, systemRandomBytes } from './randomness'
import { replicaCore } from './replica-core'
import type { DirectoryStorage } from './storage/directory-storage'
import type { MetadataIndex } from './storage/metadata-index'
import type { StoredEvent } from './storage/records'
import { traceDirectory } from './tracing/trace-directory'
import type { Tracing } from './tracing/tracing'
import { commitsWithHook, directoryTransactions, type Opened } from './transactions/directory-transactions'
import { type Hooks, tellAfterCommit } from './transactions/hooks'
import { purgeDeletedUsers } from './users/purge-deleted-users'

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
