import type { JsonObject, JsonValue, MetadataValue, UserSnapshot } from '@indwell/core'
import type { Auth0UserView } from '../user-body'

/** The namespaces a user's two metadata objects are kept in. */
export const userNamespaces = ['user', 'app'] as const

/** What the service would show of a user of the directory. */
export function userView(
  { user, updatedAt, metadata, identities }: Omit<UserSnapshot, 'version'>,
  defaultConnection: string,
): Auth0UserView {
  const { userId, connection, createdAt, passwordChangedAt } = user
  // The service tells of a password that was changed, not of a first one; this face keeps only the former.
  const isReset = passwordChangedAt !== null && (connection !== null || passwordChangedAt > createdAt)
  return {
    userId,
    connection: connection ?? defaultConnection,
    identities: identities.map((identity) => ({ ...identity, connection: identity.connection ?? defaultConnection })),
    email: user.email ?? undefined,
    emailVerified: user.email === null ? undefined : user.emailVerified,
    username: user.username ?? undefined,
    phoneNumber: user.phone ?? undefined,
    phoneVerified: user.phone === null ? undefined : user.phoneVerified,
    name: user.displayName ?? undefined,
    nickname: user.nickName ?? undefined,
    givenName: user.firstName ?? undefined,
    familyName: user.lastName ?? undefined,
    picture: user.avatarUrl ?? undefined,
    blocked: user.blocked ?? (user.state === 'locked' ? true : undefined),
    lastPasswordReset: isReset ? passwordChangedAt : undefined,
    createdAt,
    updatedAt,
    userMetadata: metadata.user && jsonMetadata(metadata.user),
    appMetadata: metadata.app && jsonMetadata(metadata.app),
  }
}

/** Metadata as JSON carries it: bytes, which only others than this face write, become base64. */
export function jsonMetadata(values: Readonly<Record<string, MetadataValue>>): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, jsonOf(value)]))
}

function jsonOf(value: MetadataValue): JsonValue {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}
