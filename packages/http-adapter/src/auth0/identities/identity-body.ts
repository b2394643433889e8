import type { JsonObject, LinkedIdentity } from '@indwell/core'
import { splitUserId, toWireUserId } from '../user-id'
import { withoutAbsent } from '../without-absent'

/** Providers whose identities are not social: databases, passwordless and enterprise connections. */
export const plainProviders: ReadonlySet<string> = new Set([
  'ad',
  'adfs',
  'auth0',
  'auth0-oidc',
  'custom',
  'email',
  'google-apps',
  'ip',
  'office365',
  'oidc',
  'okta',
  'pingfederate',
  'samlp',
  'sharepoint',
  'sms',
  'waad',
])

/** @param userId - The directory's id. */
export function identityBody(userId: string, connection: string): JsonObject {
  const { provider, rawId } = splitUserId(toWireUserId(userId))
  return { connection, user_id: rawId, provider, isSocial: !plainProviders.has(provider) }
}

/** What is shown of an identity beside others. */
export type Auth0IdentityView = { readonly connection: string } & Pick<
  LinkedIdentity,
  | 'userId'
  | 'email'
  | 'emailVerified'
  | 'displayName'
  | 'nickName'
  | 'firstName'
  | 'lastName'
  | 'username'
  | 'phone'
  | 'phoneVerified'
  | 'avatarUrl'
>

/** An identity with its profile. */
export function linkedIdentityBody(identity: Auth0IdentityView): JsonObject {
  return { profileData: profileData(identity), ...identityBody(identity.userId, identity.connection) }
}

function profileData(identity: Auth0IdentityView): JsonObject {
  return withoutAbsent({
    email: identity.email ?? undefined,
    email_verified: identity.email === null ? undefined : identity.emailVerified,
    name: identity.displayName ?? undefined,
    nickname: identity.nickName ?? undefined,
    given_name: identity.firstName ?? undefined,
    family_name: identity.lastName ?? undefined,
    username: identity.username ?? undefined,
    phone_number: identity.phone ?? undefined,
    phone_verified: identity.phone === null ? undefined : identity.phoneVerified,
    picture: identity.avatarUrl ?? undefined,
  })
}
