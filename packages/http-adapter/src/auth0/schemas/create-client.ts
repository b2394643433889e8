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

/** Body of POST /clients. */
export const CreateClientBody = v.strictObject({
  name: clientName,
  ...clientMembers,
  token_endpoint_auth_method: v.optional(tokenEndpointAuthMethod),
  cross_origin_loc: v.optional(v.string()),
  native_social_login: v.optional(jsonObject),
  fedcm_login: v.optional(jsonObject),
  organization_usage: v.optional(organizationUsage),
  organization_require_behavior: v.optional(organizationRequireBehavior),
  organization_discovery_methods: v.optional(organizationDiscoveryMethods),
  client_authentication_methods: v.optional(jsonObject),
  skip_non_verifiable_callback_uri_confirmation_prompt: v.optional(v.boolean()),
  token_exchange: v.optional(jsonObject),
  token_quota: v.optional(jsonObject),
  resource_server_identifier: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(600))),
  identity_assertion_authorization_grant: v.optional(jsonObject),
  anonymous_sessions: v.optional(jsonObject),
  express_configuration: v.optional(jsonObject),
  my_organization_configuration: v.optional(jsonObject),
  async_approval_notification_channels: v.optional(strings),
})
export type CreateClientBody = v.InferOutput<typeof CreateClientBody>
