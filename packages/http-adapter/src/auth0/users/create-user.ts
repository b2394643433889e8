import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { invalidBody, missingProperty } from '../error-catalogue'
import { createUserMetadata } from '../metadata-rules'
import { newObjectId } from '../new-id'
import { writeAnswer } from '../preconditions'
import type { CreateUserBody } from '../schemas/create-user'
import { localPart } from '../user-body'
import { isWireUserId, toCoreUserId } from '../user-id'
import { validationSentence } from '../validation-messages'
import { readUser } from './read-users'

/** Connections whose users have no password; the connection names the provider of their ids. */
const passwordless: ReadonlySet<string> = new Set(['email', 'sms'])

/**
 * POST /users.
 *
 * Name and nickname are stored as the service defaults them, so that they can be searched for and stay what they are
 * when the e-mail changes. A password is accepted and forgotten.
 */
export async function createUser(call: Call<unknown, CreateUserBody>): Promise<ExchangeResponse> {
  const { body, directory, settings } = call
  const { connection = settings.defaultConnection, user_metadata, app_metadata } = body
  const demanded = connection === 'sms' ? 'phone_number' : 'email'
  if (body[demanded] === undefined) throw missingProperty(demanded)

  const email = body.email?.toLowerCase()
  const rawId = body.user_id || newObjectId(settings.randomBytes)
  const wireId = `${passwordless.has(connection) ? connection : 'auth0'}|${rawId}`
  if (!isWireUserId(wireId)) throw unusableId(rawId)
  const known = email ?? body.phone_number ?? rawId

  const { userId } = await directory.users.createHuman({
    userId: toCoreUserId(wireId),
    userName: wireId,
    connection,
    email,
    emailVerified: body.email_verified,
    emailCode: body.verify_email === false ? 'none' : 'send',
    phone: body.phone_number,
    phoneVerified: body.phone_verified,
    username: body.username,
    displayName: body.name ?? known,
    nickName: body.nickname ?? localPart(known),
    firstName: body.given_name,
    lastName: body.family_name,
    avatarUrl: body.picture,
    blocked: body.blocked,
    metadata: {
      ...(user_metadata !== undefined && { user: createUserMetadata('user_metadata', user_metadata) }),
      ...(app_metadata !== undefined && { app: createUserMetadata('app_metadata', app_metadata) }),
    },
  })
  return writeAnswer(201, await readUser(call, userId))
}

function unusableId(id: string) {
  const text = `Object didn't pass validation for format user-id: ${id}`
  return invalidBody(validationSentence('payload', text, { path: ['user_id'] }))
}
