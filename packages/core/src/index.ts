export type { AccessToken } from './access-tokens/access-token'
export type { AuthenticatedUser } from './access-tokens/authenticate'
export type { CreateAccessTokenInput, CreatedAccessToken } from './access-tokens/create-access-token'
export type { AccessTokenField, AccessTokenQuery } from './access-tokens/list-access-tokens'
export type {
  AccessTokens,
  ActingDirectory,
  Clients,
  Members,
  OrgDomains,
  Orgs,
  Roles,
  Users,
} from './acting-directory'
export type { Across, Actor, SystemActor, UserActor } from './actor'
export type { Change, ChangedRecord, FieldChange, KeyChange } from './changes/change'
export type { ChangesQuery } from './changes/change-reader'
export type {
  ChangeHandler,
  Consumer,
  ConsumerOptions,
  ConsumerStatus,
  HandlingContext,
  HandlingFailure,
  HandlingNote,
  ParkedChange,
} from './changes/consumer'
export type { DirectoryChanges } from './changes/directory-changes'
export type { ChangesOptions } from './changes/follow-changes'
export { followInstances, type InstancesOptions } from './changes/follow-instances'
export type { Client } from './clients/client'
export type { CreateClientInput, CreatedClient } from './clients/create-client'
export type { ClientSnapshot } from './clients/find-client-snapshots'
export type { ClientField, ClientFilter, ClientQuery } from './clients/list-clients'
export type { ClientUpdate } from './clients/update-client'
export type { Clock } from './clock'
export type { ContactCodeOptions } from './codes/contact'
export type { RequestedCode } from './codes/issue-code'
export type { CodeDelivery, ReturnedCodes } from './codes/issue-codes'
export type { IssuedCode } from './codes/new-code'
export type { CodeMessage, CodeSender } from './codes/outbox'
export type { SendCodeOptions } from './codes/send-contact-code'
export type { InitializationCodeInput } from './codes/send-initialization-code'
export { type ConnectionOf, createDirectory, type DirectoryOptions, type TransactionOf } from './create-directory'
export type { Caller, Directory, ReadersFrom } from './directory'
export type { KeyProvider, MetadataPlace, UnreadableMetadata } from './encryption/key-provider'
export type { MetadataReencrypted, ReencryptOptions, ReencryptProgress } from './encryption/reencrypt-metadata'
export { AlreadyExistsError, type TakenSubject } from './errors/already-exists-error'
export { ContentionError } from './errors/contention-error'
export { DirectoryError, type DirectoryErrorCode, isDirectoryError } from './errors/directory-error'
export { HookRefusedError } from './errors/hook-refused-error'
export { IdempotencyKeyReusedError } from './errors/idempotency-key-reused-error'
export { InvalidInputError } from './errors/invalid-input-error'
export { InvalidStateError, type InvalidStateReason } from './errors/invalid-state-error'
export { LimitExceededError } from './errors/limit-exceeded-error'
export { NotFoundError, type NotFoundSubject } from './errors/not-found-error'
export { OutcomeUnknownError } from './errors/outcome-unknown-error'
export { type DenialReason, PermissionDeniedError } from './errors/permission-denied-error'
export { StorageUnavailableError } from './errors/storage-unavailable-error'
export { TransactionError, type TransactionErrorReason } from './errors/transaction-error'
export { UnauthenticatedError, type UnauthenticatedReason } from './errors/unauthenticated-error'
export { VersionConflictError } from './errors/version-conflict-error'
export type { DirectoryEvent, DirectoryEventType, EventOf } from './events/directory-event'
export { aggregateTypes, directoryEventTypes } from './events/directory-event-types'
export type { EventListener } from './events/event-bus'
export type { EventsQuery } from './events/list-events'
export type { WriteOptions } from './expected-version'
export type { ConditionExplanation, FindExplanation } from './find/explain-find'
export type { FoundMany } from './find/get-many'
export type { Include, Included } from './find/include'
export type { UnindexedCondition, UnindexedPolicy } from './find/unindexed'
export type {
  AnyValueWhere,
  BooleanWhere,
  FindQuery,
  FoundPage,
  OrderBy,
  TextWhere,
  TimeWhere,
  ValueWhere,
  Where,
} from './find/where'
export type { SignalOption } from './heed-signal'
export type { SubjectPart } from './history/export-subject'
export type { HistoryPoint } from './history/history-point'
export type { HistoryPurged, PurgeOptions } from './history/purge-history'
export type { SubjectAsOf } from './history/read-as-of'
export type { HistoryChange, HistoryQuery } from './history/read-history'
export type { MetadataReverted, RevertOptions } from './history/revert-metadata'
export type { HistoryDifference } from './history/subject-difference'
export type { IdempotencyOption } from './idempotency/idempotency-key'
export type { OnceOptions } from './idempotency/once'
export { createIdSource, type NewId } from './ids'
export { isStorable } from './input'
export type { BootstrapOwnerInput, Bootstrapped } from './instance/bootstrap-owner'
export type { DomainPolicy } from './instance/domain-policy'
export type { JsonObject, JsonValue } from './json'
export type { DirectoryLimits, LimitProfile, LimitsInput } from './limits/limits'
export type { AddMemberInput } from './members/add-member'
export type { AddMembersInput } from './members/add-members'
export type { GrantRolesInput } from './members/grant-roles'
export type { ListedMember, MemberField, MemberQuery } from './members/list-members'
export type { Member } from './members/member'
export type { ExpiredMembersRemoved, RemoveExpiredMembersOptions } from './members/remove-expired-members'
export type { MemberUpdate } from './members/update-member'
export type { MetadataWritten } from './metadata/apply-metadata'
export type { MetadataChange } from './metadata/draft-metadata'
export type { MetadataEntry } from './metadata/get-metadata'
export type { MetadataQuery } from './metadata/list-metadata'
export type { MetadataAccess } from './metadata/metadata-access'
export type { MetadataChanges } from './metadata/metadata-changes'
export type { MetadataIndexes, Reindexed, ReindexOptions } from './metadata/metadata-indexes'
export type { MetadataByNamespace, MetadataValue, MetadataValues } from './metadata/metadata-input'
export type { CheckMetadataOptions, RefusedEntry } from './metadata-definition/check-stored'
export {
  type DefinedKeyInput,
  defineMetadata,
  type MetadataDefinition,
  type MetadataDefinitionInput,
  type MetadataDefinitionOptions,
  type MetadataKeyOptions,
  type MetadataParty,
} from './metadata-definition/define-metadata'
export type {
  ChangeOf,
  DefinedKey,
  DefinedNamespace,
  KeyOf,
  MetadataShape,
  NamespaceAt,
  NamespaceName,
  UndefinedMetadata,
  UnknownKeys,
  ValueAt,
  ValuesOf,
  ValuesToSet,
  WithChanges,
  WithMetadata,
  WithValues,
} from './metadata-definition/metadata-shape'
export type { ExpiredRemoved, RemoveExpiredOptions } from './metadata-definition/remove-expired'
export type { SchemaIssue, SchemaResult, StandardSchema } from './metadata-definition/standard-schema'
export type {
  MetadataUpdate,
  MetadataUpdated,
  MetadataWriteOptions,
  PatchOperation,
  UpdateValue,
} from './metadata-updates/metadata-update'
export type {
  NoOtherParts,
  PlainChange,
  UpdateOf,
  ValuesToMerge,
  ValuesToMergeDeep,
  ValueToSet,
} from './metadata-updates/update-shape'
export type { CreatedAdmin, CreatedOrg, CreatedOrgWithAdmins, CreateOrgInput } from './orgs/create-org'
export type { DomainValidation } from './orgs/domain-validation'
export type { OrgSnapshot } from './orgs/find-org-snapshots'
export type { OrgDomain, OrgDomainQuery } from './orgs/list-org-domains'
export type { OrgField, OrgFilter, OrgQuery } from './orgs/list-orgs'
export type { Org } from './orgs/org'
export type { OrgAdmin } from './orgs/org-admins'
export type { SetUpOrg, SetUpOrgInput } from './orgs/set-up-org'
export type { DomainVerificationStarted } from './orgs/start-domain-verification'
export type { OrgUpdate, OrgUpdated } from './orgs/update-org'
export type { DomainVerifier, VerifyDomainOptions } from './orgs/verify-org-domain'
export { defaultPageSize, maxPageSize, type Paging } from './paging'
export { type BuiltInRole, builtInRoles, type Permission } from './permissions/built-in-roles'
export type { CanAnswer, CanDenial, PermissionQuestion, PermissionSubject } from './permissions/can'
export type { CallScope, PermissionAnswer, PermissionGrant } from './permissions/check-permission'
export type { GrantExplained } from './permissions/explain-grant'
export type { RoleTable } from './permissions/role-table'
export type { ExportOptions } from './portable/export-directory'
export type { Imported, ImportedLine, ImportOptions, ImportProgress } from './portable/import-directory'
export type { ImportMode } from './portable/importing'
export type { PortableKind, PortableLine, PortableLines, PortableStamp } from './portable/portable-line'
export type { TextPieces } from './portable/read-lines'
export type { RandomBytes } from './randomness'
export type {
  ClientsReading,
  MembersReading,
  MetadataReading,
  OrgsReading,
  ReadingDirectory,
  UsersReading,
} from './reading-directory'
export type { DryRunOption } from './rehearse'
export type { ReplicaReading } from './replica-core'
export type { CreatedRole, CreateRoleInput } from './roles/create-role'
export type { RoleField, RoleFilter, RoleQuery } from './roles/list-roles'
export type { Role } from './roles/role'
export type { RoleUpdate } from './roles/update-role'
export { compareSequences } from './sequence'
export type {
  AggregateChange,
  Applied,
  Commit,
  CommitOutcome,
  EntryExpectation,
  EntryPut,
  EntryRemoval,
  Expectation,
  HeldByOrg,
  NewEvent,
  Permit,
  RecordPut,
  RecordRemoval,
  Stamp,
  UnreadCommit,
  UnreadOutcome,
  UnreadSubject,
} from './storage/commit'
export { isCreation } from './storage/commit'
export type {
  AllEventsReader,
  CommitWriter,
  ConsumerKeeper,
  DirectoryStorage,
  EventReader,
  InstanceEvent,
  KeptConsumer,
  MetadataIndexer,
  RecordReader,
  RecordSearcher,
  ReplicaReader,
  StorageReads,
  WriteListener,
} from './storage/directory-storage'
export type { EventRewrite, HistoryRewriter, ReplacedEvent, RewrittenEntry } from './storage/event-rewrite'
export type { IndexLookup, SearchExplainer, SearchExplanation } from './storage/explain-search'
export type { MetadataIndex, MetadataIndexFill, MetadataIndexState } from './storage/metadata-index'
export { payloadTextOf } from './storage/payload-text'
export type { LoginDomain, Principal, PrincipalRead, Read, ReadAnswer, ReadResult, RecordRead } from './storage/read'
export type * from './storage/records'
export type {
  AnyFilter,
  CarrierKind,
  EntrySearch,
  EventQuery,
  FieldOf,
  Filter,
  FilterField,
  HoldsCondition,
  MembershipCondition,
  MemberUserField,
  MetadataCondition,
  Page,
  Range,
  RecordFilter,
  RecordSearch,
  Search,
  SearchField,
  SearchOf,
  SearchResult,
  Sort,
  TextMethod,
  ValueTest,
} from './storage/search'
export type { TransactionJoiner, TransactionStorage } from './storage/transactions'
export type { TracedAsk, TracedCall, TracedOutcome, TracedWork, Tracing } from './tracing/tracing'
export type { HookCall, HookCommit, Hooks } from './transactions/hooks'
export type { JoinedDirectory, OpenTransaction, TransactionDirectory } from './transactions/transaction-directory'
export type {
  UpdatedRow,
  UpdatedWhere,
  UpdateWhereOptions,
  UpdateWhereProgress,
  WhereChange,
} from './update-where/where-change'
export type { AnonymiseOptions, PersonalField } from './users/anonymise-user'
export type { CreatedUser, CreateHumanInput } from './users/create-human'
export type { CreateMachineInput } from './users/create-machine'
export type { DeletedUser } from './users/deleted-user'
export type { UniqueInConnection } from './users/find-in-connection'
export type { UserSnapshot } from './users/find-user-snapshots'
export type { LinkedIdentity } from './users/identity'
export type { IdentitiesWritten } from './users/link-identity'
export type { Membership } from './users/list-memberships'
export type { IdentityCondition, UserField, UserFilter, UserQuery } from './users/list-users'
export type { NamedUser } from './users/login-names'
export type { DeleteUserOptions } from './users/offer-undelete'
export type { DeletedPurged, PurgeDeletedOptions } from './users/purge-deleted-users'
export type { UndeleteUserOptions } from './users/undelete-user'
export type { UpdateUserInput, UpdateUserOptions, UserUpdated } from './users/update-user'
export type { User } from './users/user'
export type { Written } from './written'
