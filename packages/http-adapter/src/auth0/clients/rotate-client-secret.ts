import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { inexistentClient } from '../error-catalogue'
import { newClientSecret } from '../new-id'
import { writeAnswer } from '../preconditions'
import { toClientId } from './client-id'
import { showClient } from './show-client'

/** POST /clients/{id}/rotate-secret: a new secret, shown here and kept nowhere, so that nothing of the client changes. */
export async function rotateClientSecret(call: Call): Promise<ExchangeResponse> {
  const { directory, params, settings } = call
  const [client] = await directory.clients.findSnapshots([toClientId(params.id!)])
  if (client === undefined) throw inexistentClient()
  const body = {
    ...showClient(client, { ...call, caller: undefined }),
    client_secret: newClientSecret(settings.randomBytes),
  }
  return writeAnswer(200, { version: client.version, body })
}
