import type {
  AccessTokenRecord,
  AggregateKey,
  AggregateRecord,
  Claim,
  ClaimRecord,
  EntryKey,
  EntryRecord,
  KeptAnswer,
  MemberRecord,
  OrgDomainRecord,
  OrgState,
  RecordKeyMap,
  RecordKind,
  RecordMap,
  SubjectKey,
  UserRecord,
} from './records'

/** One record by its key. */
export type RecordRead = {
  [K in RecordKind]: { readonly read: 'record'; readonly kind: K; readonly key: RecordKeyMap[K] }
}[RecordKind]

export interface AggregateRead {
  readonly read: 'aggregate'
  readonly key: AggregateKey
}

export interface EntryRead {
  readonly read: 'entry'
  readonly key: EntryKey
}

/** Entries of one namespace of a subject, ordered by key; `keys` narrows to those. */
export interface EntriesRead {
  readonly read: 'entries'
  readonly subject: SubjectKey
  readonly namespace: string
  readonly keys?: readonly string[]
}

/** Entries of a subject in all its namespaces, by namespace and key, behind a place and at most `limit`. */
export interface EntryPageRead {
  readonly read: 'entryPage'
  readonly subject: SubjectKey
  /** Exclusive. Absent: from the first one on. */
  readonly after?: { readonly namespace: string; readonly key: string }
  readonly limit: number
}

export interface ClaimRead {
  readonly read: 'claim'
  readonly claim: Claim
}

export interface AccessTokenByHashRead {
  readonly read: 'accessTokenByHash'
  readonly hash: string
}

/** What a permission check needs to know of a caller, read in one go. */
export interface PrincipalRead {
  readonly read: 'principal'
  readonly userId: string
  /** The org the call works in, where it is another than the caller's own. */
  readonly orgId?: string
  /** Absent: those in the instance and in the org the call works in. */
  readonly memberships?: 'all'
}

export interface Principal {
  readonly user: Pick<UserRecord, 'userId' | 'orgId' | 'state'>
  /** `undefined`: the caller's own org is gone. */
  readonly homeOrg: OrgState | undefined
  /** Of the org asked for, or the caller's own when none was; `undefined`: no such org. */
  readonly contextOrg: OrgState | undefined
  /** Of the caller, those that were asked for. */
  readonly memberships: readonly Pick<MemberRecord, 'level' | 'orgId' | 'roles' | 'expiresAt'>[]
}

/** All memberships of a user, whole. */
export interface MembershipsRead {
  readonly read: 'memberships'
  readonly userId: string
}

/** The verified domains of the org that owns a user: what its login names end with. Without a user there are none. */
export interface LoginDomainsRead {
  readonly read: 'loginDomains'
  readonly userId: string
}

/** The answer that is kept under a key, also one that has expired and is still there. */
export interface KeptAnswerRead {
  readonly read: 'keptAnswer'
  readonly key: string
}

export type LoginDomain = Pick<OrgDomainRecord, 'domain' | 'isPrimary'>

export type Read =
  | RecordRead
  | AggregateRead
  | EntryRead
  | EntriesRead
  | EntryPageRead
  | ClaimRead
  | AccessTokenByHashRead
  | PrincipalRead
  | MembershipsRead
  | LoginDomainsRead
  | KeptAnswerRead

/** What a {@link Read} of that shape answers. */
export type ReadAnswer<R extends Read> = R extends { read: 'record'; kind: infer K extends RecordKind }
  ? RecordMap[K] | undefined
  : R extends AggregateRead
    ? AggregateRecord | undefined
    : R extends EntryRead
      ? EntryRecord | undefined
      : R extends EntriesRead | EntryPageRead
        ? readonly EntryRecord[]
        : R extends ClaimRead
          ? ClaimRecord | undefined
          : R extends AccessTokenByHashRead
            ? AccessTokenRecord | undefined
            : R extends PrincipalRead
              ? Principal | undefined
              : R extends MembershipsRead
                ? readonly MemberRecord[]
                : R extends LoginDomainsRead
                  ? readonly LoginDomain[]
                  : R extends KeptAnswerRead
                    ? KeptAnswer | undefined
                    : never

export type ReadResult = ReadAnswer<Read>
