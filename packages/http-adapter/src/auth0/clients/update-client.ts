import type { JsonObject } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { inexistentClient } from '../error-catalogue'
import { jsonAnswer } from '../json-answer'
import { changeClientMetadata } from '../metadata-rules'
import { maxClientMetadataPairs } from '../schemas/client-members'
import type { UpdateClientBody } from '../schemas/update-client'
import { toClientId } from './client-id'
import { showClient } from './show-client'

/** PATCH /clients/{id}: answers the whole client. A secret is accepted and forgotten. */
export async function updateClient(call: Call<unknown, UpdateClientBody>): Promise<ExchangeResponse> {
  const { body, directory, params } = call
  const { name, client_metadata, client_secret: _, ...settings } = body
  const clientId = toClientId(params.id!)
  await directory.clients.update(clientId, {
    ...(name !== undefined && { name }),
    settings: settings as JsonObject,
    ...(client_metadata !== undefined && { metadata: { client: changeClientMetadata(client_metadata) } }),
    maxEntries: maxClientMetadataPairs,
  })
  const [updated] = await directory.clients.findSnapshots([clientId])
  if (updated === undefined) throw inexistentClient()
  return jsonAnswer(200, showClient(updated, { ...call, caller: undefined }))
}
