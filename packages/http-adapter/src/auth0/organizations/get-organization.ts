import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { readAnswer } from '../preconditions'
import { organizationFor } from './organization-body'
import { readOrganization } from './read-organization'

/** GET /organizations/{id}. */
export async function getOrganization(call: Call): Promise<ExchangeResponse> {
  const found = await readOrganization(call.directory, call.params.id!)
  return readAnswer(call, { version: found.version, body: organizationFor(call.caller, found, 'read') })
}
