import * as v from 'valibot'
import {
  clientMembers,
  clientName,
  organizationDiscoveryMethods,
  organizationRequireBehavior,
  organizationUsage,
  tokenEndpointAuthMethod,
} from './client-members'
import { jsonObject, strings } from './json-members'

/** Body of PATCH /clients/{id}: closed, never empty; `null` unsets what may be unset. */
export const UpdateClientBody = v.pipe(
  v.strictObject({
    name: v.optional(clientName),
    client_secret: v.optional(v.pipe(v.string(), v.minLength(1))),
    ...clientMembers,
    token_endpoint_auth_method: v.optional(v.nullable(tokenEndpointAuthMethod)),
    cross_origin_loc: v.optional(v.nullable(v.string())),
    native_social_login: v.optional(v.nullable(jsonObject)),
    fedcm_login: v.optional(v.nullable(jsonObject)),
    organization_usage: v.optional(v.nullable(organizationUsage)),
    organization_require_behavior: v.optional(v.nullable(organizationRequireBehavior)),
    organization_discovery_methods: v.optional(v.nullable(organizationDiscoveryMethods)),
    client_authentication_methods: v.optional(v.nullable(jsonObject)),
    skip_non_verifiable_callback_uri_confirmation_prompt: v.optional(v.nullable(v.boolean())),
    token_exchange: v.optional(v.nullable(jsonObject)),
    token_quota: v.optional(v.nullable(jsonObject)),
    identity_assertion_authorization_grant: v.optional(v.nullable(jsonObject)),
    anonymous_sessions: v.optional(v.nullable(jsonObject)),
    express_configuration: v.optional(v.nullable(jsonObject)),
    my_organization_configuration: v.optional(v.nullable(jsonObject)),
    async_approval_notification_channels: v.optional(v.nullable(strings)),
  }),
  v.minEntries(1),
)
export type UpdateClientBody = v.InferOutput<typeof UpdateClientBody>
