import type { AccessToken } from './access-tokens/access-token'
import { type AuthenticatedUser, authenticate } from './access-tokens/authenticate'
import {
  type CreateAccessTokenInput,
  type CreatedAccessToken,
  createAccessToken,
} from './access-tokens/create-access-token'
import { deleteAccessToken } from './access-tokens/delete-access-token'
import { getAccessToken, listAccessTokens } from './access-tokens/get-access-token'
import type { Actor } from './actor'
import type { Client } from './clients/client'
import { type CreateClientInput, type CreatedClient, createClient } from './clients/create-client'
import { deleteClient } from './clients/delete-client'
import { type ClientSnapshot, findClientSnapshots } from './clients/find-client-snapshots'
import { getClient } from './clients/get-client'
import { type ClientQuery, listClients } from './clients/list-clients'
import { type ClientUpdate, updateClient } from './clients/update-client'
import type { Clock } from './clock'
import type { Core } from './core'
import { createCore } from './create-core'
import { InvalidInputError } from './errors/invalid-input-error'
import type { DirectoryEventType } from './events/directory-event'
import { createEventBus, type EventListener, warn } from './events/event-bus'
import { type EventsQuery, listEvents } from './events/list-events'
import { createIdSource, type NewId } from './ids'
import { id, isStorable, notStorable, parseInput } from './input'
import { type BootstrapOwnerInput, type Bootstrapped, bootstrapOwner } from './instance/bootstrap-owner'
import { ensureInstance } from './instance/ensure-instance'
import { type AddMemberInput, addMember } from './members/add-member'
import { type ListedMember, listMembers, type MemberQuery } from './members/list-members'
import { listRoles } from './members/list-roles'
import type { MemberPlace } from './members/member-place'
import { removeMember } from './members/remove-member'
import { type MemberUpdate, updateMember } from './members/update-member'
import { applyMetadata, type MetadataWritten } from './metadata/apply-metadata'
import type { MetadataChange } from './metadata/draft-metadata'
import { findMetadata, getMetadata, type MetadataEntry } from './metadata/get-metadata'
import { listMetadata, type MetadataQuery, readMetadataValues } from './metadata/list-metadata'
import type { MetadataValue, MetadataValues } from './metadata/metadata-input'
import type { MetadataSubject } from './metadata/metadata-subject'
import { addOrgDomain } from './orgs/add-org-domain'
import { type CreatedOrg, type CreateOrgInput, createOrg, orgName } from './orgs/create-org'
import { deactivateOrg } from './orgs/deactivate-org'
import { deleteOrg } from './orgs/delete-org'
import { findOrgByDomain } from './orgs/find-org-by-domain'
import { getDefaultOrg } from './orgs/get-default-org'
import { getOrg } from './orgs/get-org'
import { listOrgDomains, type OrgDomain, type OrgDomainQuery } from './orgs/list-org-domains'
import { listOrgs, type OrgQuery } from './orgs/list-orgs'
import type { Org } from './orgs/org'
import { reactivateOrg } from './orgs/reactivate-org'
import { removeOrgDomain } from './orgs/remove-org-domain'
import { type OrgRenamed, renameOrg } from './orgs/rename-org'
import { setDefaultOrg } from './orgs/set-default-org'
import { setPrimaryOrgDomain } from './orgs/set-primary-org-domain'
import { type SetUpOrg, type SetUpOrgInput, setUpOrg } from './orgs/set-up-org'
import { type DomainVerifier, verifyOrgDomain } from './orgs/verify-org-domain'
import type { Paging } from './paging'
import {
  type CallScope,
  checkPermission,
  type PermissionAnswer,
  requireAuthenticated,
  requirePermission,
} from './permissions/check-permission'
import { createRoleTable, type RoleTable } from './permissions/role-table'
import type { Policies } from './policies'
import { type RandomBytes, systemRandomBytes } from './randomness'
import type { DirectoryStorage } from './storage/directory-storage'
import type { StoredEvent } from './storage/records'
import type { Page } from './storage/search'
import { type CreatedUser, type CreateHumanInput, createHuman } from './users/create-human'
import { type CreateMachineInput, createMachine } from './users/create-machine'
import { deactivateUser } from './users/deactivate-user'
import { deleteUser } from './users/delete-user'
import { findUserSnapshots, type UserSnapshot } from './users/find-user-snapshots'
import { findUser, getUser } from './users/get-user'
import { listMemberships, type Membership } from './users/list-memberships'
import { listUsers, type UserQuery } from './users/list-users'
import { lockUser } from './users/lock-user'
import { reactivateUser } from './users/reactivate-user'
import { unlockUser } from './users/unlock-user'
import { type UpdateUserInput, type UserUpdated, updateUser } from './users/update-user'
import type { User } from './users/user'
import type { Written } from './written'

/** Options of {@link createDirectory}. */
export interface DirectoryOptions {
  readonly storage: DirectoryStorage
  /** One database holds many directories, which never see each other. 1 to 200 characters. Default `default`. */
  readonly instanceId?: string
  /** Name of the org that is created on first start. Default `Default`. */
  readonly defaultOrgName?: string
  /** Below which orgs get the domains made from their names. Default `localhost`. */
  readonly domain?: string
  /**
   * Asked when a domain of an org shall be verified. Absent: domains are verified once they are added, whoever they belong
   * to. Nothing here ever calls out by itself.
   */
  readonly verifyDomain?: DomainVerifier
  /** Roles beside ZITADEL's built-in ones, and the permissions each grants. */
  readonly roles?: Readonly<Record<string, readonly string[]>>
  /** What is forbidden beyond what permissions decide. Default: nothing. */
  readonly policies?: Policies
  /** Whether to create or update the tables first. Default true. */
  readonly migrate?: boolean
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: Clock
  /** Default: 18 decimal digits, growing with time. */
  readonly newId?: NewId
  /** Default: the system's generator. */
  readonly randomBytes?: RandomBytes
  /** Gets what a listener threw. Default: a warning of the process. */
  readonly onListenerError?: (error: unknown, event: StoredEvent) => void
}

/** Metadata of one subject in one namespace. */
export interface MetadataAccess {
  /** The entry. @throws {@link NotFoundError} when the key is not set. */
  get(key: string): Promise<MetadataEntry>
  /** The entry, or `undefined` when the key is not set. */
  find(key: string): Promise<MetadataEntry | undefined>
  /** A page of entries, oldest first. */
  list(query?: MetadataQuery): Promise<Page<MetadataEntry>>
  /** All values by key; empty when there are none. */
  values(): Promise<Readonly<Record<string, MetadataValue>>>
  /** As `values`, but `undefined` for a namespace that was never written. */
  findValues(): Promise<Readonly<Record<string, MetadataValue>> | undefined>
  /** Sets keys to values; other keys stay. A value that is stored already writes nothing. */
  set(values: MetadataValues): Promise<MetadataWritten>
  /** Removes keys; one that is not set is no error. */
  remove(...keys: string[]): Promise<MetadataWritten>
  /** Removes every key. */
  clear(): Promise<MetadataWritten>
  /** Sets and removes in one write, all or none. */
  apply(change: MetadataChange): Promise<MetadataWritten>
}

export interface AccessTokens {
  create(input?: CreateAccessTokenInput): Promise<CreatedAccessToken>
  get(tokenId: string): Promise<AccessToken>
  list(paging?: Paging): Promise<Page<AccessToken>>
  delete(tokenId: string): Promise<Written>
}

export interface Users {
  createHuman(input: CreateHumanInput): Promise<CreatedUser>
  createMachine(input: CreateMachineInput): Promise<CreatedUser>
  get(userId: string): Promise<User>
  find(userId: string): Promise<User | undefined>
  /** Users with their metadata, read together: in the order of the ids, `undefined` where there is no such user. */
  findSnapshots(
    userIds: readonly string[],
    namespaces: readonly string[],
  ): Promise<readonly (UserSnapshot | undefined)[]>
  list(query?: UserQuery): Promise<Page<User>>
  /** Where the user is a member. */
  memberships(userId: string): Promise<readonly Membership[]>
  update(userId: string, input: UpdateUserInput): Promise<UserUpdated>
  deactivate(userId: string): Promise<Written>
  reactivate(userId: string): Promise<Written>
  lock(userId: string): Promise<Written>
  unlock(userId: string): Promise<Written>
  delete(userId: string): Promise<Written>
  /** `namespace` is `app` (what the application keeps) unless named. ZITADEL's clients see `zitadel`, Auth0's `user` and `app`. */
  metadata(userId: string, namespace?: string): MetadataAccess
  accessTokens(userId: string): AccessTokens
}

export interface Members {
  add(input: AddMemberInput): Promise<Written>
  update(userId: string, update: MemberUpdate): Promise<Written>
  remove(userId: string): Promise<Written>
  list(query?: MemberQuery): Promise<Page<ListedMember>>
  roles(): Promise<readonly string[]>
}

export interface OrgDomains {
  add(domain: string): Promise<Written>
  list(query?: OrgDomainQuery): Promise<Page<OrgDomain>>
  /** Asks the host whether the domain is the org's own. */
  verify(domain: string): Promise<Written>
  setPrimary(domain: string): Promise<Written>
  remove(domain: string): Promise<Written>
}

export interface Orgs {
  create(input: CreateOrgInput): Promise<CreatedOrg>
  /** With its first user and member. */
  setUp(input: SetUpOrgInput): Promise<SetUpOrg>
  /** The org named, or the one the calls work in. */
  get(orgId?: string): Promise<Org>
  /** The org of the instance whose verified domain it is. */
  findByDomain(domain: string): Promise<Org | undefined>
  /** All orgs of the instance. */
  list(query?: OrgQuery): Promise<Page<Org>>
  getDefault(): Promise<Org>
  setDefault(orgId: string): Promise<Written>
  rename(name: string, orgId?: string): Promise<OrgRenamed>
  deactivate(orgId?: string): Promise<Written>
  reactivate(orgId?: string): Promise<Written>
  /** With its users, clients and members, and all that belongs to those. */
  delete(orgId?: string): Promise<Written>
  /** Of the org named, or of the one the calls work in. */
  domains(orgId?: string): OrgDomains
  /** `namespace` is `org` unless named. */
  metadata(orgId: string, namespace?: string): MetadataAccess
  /** Of the org named, or of the one the calls work in. */
  members(orgId?: string): Members
}

export interface Clients {
  create(input: CreateClientInput): Promise<CreatedClient>
  get(clientId: string): Promise<Client>
  /** Applications with their metadata, read together. `namespace` is `client` unless named. */
  findSnapshots(clientIds: readonly string[], namespace?: string): Promise<readonly (ClientSnapshot | undefined)[]>
  list(query?: ClientQuery): Promise<Page<Client>>
  update(clientId: string, update: ClientUpdate): Promise<Written>
  delete(clientId: string): Promise<Written>
  /** `namespace` is `client` unless named. */
  metadata(clientId: string, namespace?: string): MetadataAccess
}

/** Everything a directory does, done for one caller. */
export interface ActingDirectory {
  readonly actor: Actor
  readonly users: Users
  readonly orgs: Orgs
  readonly clients: Clients
  /** Members of the instance: their roles count in every org. */
  readonly members: Members
  /** Whether the caller may, and by which grant. @throws {@link UnauthenticatedError} for a caller that may not call at all. */
  checkPermission(permission: string): Promise<PermissionAnswer>
  /** Where the permitted call works. @throws {@link PermissionDeniedError} when the caller may not. */
  requirePermission(permission: string): Promise<CallScope>
  /** As {@link ActingDirectory.requirePermission}, for what any active caller may do. */
  requireAuthenticated(): Promise<CallScope>
  /** A page of what happened. @throws {@link PermissionDeniedError} without the permission to read the subject. */
  events(query: EventsQuery): Promise<readonly StoredEvent[]>
}

/** Who calls: a user, in its own org unless another is named. */
export interface Caller {
  readonly userId: string
  readonly orgId?: string
  /** Work in all orgs at once: only roles held in the instance count then. */
  readonly across?: 'instance'
}

export interface Directory {
  readonly instanceId: string
  /** As it was when the directory was opened; `orgs.getDefault()` answers what it is now. */
  readonly defaultOrgId: string
  readonly roles: RoleTable
  readonly randomBytes: RandomBytes
  /** Every call is checked against what the user may do when it is made. */
  as(caller: Caller): ActingDirectory
  /**
   * Nothing is checked: for the host's own work. `reason` stands in every event, with whom it is done for.
   *
   * @throws {@link InvalidInputError} for text that no database can hold.
   */
  asSystem(reason: string, options?: { readonly orgId?: string; readonly onBehalfOf?: string }): ActingDirectory
  /** Whose access token this is; `undefined` for one that is unknown, revoked or expired. */
  authenticate(token: string): Promise<AuthenticatedUser | undefined>
  /** Gives an instance without members its first owner; does nothing to one that has members. */
  bootstrapOwner(input?: BootstrapOwnerInput): Promise<Bootstrapped>
  /** Calls `listener` after each commit of this process for events of that type, or of all for `'*'`. Answers what ends it. */
  on<Type extends DirectoryEventType | '*'>(type: Type, listener: EventListener<Type>): () => void
  /** Closes the storage. */
  close(): Promise<void>
}

/**
 * Opens a directory: creates its tables, its instance and its default org where they are not there yet.
 *
 * @throws {@link InvalidInputError} for an instance id or a name of the default org of no or more than 200 characters.
 * @throws {@link StorageUnavailableError} when the storage cannot be asked.
 */
export async function createDirectory(options: DirectoryOptions): Promise<Directory> {
  const { storage, domain = 'localhost', clock = Date.now, migrate = true } = options
  const { randomBytes = systemRandomBytes, onListenerError = warn, policies = {}, verifyDomain } = options
  const instanceId = parseInput(id, options.instanceId ?? 'default')
  const defaultOrgName = parseInput(orgName, options.defaultOrgName ?? 'Default')
  const events = createEventBus(onListenerError)
  const roles = createRoleTable(options.roles)
  const newId = options.newId ?? createIdSource(clock, randomBytes)
  const core = createCore({
    storage,
    instanceId,
    domain,
    clock,
    newId,
    randomBytes,
    verifyDomain,
    roles,
    policies,
    events,
  })

  if (migrate) await storage.migrate()
  const { defaultOrgId } = await ensureInstance(core, defaultOrgName)

  return {
    instanceId,
    defaultOrgId,
    roles,
    randomBytes,
    // The type comes last: a caller built from foreign claims must not become the system.
    as: (caller) => actAs(core, { ...caller, type: 'user' }),
    asSystem: (reason, context) => actAs(core, systemActor(reason, context)),
    authenticate: (token) => authenticate(core, token),
    bootstrapOwner: (input) => bootstrapOwner(core, input),
    on: events.on,
    close: () => storage.close(),
  }
}

function systemActor(reason: string, context: { readonly orgId?: string; readonly onBehalfOf?: string } = {}): Actor {
  for (const [name, value] of Object.entries({ reason, ...context })) {
    if (value !== undefined && !isStorable(value)) throw new InvalidInputError(name, notStorable)
  }
  return { ...context, type: 'system', reason }
}

function actAs(core: Core, actor: Actor): ActingDirectory {
  return {
    actor,
    users: users(core, actor),
    orgs: orgs(core, actor),
    clients: clients(core, actor),
    members: members(core, actor, { level: 'instance' }),
    checkPermission: (permission) => checkPermission(core, actor, permission),
    requirePermission: (permission) => requirePermission(core, actor, permission),
    requireAuthenticated: () => requireAuthenticated(core, actor),
    events: (query) => listEvents(core, actor, query),
  }
}

function users(core: Core, actor: Actor): Users {
  return {
    createHuman: (input) => createHuman(core, actor, input),
    createMachine: (input) => createMachine(core, actor, input),
    get: (userId) => getUser(core, actor, userId),
    find: (userId) => findUser(core, actor, userId),
    findSnapshots: (userIds, namespaces) => findUserSnapshots(core, actor, userIds, namespaces),
    list: (query) => listUsers(core, actor, query),
    memberships: (userId) => listMemberships(core, actor, userId),
    update: (userId, input) => updateUser(core, actor, userId, input),
    deactivate: (userId) => deactivateUser(core, actor, userId),
    reactivate: (userId) => reactivateUser(core, actor, userId),
    lock: (userId) => lockUser(core, actor, userId),
    unlock: (userId) => unlockUser(core, actor, userId),
    delete: (userId) => deleteUser(core, actor, userId),
    metadata: (userId, namespace = 'app') =>
      metadata(core, actor, { subjectType: 'user', subjectId: userId }, namespace),
    accessTokens: (userId) => ({
      create: (input) => createAccessToken(core, actor, userId, input),
      get: (tokenId) => getAccessToken(core, actor, userId, tokenId),
      list: (paging) => listAccessTokens(core, actor, userId, paging),
      delete: (tokenId) => deleteAccessToken(core, actor, userId, tokenId),
    }),
  }
}

function orgs(core: Core, actor: Actor): Orgs {
  return {
    create: (input) => createOrg(core, actor, input),
    setUp: (input) => setUpOrg(core, actor, input),
    get: (orgId) => getOrg(core, actor, orgId),
    findByDomain: (domain) => findOrgByDomain(core, actor, domain),
    list: (query) => listOrgs(core, actor, query),
    getDefault: () => getDefaultOrg(core, actor),
    setDefault: (orgId) => setDefaultOrg(core, actor, orgId),
    rename: (name, orgId) => renameOrg(core, actor, name, orgId),
    deactivate: (orgId) => deactivateOrg(core, actor, orgId),
    reactivate: (orgId) => reactivateOrg(core, actor, orgId),
    delete: (orgId) => deleteOrg(core, actor, orgId),
    domains: (orgId) => ({
      add: (domain) => addOrgDomain(core, actor, domain, orgId),
      list: (query) => listOrgDomains(core, actor, query, orgId),
      verify: (domain) => verifyOrgDomain(core, actor, domain, orgId),
      setPrimary: (domain) => setPrimaryOrgDomain(core, actor, domain, orgId),
      remove: (domain) => removeOrgDomain(core, actor, domain, orgId),
    }),
    metadata: (orgId, namespace = 'org') => metadata(core, actor, { subjectType: 'org', subjectId: orgId }, namespace),
    members: (orgId) => members(core, actor, { level: 'org', ...(orgId === undefined ? {} : { orgId }) }),
  }
}

function clients(core: Core, actor: Actor): Clients {
  return {
    create: (input) => createClient(core, actor, input),
    get: (clientId) => getClient(core, actor, clientId),
    findSnapshots: (clientIds, namespace = 'client') => findClientSnapshots(core, actor, clientIds, namespace),
    list: (query) => listClients(core, actor, query),
    update: (clientId, update) => updateClient(core, actor, clientId, update),
    delete: (clientId) => deleteClient(core, actor, clientId),
    metadata: (clientId, namespace = 'client') =>
      metadata(core, actor, { subjectType: 'client', subjectId: clientId }, namespace),
  }
}

function members(core: Core, actor: Actor, place: MemberPlace): Members {
  return {
    add: (input) => addMember(core, actor, place, input),
    update: (userId, update) => updateMember(core, actor, place, userId, update),
    remove: (userId) => removeMember(core, actor, place, userId),
    list: (query) => listMembers(core, actor, place, query),
    roles: () => listRoles(core, actor, place),
  }
}

function metadata(core: Core, actor: Actor, subject: MetadataSubject, namespace: string): MetadataAccess {
  const apply = (change: MetadataChange) => applyMetadata(core, actor, subject, namespace, change)
  return {
    get: (key) => getMetadata(core, actor, subject, namespace, key),
    find: (key) => findMetadata(core, actor, subject, namespace, key),
    list: (query) => listMetadata(core, actor, subject, namespace, query),
    values: async () => (await readMetadataValues(core, actor, subject, namespace)) ?? {},
    findValues: () => readMetadataValues(core, actor, subject, namespace),
    set: (values) => apply({ set: values }),
    remove: (...keys) => apply({ remove: keys }),
    clear: () => apply({ clear: true }),
    apply,
  }
}
