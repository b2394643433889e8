import type { CodePurpose } from '../codes/code'
import type { AppendedEvent, DomainEvent } from '../events/event'
import type { AnonymisedEvent } from '../history/folded-event'
import type { AccessTokenType, Claim, Gender, UserRecord } from '../storage/records'
import type { DeletedUserEvent } from './deleted-user'
import type { LinkedIdentity } from './identity'

/** A user as the directory keeps it. */
export type User = UserRecord

/** Members of a human's profile: absent ones stay as they are, `null` takes away. */
export type ProfileChange = {
  readonly firstName?: string | null
  readonly lastName?: string | null
  readonly nickName?: string | null
  readonly displayName?: string | null
  readonly preferredLanguage?: string | null
  readonly gender?: Gender | null
  readonly avatarUrl?: string | null
}

/** Members only Auth0's API knows. */
export type AccountChange = {
  readonly username?: string | null
  readonly blocked?: boolean
}

/** Absent members stay as they are; a `null` description takes it away. */
export type MachineChange = {
  readonly name?: string
  readonly description?: string | null
  readonly accessTokenType?: AccessTokenType
}

/** A code that was made: what it is kept by, where anybody was told it. */
type CodeMade = { readonly hash?: string; readonly expiresAt?: number }

type Nothing = Readonly<Record<string, never>>

/** What can happen to a user, under the names ZITADEL's log gives it. */
export type UserEvent =
  | DomainEvent<
      'user.human.added',
      ProfileChange &
        AccountChange & {
          readonly userName: string
          readonly email?: string
          readonly phone?: string
          readonly connection?: string
          readonly passwordChangedAt?: number
          /** When the person came to be elsewhere. */
          readonly createdAt?: number
        }
    >
  | DomainEvent<
      'user.machine.added',
      {
        readonly userName: string
        readonly name: string
        readonly description: string | null
        readonly accessTokenType: AccessTokenType
        /** When it came to be elsewhere. */
        readonly createdAt?: number
      }
    >
  | DomainEvent<'user.machine.changed', MachineChange>
  | DomainEvent<'user.username.changed', { readonly userName: string }>
  | DomainEvent<'user.human.profile.changed', ProfileChange>
  | DomainEvent<'user.human.email.changed', { readonly email: string | null }>
  | DomainEvent<'user.human.phone.changed', { readonly phone: string }>
  | DomainEvent<'user.account.changed', AccountChange>
  /** A user was linked to this one: what is kept of it. */
  | DomainEvent<'user.identity.added', LinkedIdentity>
  | DomainEvent<'user.identity.removed', { readonly userId: string }>
  /** The user is an identity of another one now, or is no more; whose. */
  | DomainEvent<'user.linked' | 'user.unlinked', { readonly userId: string }>
  | DomainEvent<'user.human.password.changed', { readonly passwordChangedAt: number }>
  | DomainEvent<
      'user.human.initialization.code.added' | 'user.human.email.code.added' | 'user.human.phone.code.added',
      CodeMade
    >
  | DomainEvent<
      | 'user.human.initialization.check.succeeded'
      | 'user.human.initialization.check.failed'
      | 'user.human.email.verified'
      | 'user.human.email.verification.failed'
      | 'user.human.phone.verified'
      | 'user.human.phone.verification.failed'
      | 'user.human.phone.removed'
      | 'user.deactivated'
      | 'user.reactivated'
      | 'user.locked'
      | 'user.unlocked'
      | 'user.removed',
      Nothing
    >

/** Events that say all there is to say by their name. */
export type UserFact = Extract<UserEvent, { payload: Nothing }>['type']

export const fact = (type: UserFact): UserEvent => ({ type, payload: {} })

/** Says that a code was made; by what it is kept, where anybody shall get it. */
export const codeAdded = (purpose: CodePurpose, payload: CodeMade = {}): UserEvent => ({
  type: `user.human.${purpose}.code.added`,
  payload,
})

/** What is not known yet of a user. */
export const unknownUser = {
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
} as const satisfies Partial<UserRecord>

/**
 * The user after `event`; `undefined` once removed.
 *
 * Events that only say that a code was made change the state at most, not the record's sequence and time: a read of the
 * user shows those of the last event that changed what it shows.
 */
export function evolveUser(user: UserRecord | undefined, event: AppendedEvent): UserRecord | undefined {
  const { sequence, createdAt, owner, aggregate } = event
  const { type, payload } = event as AppendedEvent & (UserEvent | DeletedUserEvent | AnonymisedEvent)
  switch (type) {
    case 'user.human.added':
      // Member by member: the engine takes longest for a copy of one object with those of another over it.
      return {
        userId: aggregate.id,
        orgId: owner,
        type: 'human',
        state: 'active',
        userName: payload.userName,
        displayName: payload.displayName ?? null,
        firstName: payload.firstName ?? null,
        lastName: payload.lastName ?? null,
        nickName: payload.nickName ?? null,
        preferredLanguage: payload.preferredLanguage ?? null,
        gender: payload.gender ?? null,
        avatarUrl: payload.avatarUrl ?? null,
        email: payload.email ?? null,
        emailVerified: false,
        phone: payload.phone ?? null,
        phoneVerified: false,
        description: null,
        accessTokenType: null,
        connection: payload.connection ?? null,
        username: payload.username ?? null,
        blocked: payload.blocked ?? null,
        passwordChangedAt: payload.passwordChangedAt ?? null,
        sequence,
        createdAt: payload.createdAt ?? createdAt,
        changedAt: createdAt,
      }
    case 'user.anonymised':
      return { ...payload.record, userId: aggregate.id, orgId: owner, sequence, changedAt: createdAt }
    case 'user.undeleted':
      return { ...payload, userId: aggregate.id, orgId: owner, sequence, changedAt: createdAt }
    case 'user.machine.added':
      return {
        ...unknownUser,
        userId: aggregate.id,
        orgId: owner,
        type: 'machine',
        state: 'active',
        userName: payload.userName,
        displayName: payload.name,
        description: payload.description,
        accessTokenType: payload.accessTokenType,
        sequence,
        createdAt: payload.createdAt ?? createdAt,
        changedAt: createdAt,
      }
  }
  if (user === undefined) return undefined
  const changed = { ...user, sequence, changedAt: createdAt }
  switch (type) {
    case 'user.human.initialization.code.added':
      return { ...user, state: 'initial' }
    case 'user.human.initialization.check.succeeded':
      return { ...user, state: 'active' }
    case 'user.machine.changed': {
      const { name, ...rest } = payload
      return { ...changed, ...rest, ...(name === undefined ? {} : { displayName: name }) }
    }
    case 'user.username.changed':
    case 'user.human.profile.changed':
    case 'user.account.changed':
      return { ...changed, ...payload }
    case 'user.human.email.changed':
      return { ...changed, email: payload.email, emailVerified: false }
    case 'user.human.email.verified':
      return { ...changed, emailVerified: true }
    case 'user.human.phone.changed':
      return { ...changed, phone: payload.phone, phoneVerified: false }
    case 'user.human.phone.verified':
      return { ...changed, phoneVerified: true }
    case 'user.human.phone.removed':
      return { ...changed, phone: null, phoneVerified: false }
    case 'user.human.password.changed':
      return { ...user, ...payload }
    case 'user.deactivated':
      return { ...changed, state: 'inactive' }
    case 'user.locked':
      return { ...changed, state: 'locked', blocked: user.blocked === null ? null : true }
    // Who is deactivated loses the lock, so `blocked` must not outlive it.
    case 'user.reactivated':
    case 'user.unlocked':
      return { ...changed, state: 'active', blocked: user.blocked === null ? null : false }
    case 'user.removed':
      return undefined
    default:
      return user
  }
}

/**
 * User names are unique whatever their case: in the instance, or in the org where users sign in with its domains.
 *
 * @param userLoginMustBeDomain - The instance's policy.
 */
export const userNameClaim = (
  { userName, orgId }: Pick<UserRecord, 'userName' | 'orgId'>,
  userLoginMustBeDomain: boolean,
): Claim => ({ type: userLoginMustBeDomain ? `user_name@${orgId}` : 'user_name', value: userName.toLowerCase() })

/** E-mail addresses and usernames are unique in a connection; a user without one shares its address freely. */
export const emailClaim = (connection: string, email: string): Claim => ({
  type: `email@${connection}`,
  value: email.toLowerCase(),
})
export const usernameClaim = (connection: string, username: string): Claim => ({
  type: `username@${connection}`,
  value: username.toLowerCase(),
})

/** All claims a user holds. */
export function claimsOf(
  user: Pick<UserRecord, 'orgId' | 'userName' | 'connection' | 'email' | 'username'>,
  userLoginMustBeDomain: boolean,
): readonly Claim[] {
  const claims = [userNameClaim(user, userLoginMustBeDomain)]
  if (user.connection !== null && user.email !== null) claims.push(emailClaim(user.connection, user.email))
  if (user.connection !== null && user.username !== null) claims.push(usernameClaim(user.connection, user.username))
  return claims
}
