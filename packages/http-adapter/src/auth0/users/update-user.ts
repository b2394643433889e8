import type { UpdateUserInput } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { connectionOfUserMissing, inexistentUser, operationNotSupported } from '../error-catalogue'
import { changeUserMetadata } from '../metadata-rules'
import { writeAnswer, writeConditions } from '../preconditions'
import { refuseSimultaneousChanges, type UpdateUserBody } from '../schemas/update-user'
import { requireUserMemberScopes } from '../scopes'
import { splitUserId, toCoreUserId } from '../user-id'
import { readUser } from './read-users'

/** Databases and passwordless connections; what others say of a user is theirs to change. */
const ownProviders: ReadonlySet<string> = new Set(['auth0', 'email', 'sms'])

/** PATCH /users/{id}: answers the whole user. */
export async function updateUser(call: Call<unknown, UpdateUserBody>): Promise<ExchangeResponse> {
  const { body, caller, directory, settings } = call
  const wireId = call.params.id!
  const userId = toCoreUserId(wireId)
  if (caller !== undefined) requireUserMemberScopes(caller, wireId, Object.keys(body))
  refuseSimultaneousChanges(body)
  const { user_metadata, app_metadata } = body
  const metadata = {
    ...(user_metadata !== undefined && { user: changeUserMetadata('user_metadata', user_metadata) }),
    ...(app_metadata !== undefined && { app: changeUserMetadata('app_metadata', app_metadata) }),
  }

  const conditions = writeConditions(call)

  const user = await directory.users.getOrUndefined(userId)
  if (user?.type !== 'human') throw inexistentUser()
  if (body.email !== undefined && !ownProviders.has(splitUserId(wireId).provider)) {
    throw operationNotSupported('Cannot update email for non-database user.')
  }
  if (body.connection !== undefined && body.connection !== (user.connection ?? settings.defaultConnection)) {
    throw connectionOfUserMissing()
  }

  const change: UpdateUserInput = {
    email: body.email?.toLowerCase() ?? body.email,
    emailVerified: body.email_verified,
    emailCode: body.verify_email === false ? 'none' : 'send',
    phone: body.phone_number,
    phoneVerified: body.phone_verified,
    phoneCode: body.verify_phone_number === false ? 'none' : 'send',
    username: body.username,
    displayName: body.name,
    nickName: body.nickname,
    firstName: body.given_name,
    lastName: body.family_name,
    avatarUrl: body.picture,
    blocked: body.blocked,
    passwordChanged: typeof body.password === 'string',
    metadata,
  }
  await directory.users.update(userId, change, conditions)
  return writeAnswer(200, await readUser(call, userId))
}
