import type { JsonObject } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { createdClientBody } from '../client-body'
import { inexistentClient } from '../error-catalogue'
import { createClientMetadata } from '../metadata-rules'
import { newClientId, newClientSecret } from '../new-id'
import { writeAnswer } from '../preconditions'
import type { CreateClientBody } from '../schemas/create-client'
import { clientView } from './client-view'

/** POST /clients. The secret is shown here and kept nowhere: this directory lets no client in. */
export async function createClient(call: Call<unknown, CreateClientBody>): Promise<ExchangeResponse> {
  const { body, directory, settings } = call
  const { name, client_metadata, ...others } = body
  const { clientId } = await directory.clients.create({
    clientId: newClientId(settings.randomBytes),
    name,
    settings: Object.fromEntries(Object.entries(others as JsonObject).filter(([, value]) => value !== null)),
    ...(client_metadata !== undefined && { metadata: { client: createClientMetadata(client_metadata) } }),
  })
  const [created] = await directory.clients.findSnapshots([clientId])
  if (created === undefined) throw inexistentClient()
  const clientSecret = newClientSecret(settings.randomBytes)
  const shown = createdClientBody({ ...clientView(created, settings), clientSecret })
  return writeAnswer(201, { version: created.version, body: shown })
}
