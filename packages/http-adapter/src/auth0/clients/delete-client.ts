import { isDirectoryError } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { emptyAnswer } from '../json-answer'
import { toClientId } from './client-id'

/** DELETE /clients/{id}: 204 also for a client that is not there. */
export async function deleteClient({ directory, params }: Call): Promise<ExchangeResponse> {
  try {
    await directory.clients.delete(toClientId(params.id!))
  } catch (error) {
    if (!isDirectoryError(error) || error.code !== 'not_found') throw error
  }
  return emptyAnswer()
}
