import type { JsonObject, JsonValue } from '../json'

/** What numbers events: every event belongs to exactly one aggregate. */
export type AggregateType = 'instance' | 'org' | 'user' | 'client' | 'role'

export interface AggregateKey {
  readonly type: AggregateType
  readonly id: string
}

/** Times are milliseconds since the epoch; sequences are decimal strings. */
export interface Stamped {
  /** Sequence of the event that last changed this record. */
  readonly sequence: string
  readonly createdAt: number
  readonly changedAt: number
}

export interface AggregateRecord extends AggregateKey {
  /** Id of the org that owns it; empty for the instance. */
  readonly owner: string
  /** Sequence of the newest event; `'0'` never occurs. */
  readonly sequence: string
  /** Counts the changes that decisions depend on. Metadata writes leave it alone, so that they never conflict. */
  readonly revision: number
  /** False once the subject is removed. Its events stay, and a subject of the same id continues the sequence. */
  readonly live: boolean
  /** When the newest event happened. */
  readonly changedAt: number
}

export interface InstanceRecord extends Stamped {
  readonly defaultOrgId: string
  /** Whether users sign in with the domains of their org behind their names. Decided when the instance is created. */
  readonly userLoginMustBeDomain: boolean
}

export type OrgState = 'active' | 'inactive'

export interface OrgRecord extends Stamped {
  readonly orgId: string
  readonly name: string
  /** Auth0: the name people see; `null`: never given, or taken away. */
  readonly displayName: string | null
  readonly state: OrgState
  readonly primaryDomain: string | null
  /** Everything else the org was configured with, as given. */
  readonly settings: JsonObject
}

export type DomainValidationType = 'http' | 'dns'

export interface OrgDomainRecord extends Stamped {
  readonly orgId: string
  readonly domain: string
  readonly isVerified: boolean
  readonly isPrimary: boolean
  /** How the org shows that the domain is its own; `null`: nobody asked yet, or nothing is checked. */
  readonly validationType: DomainValidationType | null
  /**
   * What has to be found at the domain, as it stands: whoever looks for it has to know it, and over HTTP it is part of
   * the path. Gone once the domain is verified.
   */
  readonly validationToken: string | null
}

export type UserType = 'human' | 'machine'
/** As ZITADEL names them; a removed user has no record. */
export type UserState = 'active' | 'inactive' | 'locked' | 'initial'
export type Gender = 'female' | 'male' | 'diverse'
export type AccessTokenType = 'bearer' | 'jwt'

/** `null` means: never given, or taken away. */
export interface UserRecord extends Stamped {
  readonly userId: string
  readonly orgId: string
  readonly type: UserType
  readonly state: UserState
  readonly userName: string
  /** A machine's name stands here too. */
  readonly displayName: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  readonly nickName: string | null
  /** BCP 47. */
  readonly preferredLanguage: string | null
  readonly gender: Gender | null
  readonly avatarUrl: string | null
  readonly email: string | null
  readonly emailVerified: boolean
  /** E.164. */
  readonly phone: string | null
  readonly phoneVerified: boolean
  /** Of a machine. */
  readonly description: string | null
  /** Of a machine. */
  readonly accessTokenType: AccessTokenType | null
  /** Auth0: the connection the user belongs to; its e-mail and username are unique there. */
  readonly connection: string | null
  /** Auth0: `username`, unique in the connection. */
  readonly username: string | null
  /** Auth0: `blocked`, kept apart from the state because it shows only once it was ever set. */
  readonly blocked: boolean | null
  readonly passwordChangedAt: number | null
}

export type MemberLevel = 'instance' | 'org'

export interface MemberKey {
  readonly level: MemberLevel
  /** The org's id; empty for members of the instance. */
  readonly orgId: string
  readonly userId: string
}

export interface MemberRecord extends MemberKey, Stamped {
  /** Names of built-in and host roles, ids of roles that were created. */
  readonly roles: readonly string[]
  /** The membership counts until then; `null`: without end. */
  readonly expiresAt: number | null
}

export interface ClientRecord extends Stamped {
  readonly clientId: string
  readonly orgId: string
  readonly name: string
  /** Everything else the application was configured with, as given. */
  readonly settings: JsonObject
}

/** A role that was created in the directory, beside the built-in ones and those of the host's code. */
export interface RoleRecord extends Stamped {
  readonly roleId: string
  readonly name: string
  /** `null`: never given, or taken away. */
  readonly description: string | null
  /** None of them is a built-in one. */
  readonly permissions: readonly string[]
}

export interface AccessTokenRecord extends Stamped {
  readonly tokenId: string
  readonly userId: string
  readonly orgId: string
  /** Lower-case hex SHA-256 of the token; the token itself is stored nowhere. */
  readonly hash: string
  /** `null`: never. */
  readonly expiresAt: number | null
}

/** Whether what a deleted user held that has to be unique stays taken while it can come back. */
export type DeletedNames = 'held' | 'freed'

/** A user that was deleted and can come back: it has no record of its own, no entries, memberships or tokens. */
export interface DeletedUserRecord extends Stamped {
  readonly userId: string
  readonly orgId: string
  readonly type: UserType
  readonly userName: string
  readonly displayName: string | null
  readonly names: DeletedNames
  /** Milliseconds since the epoch, exclusive. */
  readonly undeleteUntil: number
  /** Ids of what was linked to it, which nobody may take meanwhile. */
  readonly identities: readonly string[]
}

/** The records that are written whole, by kind. */
export interface RecordMap {
  readonly instance: InstanceRecord
  readonly org: OrgRecord
  readonly orgDomain: OrgDomainRecord
  readonly user: UserRecord
  readonly member: MemberRecord
  readonly client: ClientRecord
  readonly role: RoleRecord
  readonly accessToken: AccessTokenRecord
  readonly deletedUser: DeletedUserRecord
}
export type RecordKind = keyof RecordMap

/** The members of a record that name it. */
export interface RecordKeyMap {
  readonly instance: Record<never, never>
  readonly org: Pick<OrgRecord, 'orgId'>
  readonly orgDomain: Pick<OrgDomainRecord, 'orgId' | 'domain'>
  readonly user: Pick<UserRecord, 'userId'>
  readonly member: MemberKey
  readonly client: Pick<ClientRecord, 'clientId'>
  readonly role: Pick<RoleRecord, 'roleId'>
  readonly accessToken: Pick<AccessTokenRecord, 'userId' | 'tokenId'>
  readonly deletedUser: Pick<DeletedUserRecord, 'userId'>
}

export type SubjectType = 'user' | 'org' | 'client' | 'member'

/** What carries metadata. */
export interface SubjectKey {
  readonly subjectType: SubjectType
  readonly subjectId: string
}

export interface EntryKey extends SubjectKey {
  readonly namespace: string
  readonly key: string
}

/** JSON text as it was written, or bytes; both come back unchanged. */
export type EntryValue = { readonly json: string } | { readonly bytes: Uint8Array }

export interface EntryRecord extends EntryKey, Stamped {
  readonly value: EntryValue
  /** The org that owns the subject: who has read the entry need not read the subject as well. */
  readonly orgId: string
}

/** A value that only one subject of an instance may hold. */
export interface Claim {
  readonly type: string
  /** Compared byte for byte: whoever takes it folds case first. */
  readonly value: string
}

export interface ClaimRecord extends Claim {
  readonly ownerType: AggregateType
  readonly ownerId: string
}

/** The answer to a write, kept with it, so that whoever asks again under the same key is told the same. */
export interface KeptAnswer {
  /** Another one for every caller. */
  readonly key: string
  /** What was asked: whoever asks otherwise under the same key is not told. */
  readonly request: string
  /** Opaque to the storage. */
  readonly answer: string
  /** Of the commit, as {@link Applied} has them. */
  readonly at: number
  readonly sequences: readonly string[]
  /** Milliseconds since the epoch, exclusive. */
  readonly expiresAt: number
}

/** Who caused an event. */
export interface EventActor {
  readonly type: 'user' | 'system'
  /** The user's id; of the system, the id of whom it acts for, or empty. */
  readonly id: string
  /** Why it was done: of the system always, of a user where the call said so. */
  readonly reason: string | null
}

export interface StoredEvent {
  /** Opaque; what a reader of all events resumes from. */
  readonly position: string
  readonly aggregate: AggregateKey
  readonly sequence: string
  readonly type: string
  readonly payload: JsonValue
  /** Id of the org that owns the aggregate; the instance's own events carry an empty one. */
  readonly owner: string
  readonly actor: EventActor
  readonly createdAt: number
}
