import type {
  AccessTokens,
  ActingDirectory,
  Clients,
  Members,
  MetadataAccess,
  OrgDomains,
  Orgs,
  Roles,
  Users,
} from './acting-directory'

export type MetadataReading = Pick<MetadataAccess, 'get' | 'find' | 'list' | 'values' | 'findValues'>
export type MembersReading = Pick<Members, 'list' | 'roles'>

export interface UsersReading
  extends Pick<
    Users,
    'get' | 'find' | 'findByLoginName' | 'findSnapshots' | 'findInConnection' | 'identities' | 'list' | 'memberships'
  > {
  metadata(userId: string, namespace?: string): MetadataReading
  accessTokens(userId: string): Pick<AccessTokens, 'get' | 'list'>
}

export interface OrgsReading extends Pick<Orgs, 'get' | 'findByDomain' | 'findSnapshots' | 'list' | 'getDefault'> {
  domains(orgId?: string): Pick<OrgDomains, 'list'>
  metadata(orgId?: string, namespace?: string): MetadataReading
  members(orgId?: string): MembersReading
}

export interface ClientsReading extends Pick<Clients, 'get' | 'findSnapshots' | 'list'> {
  metadata(clientId: string, namespace?: string): MetadataReading
}

/** What of a directory only reads, done for one caller. */
export interface ReadingDirectory
  extends Pick<ActingDirectory, 'actor' | 'checkPermission' | 'requirePermission' | 'requireAuthenticated' | 'events'> {
  readonly users: UsersReading
  readonly orgs: OrgsReading
  readonly clients: ClientsReading
  readonly roles: Pick<Roles, 'get' | 'find' | 'list'>
  readonly members: MembersReading
}
