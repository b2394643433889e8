import * as v from 'valibot'
import { jsonObject } from './json-members'
import {
  organizationBranding,
  organizationDisplayName,
  organizationMetadata,
  organizationName,
} from './organization-members'

/** Body of POST /organizations. */
export const CreateOrganizationBody = v.strictObject({
  name: organizationName,
  display_name: v.optional(organizationDisplayName),
  branding: v.optional(organizationBranding),
  metadata: v.optional(organizationMetadata),
  enabled_connections: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          connection_id: v.string(),
          assign_membership_on_login: v.optional(v.boolean()),
          show_as_button: v.optional(v.boolean()),
          is_signup_enabled: v.optional(v.boolean()),
        }),
      ),
      v.maxLength(10),
      v.description('Connections the organization may use'),
    ),
  ),
  token_quota: v.optional(jsonObject),
  third_party_client_access: v.optional(v.picklist(['block', 'allow'])),
  is_app_entitlement_active: v.optional(v.boolean()),
})
export type CreateOrganizationBody = v.InferOutput<typeof CreateOrganizationBody>
