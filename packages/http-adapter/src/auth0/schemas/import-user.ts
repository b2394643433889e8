import * as v from 'valibot'
import {
  appMetadata,
  blocked,
  email,
  emailVerified,
  familyName,
  fullName,
  givenName,
  nickname,
  phoneNumber,
  phoneVerified,
  picture,
  userMetadata,
  username,
} from './user-members'

/** Taken along in files, and kept by no directory that lets nobody in. */
const secrets = {
  password_hash: v.optional(v.unknown()),
  custom_password_hash: v.optional(v.unknown()),
  mfa_factors: v.optional(v.unknown()),
}

/** Members that are kept nowhere, and shown to nobody. */
export const secretMembers: readonly string[] = ['password', ...Object.keys(secrets)]

/** Members that only logins move, and those that every write moves. */
export const movedMembers: readonly string[] = [
  'updated_at',
  'last_password_reset',
  'last_login',
  'last_ip',
  'logins_count',
  'multifactor',
  'multifactor_last_modified',
  'blocked_for',
  'guardian_authenticators',
]

const members = {
  email_verified: v.optional(emailVerified),
  user_id: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(255), v.regex(/^\S*$/))),
  username: v.optional(username),
  given_name: v.optional(givenName),
  family_name: v.optional(familyName),
  name: v.optional(fullName),
  nickname: v.optional(nickname),
  picture: v.optional(picture),
  phone_number: v.optional(phoneNumber),
  phone_verified: v.optional(phoneVerified),
  blocked: v.optional(blocked),
  user_metadata: v.optional(userMetadata),
  app_metadata: v.optional(appMetadata),
  ...secrets,
}

/** A user of an import file, as the service takes it. */
export const ImportedUser = v.strictObject({ email, ...members })

const instant = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/),
  v.description('ISO 8601'),
)

/** The same, or a user as the service shows and exports it. */
export const TransferredUser = v.strictObject({
  email: v.optional(email),
  ...members,
  created_at: v.optional(instant),
  identities: v.optional(
    v.pipe(v.array(v.looseObject({ connection: v.string(), provider: v.string() })), v.minLength(1)),
  ),
  ...Object.fromEntries([...movedMembers, 'password'].map((name) => [name, v.optional(v.unknown())])),
})
export interface TransferredUser extends Omit<v.InferOutput<typeof ImportedUser>, 'email'> {
  readonly email?: string
  readonly created_at?: string
  readonly identities?: readonly { readonly connection: string; readonly provider: string }[]
}
