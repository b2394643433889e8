import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { operationNotSupported } from '../error-catalogue'
import type { ListOrganizationsQuery } from '../schemas/list-organizations'
import { organizationFor } from './organization-body'
import { organizationPage } from './organization-page'
import { organizationsOnly } from './tenant'

/** GET /organizations: oldest first unless sorted otherwise, by page number or by cursor. */
export async function listOrganizations(call: Call<ListOrganizationsQuery>): Promise<ExchangeResponse> {
  const { directory, query, caller } = call
  if (query.include_client_association_for !== undefined) {
    throw operationNotSupported('Client associations of organizations are not supported')
  }
  const within = await organizationsOnly(directory)
  return organizationPage(directory, query, within, (found) => organizationFor(caller, found, 'read'))
}
