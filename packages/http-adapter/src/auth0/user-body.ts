import { createHash } from 'node:crypto'
import type { JsonObject } from '@indwell/core'
import { type Auth0IdentityView, identityBody, linkedIdentityBody } from './identities/identity-body'
import { splitUserId, toWireUserId } from './user-id'
import { withoutAbsent } from './without-absent'

/** What the service shows of a user. Absent: never set. */
export interface Auth0UserView {
  /** The directory's id; see {@link toWireUserId}. */
  readonly userId: string
  readonly connection: string
  /** What is linked to the user. */
  readonly identities?: readonly Auth0IdentityView[] | undefined
  readonly email?: string | undefined
  readonly emailVerified?: boolean | undefined
  readonly username?: string | undefined
  readonly phoneNumber?: string | undefined
  readonly phoneVerified?: boolean | undefined
  readonly name?: string | undefined
  readonly nickname?: string | undefined
  readonly givenName?: string | undefined
  readonly familyName?: string | undefined
  readonly picture?: string | undefined
  readonly blocked?: boolean | undefined
  /** Milliseconds since the epoch, as the next two. */
  readonly lastPasswordReset?: number | undefined
  readonly createdAt: number
  readonly updatedAt: number
  /** Shown even when empty. */
  readonly userMetadata?: JsonObject | undefined
  /** Not shown when empty. */
  readonly appMetadata?: JsonObject | undefined
}

/** Puts a user into the service's shape, defaults filled in, keys in the order of recorded answers. */
export function userBody(user: Auth0UserView): JsonObject {
  const userId = toWireUserId(user.userId)
  const known = user.email ?? user.phoneNumber ?? user.username ?? splitUserId(userId).rawId
  const name = user.name ?? known
  const hasAppMetadata = user.appMetadata !== undefined && Object.keys(user.appMetadata).length > 0

  return withoutAbsent({
    blocked: user.blocked,
    created_at: new Date(user.createdAt).toISOString(),
    email: user.email,
    email_verified: user.email === undefined ? user.emailVerified : (user.emailVerified ?? false),
    family_name: user.familyName,
    given_name: user.givenName,
    identities: [identityBody(user.userId, user.connection), ...(user.identities ?? []).map(linkedIdentityBody)],
    name,
    nickname: user.nickname ?? localPart(known),
    phone_number: user.phoneNumber,
    phone_verified: user.phoneNumber === undefined ? user.phoneVerified : (user.phoneVerified ?? false),
    picture: user.picture ?? defaultPicture(known, name),
    updated_at: new Date(user.updatedAt).toISOString(),
    user_id: userId,
    user_metadata: user.userMetadata,
    username: user.username,
    last_password_reset:
      user.lastPasswordReset === undefined ? undefined : new Date(user.lastPasswordReset).toISOString(),
    app_metadata: hasAppMetadata ? user.appMetadata : undefined,
  })
}

/**
 * Answers the gravatar of an address, with the first two letters of the name behind it.
 *
 * @param address - The e-mail; what else the user is known by when there is none.
 */
export function defaultPicture(address: string, name: string): string {
  const hash = createHash('md5').update(address.toLowerCase()).digest('hex')
  // A lone surrogate cannot be percent-encoded.
  const letters = Array.from(name.replace(/\p{Cs}/gu, '').toLowerCase())
    .slice(0, 2)
    .join('')
  const fallback = encodeURIComponent(`https://cdn.auth0.com/avatars/${letters}.png`)
  return `https://s.gravatar.com/avatar/${hash}?s=480&r=pg&d=${fallback}`
}

/** What stands before the `@` of an address; of a text without one, the text. */
export function localPart(address: string): string {
  const at = address.lastIndexOf('@')
  return at === -1 ? address : address.slice(0, at)
}
