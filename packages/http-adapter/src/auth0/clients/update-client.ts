import type { JsonObject } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { inexistentClient } from '../error-catalogue'
import { changeClientMetadata } from '../metadata-rules'
import { writeAnswer, writeConditions } from '../preconditions'
import { maxClientMetadataPairs } from '../schemas/client-members'
import type { UpdateClientBody } from '../schemas/update-client'
import { toClientId } from './client-id'
import { showClient } from './show-client'

/** PATCH /clients/{id}: answers the whole client. A secret is accepted and forgotten. */
export async function updateClient(call: Call<unknown, UpdateClientBody>): Promise<ExchangeResponse> {
  const { body, directory, params } = call
  const { name, client_metadata, client_secret: _, ...settings } = body
  const clientId = toClientId(params.id!)
  const update = {
    ...(name !== undefined && { name }),
    settings: settings as JsonObject,
    ...(client_metadata !== undefined && { metadata: { client: changeClientMetadata(client_metadata) } }),
    maxEntries: maxClientMetadataPairs,
  }
  await directory.clients.update(clientId, update, writeConditions(call))
  const [updated] = await directory.clients.findSnapshots([clientId])
  if (updated === undefined) throw inexistentClient()
  return writeAnswer(200, { version: updated.version, body: showClient(updated, { ...call, caller: undefined }) })
}
