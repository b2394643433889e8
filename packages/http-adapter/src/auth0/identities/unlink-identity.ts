import { isDirectoryError, type NotFoundError } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { writeAnswer, writeConditions } from '../preconditions'
import { toCoreUserId } from '../user-id'
import { showIdentities } from './show-identities'

/**
 * DELETE /users/{id}/identities/{provider}/{user_id}: answers what is left. What is not linked is no error, as the service
 * answers for an id that repeats its provider.
 */
export async function unlinkIdentity(call: Call): Promise<ExchangeResponse> {
  const { directory, params } = call
  const userId = toCoreUserId(params.id!)
  const identityId = toCoreUserId(`${params.provider!}|${params.user_id!}`)
  try {
    await directory.users.unlinkIdentity(userId, identityId, writeConditions(call))
  } catch (error) {
    if (!isUnlinked(error)) throw error
  }
  return writeAnswer(200, await showIdentities(call, userId))
}

const isUnlinked = (error: unknown): boolean =>
  isDirectoryError(error) && error.code === 'not_found' && (error as NotFoundError).subject === 'identity'
