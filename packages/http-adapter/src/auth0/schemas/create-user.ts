import * as v from 'valibot'
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

const optionalMembers = {
  email: v.optional(email),
  phone_number: v.optional(phoneNumber),
  user_metadata: v.optional(userMetadata),
  blocked: v.optional(blocked),
  email_verified: v.optional(emailVerified),
  phone_verified: v.optional(phoneVerified),
  app_metadata: v.optional(appMetadata),
  given_name: v.optional(givenName),
  family_name: v.optional(familyName),
  name: v.optional(fullName),
  nickname: v.optional(nickname),
  picture: v.optional(picture),
  user_id: v.optional(
    v.pipe(v.string(), v.maxLength(255), v.regex(/^\S*$/), v.description('Id of the user, without provider')),
  ),
  password: v.optional(password),
  verify_email: v.optional(verifyEmail),
  username: v.optional(username),
}

/** Body of POST /users where a default connection fills in for a missing one. */
export const CreateUserBody = v.strictObject({ connection: v.optional(connection), ...optionalMembers })
export type CreateUserBody = v.InferOutput<typeof CreateUserBody>

/** Body of POST /users as the service demands it. */
export const StrictCreateUserBody = v.strictObject({ connection, ...optionalMembers })
export type StrictCreateUserBody = v.InferOutput<typeof StrictCreateUserBody>
