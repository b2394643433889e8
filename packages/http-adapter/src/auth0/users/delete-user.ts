import { isDirectoryError } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { emptyAnswer } from '../json-answer'
import { requireUnconditional, writeConditions } from '../preconditions'
import { toCoreUserId } from '../user-id'
import { isHuman } from './read-users'

/** DELETE /users/{id}: 204 also for a user that is not there. */
export async function deleteUser(call: Call): Promise<ExchangeResponse> {
  const { directory, params } = call
  const userId = toCoreUserId(params.id!)
  const conditions = writeConditions(call)
  try {
    if (await isHuman(directory, userId)) await directory.users.delete(userId, conditions)
    else requireUnconditional(call)
  } catch (error) {
    if (!isDirectoryError(error) || error.code !== 'not_found') throw error
    requireUnconditional(call)
  }
  return emptyAnswer()
}
