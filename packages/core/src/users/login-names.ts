import type { Core } from '../core'
import type { LoginDomain } from '../storage/read'
import { readUser } from './load-user'
import type { User } from './user'

/** A user and the names that it signs in by. */
export interface NamedUser extends User {
  /** Its user name; where users sign in with a domain of their org, one for each verified one, sorted. */
  readonly loginNames: readonly string[]
  /** With the primary domain of the org. */
  readonly preferredLoginName: string
}

/** Starts reading a user and what its names are made of; in one turn with a permission check, all are one question. */
export function readNamedUser(core: Core, userId: string): Promise<NamedUser | undefined> {
  if (!core.userLoginMustBeDomain) return readUser(core, userId).then((user) => user && named(user, undefined))
  const both = Promise.all([readUser(core, userId), readLoginDomains(core, userId)])
  return both.then(([user, domains]) => user && named(user, domains))
}

/** The same for users that are read already; however many they are, the storage is asked once per thousand. */
export async function nameUsers(core: Core, users: readonly User[]): Promise<readonly NamedUser[]> {
  if (!core.userLoginMustBeDomain) return users.map((user) => named(user, undefined))
  const domains = await Promise.all(users.map(({ userId }) => readLoginDomains(core, userId)))
  return users.map((user, index) => named(user, domains[index]))
}

async function readLoginDomains(core: Core, userId: string): Promise<readonly LoginDomain[] | undefined> {
  return core.userLoginMustBeDomain ? core.read({ read: 'loginDomains', userId }) : undefined
}

/** @param domains - Absent: domains are no part of login names. */
function named(user: User, domains: readonly LoginDomain[] | undefined): NamedUser {
  const { userName } = user
  if (domains === undefined) return withNames(user, [userName], userName)
  const nameAt = ({ domain }: LoginDomain) => `${userName}@${domain}`
  const primary = domains.find(({ isPrimary }) => isPrimary)
  return withNames(user, domains.map(nameAt).sort(), primary === undefined ? userName : nameAt(primary))
}

/** Member by member: a copy by `...user` with two members more takes the engine as long as the read of the user takes. */
function withNames(user: User, loginNames: readonly string[], preferredLoginName: string): NamedUser {
  return {
    userId: user.userId,
    orgId: user.orgId,
    type: user.type,
    state: user.state,
    userName: user.userName,
    displayName: user.displayName,
    firstName: user.firstName,
    lastName: user.lastName,
    nickName: user.nickName,
    preferredLanguage: user.preferredLanguage,
    gender: user.gender,
    avatarUrl: user.avatarUrl,
    email: user.email,
    emailVerified: user.emailVerified,
    phone: user.phone,
    phoneVerified: user.phoneVerified,
    description: user.description,
    accessTokenType: user.accessTokenType,
    connection: user.connection,
    username: user.username,
    blocked: user.blocked,
    passwordChangedAt: user.passwordChangedAt,
    sequence: user.sequence,
    createdAt: user.createdAt,
    changedAt: user.changedAt,
    loginNames,
    preferredLoginName,
  }
}
