import type { AccessToken } from './access-tokens/access-token'
import type { CreateAccessTokenInput, CreatedAccessToken } from './access-tokens/create-access-token'
import type { AccessTokenQuery } from './access-tokens/list-access-tokens'
import type { Actor } from './actor'
import type { Client } from './clients/client'
import type { CreateClientInput, CreatedClient } from './clients/create-client'
import type { ClientSnapshot } from './clients/find-client-snapshots'
import type { ClientQuery } from './clients/list-clients'
import type { ClientUpdate } from './clients/update-client'
import type { ContactCodeOptions } from './codes/contact'
import type { RequestedCode } from './codes/issue-code'
import type { SendCodeOptions } from './codes/send-contact-code'
import type { InitializationCodeInput } from './codes/send-initialization-code'
import type { EventsQuery } from './events/list-events'
import type { WriteOptions } from './expected-version'
import type { FindExplanation } from './find/explain-find'
import type { FoundMany } from './find/get-many'
import type { Include, Included } from './find/include'
import type { FindQuery, FoundPage, Where } from './find/where'
import type { SubjectPart } from './history/export-subject'
import type { HistoryPoint } from './history/history-point'
import type { SubjectAsOf } from './history/read-as-of'
import type { HistoryChange, HistoryQuery } from './history/read-history'
import type { MetadataReverted, RevertOptions } from './history/revert-metadata'
import type { IdempotencyOption } from './idempotency/idempotency-key'
import type { OnceOptions } from './idempotency/once'
import type { JsonValue } from './json'
import type { AddMemberInput } from './members/add-member'
import type { AddMembersInput } from './members/add-members'
import type { GrantRolesInput } from './members/grant-roles'
import type { ListedMember, MemberQuery } from './members/list-members'
import type { MemberUpdate } from './members/update-member'
import type { MetadataAccess } from './metadata/metadata-access'
import type {
  NamespaceAt,
  NamespaceName,
  UndefinedMetadata,
  WithChanges,
  WithMetadata,
  WithValues,
} from './metadata-definition/metadata-shape'
import type { CreatedOrgWithAdmins, CreateOrgInput } from './orgs/create-org'
import type { OrgSnapshot } from './orgs/find-org-snapshots'
import type { OrgDomain, OrgDomainQuery } from './orgs/list-org-domains'
import type { OrgQuery } from './orgs/list-orgs'
import type { Org } from './orgs/org'
import type { SetUpOrg, SetUpOrgInput } from './orgs/set-up-org'
import type { DomainVerificationStarted } from './orgs/start-domain-verification'
import type { OrgUpdate, OrgUpdated } from './orgs/update-org'
import type { VerifyDomainOptions } from './orgs/verify-org-domain'
import type { Paging } from './paging'
import type { CanAnswer, PermissionQuestion, PermissionSubject } from './permissions/can'
import type { CallScope, PermissionAnswer } from './permissions/check-permission'
import type { DryRunOption } from './rehearse'
import type { CreatedRole, CreateRoleInput } from './roles/create-role'
import type { RoleQuery } from './roles/list-roles'
import type { Role } from './roles/role'
import type { RoleUpdate } from './roles/update-role'
import type { DomainValidationType, StoredEvent } from './storage/records'
import type { Page } from './storage/search'
import type { UpdatedWhere, UpdateWhereOptions, WhereChange } from './update-where/where-change'
import type { AnonymiseOptions } from './users/anonymise-user'
import type { CreatedUser, CreateHumanInput } from './users/create-human'
import type { CreateMachineInput } from './users/create-machine'
import type { DeletedUser } from './users/deleted-user'
import type { UniqueInConnection } from './users/find-in-connection'
import type { UserSnapshot } from './users/find-user-snapshots'
import type { LinkedIdentity } from './users/identity'
import type { IdentitiesWritten } from './users/link-identity'
import type { Membership } from './users/list-memberships'
import type { UserQuery } from './users/list-users'
import type { NamedUser } from './users/login-names'
import type { DeleteUserOptions } from './users/offer-undelete'
import type { UndeleteUserOptions } from './users/undelete-user'
import type { UpdateUserInput, UpdateUserOptions, UserUpdated } from './users/update-user'
import type { User } from './users/user'
import type { Written } from './written'

export interface AccessTokens {
  create(input?: CreateAccessTokenInput, options?: IdempotencyOption): Promise<CreatedAccessToken>
  get(tokenId: string): Promise<AccessToken>
  list(paging?: Paging): Promise<Page<AccessToken>>
  delete(tokenId: string, options?: IdempotencyOption): Promise<Written>
}

export interface Users<Metadata = UndefinedMetadata> {
  createHuman(
    input: WithValues<CreateHumanInput, Metadata, 'user'>,
    options?: DryRunOption & IdempotencyOption,
  ): Promise<CreatedUser>
  createMachine(input: CreateMachineInput, options?: IdempotencyOption): Promise<CreatedUser>
  get(userId: string): Promise<NamedUser>
  getOrUndefined(userId: string): Promise<NamedUser | undefined>
  /** Of up to 1000 ids, in their order. */
  getMany(userIds: readonly string[]): Promise<FoundMany<NamedUser>>
  /** The user of the instance that has the login name, whatever its case. */
  findByLoginName(loginName: string): Promise<NamedUser | undefined>
  /** Users with their metadata, read together: in the order of the ids, `undefined` where there is no such user. */
  findSnapshots(
    userIds: readonly string[],
    namespaces: readonly string[],
  ): Promise<readonly (WithMetadata<UserSnapshot, Metadata, 'user'> | undefined)[]>
  /** Ids of who holds e-mails or usernames of a connection, in the order of the values; `undefined` where nobody does. */
  findInConnection(
    connection: string,
    by: UniqueInConnection,
    values: readonly string[],
  ): Promise<readonly (string | undefined)[]>
  list(query?: UserQuery): Promise<Page<NamedUser>>
  /** Users by what is said of them, page after page while others write, with what is included. */
  find<const I extends Include<'user', Metadata>>(
    query?: FindQuery<'user', Metadata> & { readonly include?: I },
  ): Promise<FoundPage<NamedUser & Included<'user', I, Metadata>>>
  /** How the database would answer a `find` now: which index serves which condition. For who may read the instance. */
  explain(query?: FindQuery<'user', Metadata>): Promise<FindExplanation>
  /** Where the user is a member. */
  memberships(userId: string): Promise<readonly Membership[]>
  update(
    userId: string,
    input: WithChanges<UpdateUserInput, Metadata, 'user'>,
    options?: UpdateUserOptions,
  ): Promise<UserUpdated>
  /** Makes a code for the e-mail address and answers it, for the caller to send. */
  requestEmailCode(userId: string, options?: ContactCodeOptions & IdempotencyOption): Promise<RequestedCode>
  /** Makes a code for the e-mail address and hands it to the host's `sendCode`. */
  sendEmailCode(userId: string, options?: SendCodeOptions & IdempotencyOption): Promise<Written>
  verifyEmail(userId: string, code: string, options?: ContactCodeOptions & IdempotencyOption): Promise<Written>
  /** Makes a code for the phone number and answers it, for the caller to send. */
  requestPhoneCode(userId: string, options?: ContactCodeOptions & IdempotencyOption): Promise<RequestedCode>
  /** Makes a code for the phone number and hands it to the host's `sendCode`. */
  sendPhoneCode(userId: string, options?: ContactCodeOptions & IdempotencyOption): Promise<Written>
  verifyPhone(userId: string, code: string, options?: ContactCodeOptions & IdempotencyOption): Promise<Written>
  /** Makes a code for a user that is `initial` and answers it, for the caller to send. */
  requestInitializationCode(
    userId: string,
    input?: InitializationCodeInput,
    options?: IdempotencyOption,
  ): Promise<RequestedCode>
  /** Makes a code for a user that is `initial` and hands it to the host's `sendCode`. */
  sendInitializationCode(userId: string, input?: InitializationCodeInput, options?: IdempotencyOption): Promise<Written>
  /** Ends the state `initial`: by a code that was sent, or by the caller's word alone. */
  initialize(userId: string, options?: { readonly code?: string } & IdempotencyOption): Promise<Written>
  deactivate(userId: string, options?: IdempotencyOption): Promise<Written>
  reactivate(userId: string, options?: IdempotencyOption): Promise<Written>
  lock(userId: string, options?: IdempotencyOption): Promise<Written>
  unlock(userId: string, options?: IdempotencyOption): Promise<Written>
  /** Gone at once, and for good unless a time to undelete is given: `delete(userId, { undeleteFor: 30 * 86_400_000 })`. */
  delete(userId: string, options?: DeleteUserOptions): Promise<Written>
  /** What is linked to the user, in the order in which it was. */
  identities(userId: string): Promise<readonly LinkedIdentity[]>
  /**
   * Makes another user of the org an identity of this one: it is no user any more, what belongs to it is gone, and its id
   * and names stay taken.
   */
  linkIdentity(userId: string, identityId: string, options?: WriteOptions): Promise<IdentitiesWritten>
  /** Makes an identity a user of its own again, without metadata. */
  unlinkIdentity(userId: string, identityId: string, options?: WriteOptions): Promise<IdentitiesWritten>
  /** `namespace` is `app` (what the application keeps) unless named. ZITADEL's clients see `zitadel`, Auth0's `user` and `app`. */
  metadata<Name extends NamespaceName<Metadata, 'user'> = 'app'>(
    userId: string,
    namespace?: Name,
  ): MetadataAccess<NamespaceAt<Metadata, `user.${Name}`>>
  accessTokens(userId: string): AccessTokens
  /** Of all users that the call may see. */
  listAccessTokens(query?: AccessTokenQuery): Promise<Page<AccessToken>>
  /** What happened, event by event, with what each changed. */
  history(userId: string, query?: HistoryQuery): Promise<readonly HistoryChange[]>
  /** With its metadata as it was, also where it is gone by now; `undefined` where it was not there. */
  asOf(userId: string, at: HistoryPoint): Promise<SubjectAsOf<User> | undefined>
  /** Makes metadata of all namespaces what it was, in one write. */
  revertMetadata(userId: string, to: HistoryPoint, options?: RevertOptions): Promise<MetadataReverted>
  /** Deletes the user, and takes what its history tells of it; of one that is gone already, that alone. */
  erase(userId: string, options?: WriteOptions): Promise<Written>
  /** Leaves an account that is nobody's: what says who it is goes, from its history too; id, sequence and memberships stay. */
  anonymise(userId: string, options?: AnonymiseOptions): Promise<Written>
  /** Brings back a user that was deleted with a time to undelete, with all it had but its tokens. */
  undelete(userId: string, options?: UndeleteUserOptions): Promise<Written>
  /** A page of the users that can still be undeleted, whoever was deleted last first. */
  deleted(query?: Paging): Promise<Page<DeletedUser>>
  /** Everything about the user, as JSON objects one after the other. */
  exportSubject(userId: string): AsyncIterableIterator<SubjectPart>
  /** One change of all that a question finds: in one commit, or in batches that can be resumed. `where` as `find` takes it. */
  updateWhere(
    where: Where<'user', Metadata>,
    change: WhereChange<'user', Metadata>,
    options?: UpdateWhereOptions,
  ): Promise<UpdatedWhere>
}

export interface Members {
  add(input: AddMemberInput, options?: IdempotencyOption): Promise<Written>
  /** Several at once, all or none; who is one already stays as they are. */
  addAll(input: AddMembersInput, options?: IdempotencyOption): Promise<Written>
  update(userId: string, update: MemberUpdate, options?: IdempotencyOption): Promise<Written>
  remove(userId: string, options?: IdempotencyOption): Promise<Written>
  /** Several at once. */
  removeAll(userIds: readonly string[], options?: IdempotencyOption): Promise<Written>
  /** Gives users roles beside those they hold, and makes members of who is none: all or none of them. */
  grantRoles(input: GrantRolesInput, options?: IdempotencyOption): Promise<Written>
  revokeRoles(userId: string, roles: readonly string[], options?: IdempotencyOption): Promise<Written>
  list(query?: MemberQuery): Promise<Page<ListedMember>>
  /** Members by what is said of them and of the users they are, page after page while others write. */
  find(query?: FindQuery<'member'>): Promise<FoundPage<ListedMember>>
  /** How the database would answer a `find` now. For who may read the instance. */
  explain(query?: FindQuery<'member'>): Promise<FindExplanation>
  /** What members there can be given: names of built-in and host roles, ids of those that were created. */
  roles(): Promise<readonly string[]>
}

export interface OrgDomains {
  add(domain: string, options?: IdempotencyOption): Promise<Written>
  list(query?: OrgDomainQuery): Promise<Page<OrgDomain>>
  /** Makes a token that the org has to show, in a file or in a TXT record, and says where. */
  startVerification(
    domain: string,
    type: DomainValidationType,
    options?: IdempotencyOption,
  ): Promise<DomainVerificationStarted>
  /** Asks the host whether the domain is the org's own. */
  verify(domain: string, options?: VerifyDomainOptions & IdempotencyOption): Promise<Written>
  setPrimary(domain: string, options?: IdempotencyOption): Promise<Written>
  remove(domain: string, options?: IdempotencyOption): Promise<Written>
}

export interface Orgs<Metadata = UndefinedMetadata> {
  create(input: WithValues<CreateOrgInput, Metadata, 'org'>, options?: IdempotencyOption): Promise<CreatedOrgWithAdmins>
  /** With its first user and member. */
  setUp(input: SetUpOrgInput, options?: IdempotencyOption): Promise<SetUpOrg>
  /** The org named, or the one the calls work in. */
  get(orgId?: string): Promise<Org>
  /** Of up to 1000 ids, in their order. */
  getMany(orgIds: readonly string[]): Promise<FoundMany<Org>>
  /** The org of the instance whose verified domain it is. */
  findByDomain(domain: string): Promise<Org | undefined>
  /** Orgs with their metadata, read together. `namespace` is `org` unless named. */
  findSnapshots(orgIds: readonly string[], namespace?: string): Promise<readonly (OrgSnapshot | undefined)[]>
  /** All orgs of the instance; where calls work wherever their subjects live, those that the caller may read. */
  list(query?: OrgQuery): Promise<Page<Org>>
  /** Of the same, those that are like this, page after page while others write, with what is included. */
  find<const I extends Include<'org', Metadata>>(
    query?: FindQuery<'org', Metadata> & { readonly include?: I },
  ): Promise<FoundPage<Org & Included<'org', I, Metadata>>>
  /** How the database would answer a `find` now. For who may read the instance. */
  explain(query?: FindQuery<'org', Metadata>): Promise<FindExplanation>
  getDefault(): Promise<Org>
  setDefault(orgId: string, options?: IdempotencyOption): Promise<Written>
  /** Name, display name, settings and metadata, all or none. */
  update(orgId: string, update: WithChanges<OrgUpdate, Metadata, 'org'>, options?: WriteOptions): Promise<OrgUpdated>
  rename(name: string, orgId?: string, options?: IdempotencyOption): Promise<OrgUpdated>
  deactivate(orgId?: string, options?: IdempotencyOption): Promise<Written>
  reactivate(orgId?: string, options?: IdempotencyOption): Promise<Written>
  /** With its users, clients and members, and all that belongs to those. */
  delete(orgId?: string, options?: WriteOptions): Promise<Written>
  /** Of the org named, or of the one the calls work in. */
  domains(orgId?: string): OrgDomains
  /** Of the org named, or of the one the calls work in. `namespace` is `org` unless named. */
  metadata<Name extends NamespaceName<Metadata, 'org'> = 'org'>(
    orgId?: string,
    namespace?: Name,
  ): MetadataAccess<NamespaceAt<Metadata, `org.${Name}`>>
  /** Of the org named, or of the one the calls work in. */
  members(orgId?: string): Members
  /** What happened, event by event, with what each changed. */
  history(orgId: string, query?: HistoryQuery): Promise<readonly HistoryChange[]>
  /** With its metadata as it was, also where it is gone by now; `undefined` where it was not there. */
  asOf(orgId: string, at: HistoryPoint): Promise<SubjectAsOf<Org> | undefined>
  /** Makes metadata of all namespaces what it was, in one write. */
  revertMetadata(orgId: string, to: HistoryPoint, options?: RevertOptions): Promise<MetadataReverted>
  /** One change of all that a question finds: in one commit, or in batches that can be resumed. `where` as `find` takes it. */
  updateWhere(
    where: Where<'org', Metadata>,
    change: WhereChange<'org', Metadata>,
    options?: UpdateWhereOptions,
  ): Promise<UpdatedWhere>
}

export interface Clients<Metadata = UndefinedMetadata> {
  create(input: WithValues<CreateClientInput, Metadata, 'client'>, options?: IdempotencyOption): Promise<CreatedClient>
  get(clientId: string): Promise<Client>
  /** Of up to 1000 ids, in their order. */
  getMany(clientIds: readonly string[]): Promise<FoundMany<Client>>
  /** Applications with their metadata, read together. `namespace` is `client` unless named. */
  findSnapshots(clientIds: readonly string[], namespace?: string): Promise<readonly (ClientSnapshot | undefined)[]>
  list(query?: ClientQuery): Promise<Page<Client>>
  /** Applications by what is said of them, page after page while others write, with what is included. */
  find<const I extends Include<'client', Metadata>>(
    query?: FindQuery<'client', Metadata> & { readonly include?: I },
  ): Promise<FoundPage<Client & Included<'client', I, Metadata>>>
  /** How the database would answer a `find` now. For who may read the instance. */
  explain(query?: FindQuery<'client', Metadata>): Promise<FindExplanation>
  update(
    clientId: string,
    update: WithChanges<ClientUpdate, Metadata, 'client'>,
    options?: WriteOptions,
  ): Promise<Written>
  delete(clientId: string, options?: WriteOptions): Promise<Written>
  /** `namespace` is `client` unless named. */
  metadata<Name extends NamespaceName<Metadata, 'client'> = 'client'>(
    clientId: string,
    namespace?: Name,
  ): MetadataAccess<NamespaceAt<Metadata, `client.${Name}`>>
  /** What happened, event by event, with what each changed. */
  history(clientId: string, query?: HistoryQuery): Promise<readonly HistoryChange[]>
  /** With its metadata as it was, also where it is gone by now; `undefined` where it was not there. */
  asOf(clientId: string, at: HistoryPoint): Promise<SubjectAsOf<Client> | undefined>
  /** Makes metadata of all namespaces what it was, in one write. */
  revertMetadata(clientId: string, to: HistoryPoint, options?: RevertOptions): Promise<MetadataReverted>
  /** One change of all that a question finds: in one commit, or in batches that can be resumed. `where` as `find` takes it. */
  updateWhere(
    where: Where<'client', Metadata>,
    change: WhereChange<'client', Metadata>,
    options?: UpdateWhereOptions,
  ): Promise<UpdatedWhere>
}

/** Roles that are created at run time, beside the built-in ones and those of the host's code. */
export interface Roles {
  create(input: CreateRoleInput, options?: IdempotencyOption): Promise<CreatedRole>
  get(roleId: string): Promise<Role>
  getOrUndefined(roleId: string): Promise<Role | undefined>
  list(query?: RoleQuery): Promise<Page<Role>>
  update(roleId: string, update: RoleUpdate, options?: WriteOptions): Promise<Written>
  /** It grants nothing from the next call on. */
  delete(roleId: string, options?: WriteOptions): Promise<Written>
}

/** Everything a directory does, done for one caller. */
export interface ActingDirectory<Metadata = UndefinedMetadata> {
  readonly actor: Actor
  readonly users: Users<Metadata>
  readonly orgs: Orgs<Metadata>
  readonly clients: Clients<Metadata>
  readonly roles: Roles
  /** Members of the instance: their roles count in every org. */
  readonly members: Members
  /**
   * Whether the caller may in the org the calls work in, or in the instance where they work in no one org; and by which
   * grant.
   *
   * @throws {@link UnauthenticatedError} for a caller that may not call at all.
   */
  checkPermission(permission: string): Promise<PermissionAnswer>
  /**
   * Whether a call about the subject would be let in, and which role of which membership decided, or which would. `on` is a
   * user, an org or a client, or the id of an org; absent: as {@link ActingDirectory.checkPermission}.
   *
   * @throws {@link InvalidInputError} for a subject that is none.
   * @throws {@link UnauthenticatedError} for a caller that may not call at all.
   */
  can(permission: string, on?: PermissionSubject | string): Promise<CanAnswer>
  /**
   * Answers up to 500 questions as {@link ActingDirectory.can} does, of one moment, and reads for all of them together.
   *
   * @throws {@link LimitExceededError} for more.
   */
  canAll(questions: readonly PermissionQuestion[]): Promise<readonly CanAnswer[]>
  /** Where the permitted call works. @throws {@link PermissionDeniedError} when the caller may not. */
  requirePermission(permission: string): Promise<CallScope>
  /** As {@link ActingDirectory.requirePermission}, for what any active caller may do. */
  requireAuthenticated(): Promise<CallScope>
  /**
   * The same for the same caller, whose calls are given up once the signal is aborted, as {@link SignalOption} says; beside
   * a signal that they heed already.
   *
   * @throws {@link InvalidInputError} for what is no `AbortSignal`.
   */
  withSignal(signal: AbortSignal): ActingDirectory<Metadata>
  /** A page of what happened. @throws {@link PermissionDeniedError} without the permission to read the subject. */
  events(query: EventsQuery): Promise<readonly StoredEvent[]>
  /**
   * Does some work once, however often it is asked for under the key and in whatever process, and answers as the first
   * time. What the work does through the directory it gets is done once as well where it broke off and is begun again.
   *
   * @throws {@link IdempotencyKeyReusedError} when the key named another request.
   */
  once<T extends JsonValue>(
    options: OnceOptions,
    work: (directory: ActingDirectory<Metadata>) => Promise<T>,
  ): Promise<T>
}
