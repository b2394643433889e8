import type { JsonObject } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { replaceOrganizationMetadata } from '../metadata-rules'
import { writeAnswer, writeConditions } from '../preconditions'
import type { UpdateOrganizationBody } from '../schemas/update-organization'
import { organizationBody } from './organization-body'
import { readOrganization } from './read-organization'
import { requireNotTenant } from './tenant'

/** PATCH /organizations/{id}: answers the whole organization. Metadata that is sent replaces what is there. */
export async function updateOrganization(call: Call<unknown, UpdateOrganizationBody>): Promise<ExchangeResponse> {
  const { body, directory, params } = call
  const { name, display_name, metadata, ...settings } = body
  const orgId = params.id!
  const conditions = writeConditions(call)
  await requireNotTenant(directory, orgId)
  const update = {
    ...(name !== undefined && { name }),
    ...(display_name !== undefined && { displayName: display_name }),
    settings: settings as JsonObject,
    ...(metadata !== undefined && { metadata: { org: replaceOrganizationMetadata(metadata) } }),
  }
  await directory.orgs.update(orgId, update, conditions)
  const updated = await readOrganization(directory, orgId)
  return writeAnswer(200, { version: updated.version, body: organizationBody(updated, 'changed') })
}
