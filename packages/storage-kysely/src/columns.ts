import type { RecordKind, RecordMap } from '@indwell/core'

/**
 * How a member of a record is kept: `text`, `integer` (counts, and times in milliseconds), `sequence` (a decimal string
 * outside, an integer inside), `boolean`, `json` (its text), or `list` (texts, as the text of a JSON array).
 */
export type ColumnType = 'text' | 'integer' | 'sequence' | 'boolean' | 'json' | 'list'

export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly nullable: boolean
}

/** An index of a record kind's table. It leads with `instance_id`. */
export interface RecordIndex {
  /** Without the host's prefix. */
  readonly name: string
  /** Columns behind `instance_id`. */
  readonly columns: readonly string[]
  readonly unique?: true
}

/** A record kind's table: which members it keeps, under which names. Every key leads with `instance_id`. */
export interface RecordTable<K extends RecordKind = RecordKind> {
  readonly kind: K
  /** Without the host's prefix. */
  readonly table: string
  /** Members that name a record, in the order of the primary key; behind `instance_id`. */
  readonly key: readonly Extract<keyof RecordMap[K], string>[]
  readonly columns: { readonly [M in Extract<keyof RecordMap[K], string>]: Column }
  /**
   * Texts that are kept folded as well, beside themselves: columns of no member, for searches that ignore case. Each has
   * an index.
   */
  readonly folded?: { readonly [M in Extract<keyof RecordMap[K], string>]?: Column }
  /** Of several that serve a search alike, the first is taken. */
  readonly indexes: readonly RecordIndex[]
}

const column = (name: string, type: ColumnType, nullable = false): Column => ({ name, type, nullable })
const text = (name: string) => column(name, 'text')
const optionalText = (name: string) => column(name, 'text', true)

const index = (name: string, ...columns: readonly string[]): RecordIndex => ({ name, columns })

const stamped = {
  sequence: column('sequence', 'sequence'),
  createdAt: column('created_at', 'integer'),
  changedAt: column('changed_at', 'integer'),
}

export const recordTables: { readonly [K in RecordKind]: RecordTable<K> } = {
  instance: {
    kind: 'instance',
    table: 'instance',
    key: [],
    columns: {
      defaultOrgId: text('default_org_id'),
      userLoginMustBeDomain: column('user_login_must_be_domain', 'boolean'),
      ...stamped,
    },
    indexes: [],
  },
  org: {
    kind: 'org',
    table: 'org',
    key: ['orgId'],
    columns: {
      orgId: text('org_id'),
      name: text('name'),
      displayName: optionalText('display_name'),
      state: text('state'),
      primaryDomain: optionalText('primary_domain'),
      settings: column('settings', 'json'),
      ...stamped,
    },
    folded: { name: text('name_folded') },
    indexes: [
      index('org_by_name', 'name', 'org_id'),
      index('org_by_name_folded', 'name_folded', 'org_id'),
      index('org_by_creation', 'created_at', 'org_id'),
    ],
  },
  orgDomain: {
    kind: 'orgDomain',
    table: 'org_domain',
    key: ['orgId', 'domain'],
    columns: {
      orgId: text('org_id'),
      domain: text('domain'),
      isVerified: column('is_verified', 'boolean'),
      isPrimary: column('is_primary', 'boolean'),
      validationType: optionalText('validation_type'),
      validationToken: optionalText('validation_token'),
      ...stamped,
    },
    indexes: [],
  },
  user: {
    kind: 'user',
    table: 'user',
    key: ['userId'],
    columns: {
      userId: text('user_id'),
      orgId: text('org_id'),
      type: text('type'),
      state: text('state'),
      userName: text('user_name'),
      displayName: optionalText('display_name'),
      firstName: optionalText('first_name'),
      lastName: optionalText('last_name'),
      nickName: optionalText('nick_name'),
      preferredLanguage: optionalText('preferred_language'),
      gender: optionalText('gender'),
      avatarUrl: optionalText('avatar_url'),
      email: optionalText('email'),
      emailVerified: column('email_verified', 'boolean'),
      phone: optionalText('phone'),
      phoneVerified: column('phone_verified', 'boolean'),
      description: optionalText('description'),
      accessTokenType: optionalText('access_token_type'),
      connection: optionalText('connection'),
      username: optionalText('username'),
      blocked: column('blocked', 'boolean', true),
      passwordChangedAt: column('password_changed_at', 'integer', true),
      ...stamped,
    },
    folded: { userName: text('user_name_folded'), email: optionalText('email_folded') },
    indexes: [
      index('user_by_org', 'org_id', 'user_id'),
      index('user_by_name', 'org_id', 'user_name', 'user_id'),
      // The instance's, as names that log in and addresses are looked for in all orgs.
      index('user_by_name_folded', 'user_name_folded', 'org_id', 'user_id'),
      index('user_by_email', 'org_id', 'email', 'user_id'),
      index('user_by_email_folded', 'email_folded', 'org_id', 'user_id'),
      index('user_by_creation', 'org_id', 'created_at', 'user_id'),
    ],
  },
  member: {
    kind: 'member',
    table: 'member',
    key: ['level', 'orgId', 'userId'],
    columns: {
      level: text('level'),
      orgId: text('org_id'),
      userId: text('user_id'),
      roles: column('roles', 'list'),
      expiresAt: column('expires_at', 'integer', true),
      ...stamped,
    },
    indexes: [
      index('member_by_user', 'user_id', 'level', 'org_id'),
      index('member_by_creation', 'level', 'org_id', 'created_at', 'user_id'),
    ],
  },
  client: {
    kind: 'client',
    table: 'client',
    key: ['clientId'],
    columns: {
      clientId: text('client_id'),
      orgId: text('org_id'),
      name: text('name'),
      settings: column('settings', 'json'),
      ...stamped,
    },
    indexes: [index('client_by_org', 'org_id', 'created_at', 'client_id')],
  },
  role: {
    kind: 'role',
    table: 'role',
    key: ['roleId'],
    columns: {
      roleId: text('role_id'),
      name: text('name'),
      description: optionalText('description'),
      permissions: column('permissions', 'list'),
      ...stamped,
    },
    indexes: [],
  },
  accessToken: {
    kind: 'accessToken',
    table: 'access_token',
    key: ['userId', 'tokenId'],
    columns: {
      userId: text('user_id'),
      tokenId: text('token_id'),
      orgId: text('org_id'),
      hash: text('hash'),
      expiresAt: column('expires_at', 'integer', true),
      ...stamped,
    },
    indexes: [{ ...index('access_token_by_hash', 'hash'), unique: true }],
  },
  deletedUser: {
    kind: 'deletedUser',
    table: 'deleted_user',
    key: ['userId'],
    columns: {
      userId: text('user_id'),
      orgId: text('org_id'),
      type: text('type'),
      userName: text('user_name'),
      displayName: optionalText('display_name'),
      names: text('names'),
      undeleteUntil: column('undelete_until', 'integer'),
      identities: column('identities', 'list'),
      ...stamped,
    },
    indexes: [
      index('deleted_user_by_org', 'org_id', 'created_at', 'user_id'),
      index('deleted_user_by_end', 'undelete_until', 'user_id'),
    ],
  },
}

/** Holds the folded text of a member. */
export interface FoldedColumn extends Column {
  readonly member: string
}

/** The columns of a kind that hold folded texts. */
export function foldedColumns(kind: RecordKind): readonly FoldedColumn[] {
  const folded: Readonly<Record<string, Column | undefined>> = recordTables[kind].folded ?? {}
  return Object.entries(folded).flatMap(([member, column]) => (column === undefined ? [] : [{ ...column, member }]))
}
