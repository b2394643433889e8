import * as v from 'valibot'
import { operationNotSupported } from '../error-catalogue'
import { requiredAny } from '../required-any'
import {
  appMetadata,
  blocked,
  connection,
  email,
  emailVerified,
  familyName,
  fullName,
  givenName,
  nickname,
  password,
  phoneNumber,
  phoneVerified,
  picture,
  userMetadata,
  username,
  verifyEmail,
} from './user-members'

const readOnlyHint =
  '(consider storing them in app_metadata or user_metadata. ' +
  'See "Users Metadata" in https://auth0.com/docs/api/v2/changes for more details)'

/** Body of PATCH /users/{id}: closed, never empty; `null` unsets what may be unset. */
export const UpdateUserBody = v.pipe(
  v.strictObject({
    blocked: v.optional(blocked),
    email_verified: v.optional(emailVerified),
    email: v.optional(v.nullable(email)),
    phone_number: v.optional(v.nullable(phoneNumber)),
    phone_verified: v.optional(phoneVerified),
    user_metadata: v.optional(userMetadata),
    app_metadata: v.optional(appMetadata),
    given_name: v.optional(v.nullable(givenName)),
    family_name: v.optional(v.nullable(familyName)),
    name: v.optional(v.nullable(fullName)),
    nickname: v.optional(v.nullable(nickname)),
    picture: v.optional(v.nullable(picture)),
    verify_email: v.optional(verifyEmail),
    verify_phone_number: v.optional(v.boolean()),
    verify_password: v.optional(v.boolean()),
    password: v.optional(v.nullable(password)),
    connection: v.optional(connection),
    client_id: v.optional(v.pipe(v.string(), v.minLength(1))),
    username: v.optional(v.nullable(username)),
  }),
  v.metadata({ additionalPropertiesHint: readOnlyHint }),
  requiredAny(
    'blocked',
    'email_verified',
    'email',
    'verify_email',
    'phone_number',
    'phone_verified',
    'verify_phone_number',
    'password',
    'verify_password',
    'user_metadata',
    'app_metadata',
    'username',
    'client_id',
    'given_name',
    'family_name',
    'name',
    'nickname',
    'picture',
  ),
)
export type UpdateUserBody = v.InferOutput<typeof UpdateUserBody>

const exclusivePairs = [
  ['password', 'email'],
  ['password', 'email_verified'],
  ['username', 'email'],
  ['username', 'email_verified'],
  ['username', 'password'],
] as const satisfies readonly (readonly [keyof UpdateUserBody, keyof UpdateUserBody])[]

/**
 * Refuses changes the service does not make in one call.
 *
 * @throws {@link Auth0Error} 400 `operation_not_supported`, without the final period of the documented text, as observed.
 */
export function refuseSimultaneousChanges(body: UpdateUserBody): void {
  for (const [one, other] of exclusivePairs) {
    if (body[one] !== undefined && body[other] !== undefined) {
      throw operationNotSupported(`Cannot update ${one} and ${other} simultaneously`)
    }
  }
}
