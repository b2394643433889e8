import { isDirectoryError } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { emptyAnswer } from '../json-answer'
import { requireUnconditional, writeConditions } from '../preconditions'
import { toClientId } from './client-id'

/** DELETE /clients/{id}: 204 also for a client that is not there. */
export async function deleteClient(call: Call): Promise<ExchangeResponse> {
  const { directory, params } = call
  try {
    await directory.clients.delete(toClientId(params.id!), writeConditions(call))
  } catch (error) {
    if (!isDirectoryError(error) || error.code !== 'not_found') throw error
    requireUnconditional(call)
  }
  return emptyAnswer()
}
