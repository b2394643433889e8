import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import {
  connectionOfUserMissing,
  inexistentUser,
  insufficientScope,
  missingProperty,
  operationNotSupported,
} from '../error-catalogue'
import { writeAnswer, writeConditions } from '../preconditions'
import type { LinkIdentityBody } from '../schemas/link-identity'
import { toCoreUserId } from '../user-id'
import { showIdentities } from './show-identities'

/**
 * POST /users/{id}/identities.
 *
 * `link_with` is refused: it holds an ID token of the other user, made out to an application, and what the host vouches
 * for are tokens made out to this API. Without it, a token for oneself proves nothing of the other user.
 */
export async function linkIdentity(call: Call<unknown, LinkIdentityBody>): Promise<ExchangeResponse> {
  const { body, caller, directory, params } = call
  if (body.link_with !== undefined) {
    throw operationNotSupported('link_with is not supported: send provider and user_id with the scope update:users')
  }
  if (body.user_id === undefined) throw missingProperty('user_id')
  if (body.provider === undefined) throw missingProperty('provider')
  if (caller !== undefined && !caller.scopes.has('update:users')) throw insufficientScope(['update:users'])

  const userId = toCoreUserId(params.id!)
  const prefix = `${body.provider}|`
  const identityId = toCoreUserId(body.user_id.startsWith(prefix) ? body.user_id : prefix + body.user_id)
  if (body.connection_id !== undefined) await requireConnection(call, identityId, body.connection_id)
  await directory.users.linkIdentity(userId, identityId, writeConditions(call))
  return writeAnswer(201, await showIdentities(call, userId))
}

/** @throws {@link Auth0Error} 400 for an unknown connection, 404 for a user of another one. */
async function requireConnection({ directory, settings }: Call, userId: string, connectionId: string): Promise<void> {
  const connection = settings.jobs.connections.get(connectionId)
  if (connection === undefined) throw connectionOfUserMissing()
  const user = await directory.users.getOrUndefined(userId)
  if (user !== undefined && (user.connection ?? settings.defaultConnection) !== connection) throw inexistentUser()
}
