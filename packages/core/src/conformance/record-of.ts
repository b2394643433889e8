import type {
  AccessTokenRecord,
  ClientRecord,
  DeletedUserRecord,
  EntryKey,
  MemberRecord,
  OrgDomainRecord,
  OrgRecord,
  RoleRecord,
  UserRecord,
} from '../storage/records'
import { noon } from './commit-of'

const stamped = { sequence: '1', createdAt: noon, changedAt: noon }

/** Records of the literal world: Ada and Bob belong to Acme. */
export const userOf = (userId: string, members: Partial<Omit<UserRecord, 'userId'>> = {}): UserRecord => ({
  userId,
  orgId: 'acme',
  type: 'human',
  state: 'active',
  userName: userId,
  displayName: null,
  firstName: null,
  lastName: null,
  nickName: null,
  preferredLanguage: null,
  gender: null,
  avatarUrl: null,
  email: null,
  emailVerified: false,
  phone: null,
  phoneVerified: false,
  description: null,
  accessTokenType: null,
  connection: null,
  username: null,
  blocked: null,
  passwordChangedAt: null,
  ...stamped,
  ...members,
})

export const orgOf = (orgId: string, members: Partial<Omit<OrgRecord, 'orgId'>> = {}): OrgRecord => ({
  orgId,
  name: orgId,
  displayName: null,
  state: 'active',
  primaryDomain: null,
  settings: {},
  ...stamped,
  ...members,
})

export const orgDomainOf = (
  orgId: string,
  domain: string,
  members: Partial<Omit<OrgDomainRecord, 'orgId' | 'domain'>> = {},
): OrgDomainRecord => ({
  orgId,
  domain,
  isVerified: true,
  isPrimary: false,
  validationType: null,
  validationToken: null,
  ...stamped,
  ...members,
})

export const memberOf = (
  orgId: string,
  userId: string,
  members: Partial<Omit<MemberRecord, 'orgId' | 'userId'>> = {},
): MemberRecord => ({ level: 'org', orgId, userId, roles: ['ORG_OWNER'], expiresAt: null, ...stamped, ...members })

export const clientOf = (clientId: string, settings: ClientRecord['settings'] = {}): ClientRecord => ({
  clientId,
  orgId: 'acme',
  name: clientId,
  settings,
  ...stamped,
})

export const roleOf = (roleId: string, members: Partial<Omit<RoleRecord, 'roleId'>> = {}): RoleRecord => ({
  roleId,
  name: roleId,
  description: null,
  permissions: [],
  ...stamped,
  ...members,
})

export const accessTokenOf = (userId: string, tokenId: string, hash: string): AccessTokenRecord => ({
  userId,
  tokenId,
  orgId: 'acme',
  hash,
  expiresAt: null,
  ...stamped,
})

export const deletedUserOf = (
  userId: string,
  members: Partial<Omit<DeletedUserRecord, 'userId'>> = {},
): DeletedUserRecord => ({
  userId,
  orgId: 'acme',
  type: 'human',
  userName: userId,
  displayName: null,
  names: 'held',
  undeleteUntil: noon,
  identities: [],
  ...stamped,
  ...members,
})

export const entryKeyOf = (userId: string, key: string, namespace = 'app'): EntryKey => ({
  subjectType: 'user',
  subjectId: userId,
  namespace,
  key,
})
