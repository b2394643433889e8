import type { JsonObject } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { insufficientScope } from '../error-catalogue'
import { createOrganizationMetadata } from '../metadata-rules'
import { newOrganizationId } from '../new-id'
import { writeAnswer } from '../preconditions'
import type { CreateOrganizationBody } from '../schemas/create-organization'
import { organizationBody } from './organization-body'
import { readOrganization } from './read-organization'

const connectionScope = 'create:organization_connections'

/** POST /organizations. Its creator becomes no member of it. */
export async function createOrganization(call: Call<unknown, CreateOrganizationBody>): Promise<ExchangeResponse> {
  const { body, caller, directory } = call
  const { name, display_name, metadata, ...settings } = body
  const enables = body.enabled_connections !== undefined && body.enabled_connections.length > 0
  if (enables && caller?.scopes.has(connectionScope) === false) throw insufficientScope([connectionScope])

  const { orgId } = await directory.orgs.create({
    orgId: newOrganizationId(call.settings.randomBytes),
    name,
    ...(display_name !== undefined && { displayName: display_name }),
    settings: settings as JsonObject,
    ...(metadata !== undefined && { metadata: { org: createOrganizationMetadata(metadata) } }),
    admins: [],
  })
  const created = await readOrganization(directory, orgId)
  return writeAnswer(201, { version: created.version, body: organizationBody(created, 'created') })
}
