import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { inexistentOrganization } from '../error-catalogue'
import { readAnswer } from '../preconditions'
import { organizationFor } from './organization-body'
import { readOrganization } from './read-organization'

/** GET /organizations/name/{name}: of exactly that name. */
export async function getOrganizationByName(call: Call): Promise<ExchangeResponse> {
  const { directory, params, caller } = call
  const { items } = await directory.orgs.list({
    filter: { op: 'equals', field: 'name', value: params.name! },
    limit: 1,
  })
  const [named] = items
  if (named === undefined) throw inexistentOrganization()
  const found = await readOrganization(directory, named.orgId)
  return readAnswer(call, { version: found.version, body: organizationFor(caller, found, 'read') })
}
