import * as v from 'valibot'
import { jsonObject } from './json-members'
import {
  organizationBranding,
  organizationDisplayName,
  organizationMetadata,
  organizationName,
} from './organization-members'

/** Body of PATCH /organizations/{id}: closed; an empty one changes nothing. */
export const UpdateOrganizationBody = v.strictObject({
  display_name: v.optional(organizationDisplayName),
  name: v.optional(organizationName),
  branding: v.optional(organizationBranding),
  metadata: v.optional(organizationMetadata),
  token_quota: v.optional(v.nullable(jsonObject)),
  third_party_client_access: v.optional(v.picklist(['block', 'allow'])),
  is_app_entitlement_active: v.optional(v.boolean()),
})
export type UpdateOrganizationBody = v.InferOutput<typeof UpdateOrganizationBody>
