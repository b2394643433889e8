import type {
  AccessTokens,
  ActingDirectory,
  Clients,
  Members,
  OrgDomains,
  Orgs,
  Roles,
  Users,
} from './acting-directory'
import type { MetadataAccess } from './metadata/metadata-access'
import type {
  DefinedNamespace,
  NamespaceAt,
  NamespaceName,
  UndefinedMetadata,
} from './metadata-definition/metadata-shape'

export type MetadataReading<Namespace extends DefinedNamespace | undefined = undefined> = Pick<
  MetadataAccess<Namespace>,
  'get' | 'find' | 'list' | 'values' | 'findValues' | 'asOf'
>
export type MembersReading = Pick<Members, 'list' | 'find' | 'roles'>

export interface UsersReading<Metadata = UndefinedMetadata>
  extends Pick<
    Users<Metadata>,
    | 'get'
    | 'getOrUndefined'
    | 'getMany'
    | 'find'
    | 'findByLoginName'
    | 'findSnapshots'
    | 'findInConnection'
    | 'identities'
    | 'list'
    | 'listAccessTokens'
    | 'memberships'
    | 'history'
    | 'asOf'
    | 'exportSubject'
    | 'deleted'
  > {
  metadata<Name extends NamespaceName<Metadata, 'user'> = 'app'>(
    userId: string,
    namespace?: Name,
  ): MetadataReading<NamespaceAt<Metadata, `user.${Name}`>>
  accessTokens(userId: string): Pick<AccessTokens, 'get' | 'list'>
}

export interface OrgsReading<Metadata = UndefinedMetadata>
  extends Pick<
    Orgs<Metadata>,
    'get' | 'getMany' | 'find' | 'findByDomain' | 'findSnapshots' | 'list' | 'getDefault' | 'history' | 'asOf'
  > {
  domains(orgId?: string): Pick<OrgDomains, 'list'>
  metadata<Name extends NamespaceName<Metadata, 'org'> = 'org'>(
    orgId?: string,
    namespace?: Name,
  ): MetadataReading<NamespaceAt<Metadata, `org.${Name}`>>
  members(orgId?: string): MembersReading
}

export interface ClientsReading<Metadata = UndefinedMetadata>
  extends Pick<Clients<Metadata>, 'get' | 'getMany' | 'find' | 'findSnapshots' | 'list' | 'history' | 'asOf'> {
  metadata<Name extends NamespaceName<Metadata, 'client'> = 'client'>(
    clientId: string,
    namespace?: Name,
  ): MetadataReading<NamespaceAt<Metadata, `client.${Name}`>>
}

/** What of a directory only reads, done for one caller. */
export interface ReadingDirectory<Metadata = UndefinedMetadata>
  extends Pick<ActingDirectory, 'actor' | 'checkPermission' | 'requirePermission' | 'requireAuthenticated' | 'events'> {
  readonly users: UsersReading<Metadata>
  readonly orgs: OrgsReading<Metadata>
  readonly clients: ClientsReading<Metadata>
  readonly roles: Pick<Roles, 'get' | 'getOrUndefined' | 'list'>
  readonly members: MembersReading
  /** See {@link ActingDirectory.withSignal}. */
  withSignal(signal: AbortSignal): ReadingDirectory<Metadata>
}
