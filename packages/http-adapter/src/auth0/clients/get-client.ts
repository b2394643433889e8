import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { inexistentClient } from '../error-catalogue'
import { readAnswer } from '../preconditions'
import type { GetClientQuery } from '../schemas/get-client'
import { toClientId } from './client-id'
import { requireFields, showClient } from './show-client'

/** GET /clients/{id}. */
export async function getClient(call: Call<GetClientQuery>): Promise<ExchangeResponse> {
  const { directory, params, query } = call
  requireFields(call, query)
  const [client] = await directory.clients.findSnapshots([toClientId(params.id!)])
  if (client === undefined) throw inexistentClient()
  return readAnswer(call, { version: client.version, body: showClient(client, call, query) })
}
