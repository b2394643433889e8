import { isDirectoryError } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { emptyAnswer } from '../json-answer'
import { toCoreUserId } from '../user-id'
import { isHuman } from './read-users'

/** DELETE /users/{id}: 204 also for a user that is not there. */
export async function deleteUser({ directory, params }: Call): Promise<ExchangeResponse> {
  const userId = toCoreUserId(params.id!)
  if (!(await isHuman(directory, userId))) return emptyAnswer()
  try {
    await directory.users.delete(userId)
  } catch (error) {
    if (!isDirectoryError(error) || error.code !== 'not_found') throw error
  }
  return emptyAnswer()
}
