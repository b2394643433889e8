import * as v from 'valibot'
import { uriOrEmptyFormat } from './formats'
import { jsonObject, strings } from './json-members'

const text = v.string()
const flag = v.boolean()
const shortText = v.pipe(v.string(), v.maxLength(255))
const clientMetadataKey = v.pipe(v.string(), v.maxLength(255), v.regex(/^[A-Za-z0-9:,\-+=_*?"/\\()<>@\t ]*$/))

export const maxClientMetadataPairs = 10
export const clientMetadataDescription = 'Data about the client, up to 10 pairs'
export const clientMetadata = v.pipe(
  v.record(clientMetadataKey, v.nullable(shortText)),
  v.maxEntries(maxClientMetadataPairs),
  v.description(clientMetadataDescription),
)
export const clientName = v.pipe(v.string(), v.regex(/^[^<>]+$/), v.description('Name of the client'))

export const appTypes = [
  'native',
  'spa',
  'regular_web',
  'non_interactive',
  'resource_server',
  'express_configuration',
  'rms',
  'box',
  'cloudbees',
  'concur',
  'dropbox',
  'mscrm',
  'echosign',
  'egnyte',
  'newrelic',
  'office365',
  'salesforce',
  'sentry',
  'sharepoint',
  'slack',
  'springcm',
  'zendesk',
  'zoom',
  'sso_integration',
  'oag',
] as const

export const tokenEndpointAuthMethod = v.picklist(['none', 'client_secret_post', 'client_secret_basic'])
export const organizationUsage = v.picklist(['deny', 'allow', 'require'])
export const organizationRequireBehavior = v.picklist(['no_prompt', 'pre_login_prompt', 'post_login_prompt'])
export const organizationDiscoveryMethods = v.array(v.picklist(['email', 'organization_name']))
export const parRequestExpiry = v.pipe(v.number(), v.integer(), v.minValue(10), v.maxValue(600))

/** What creating and updating a client take alike. Objects without a rule of their own are kept as sent. */
export const clientMembers = {
  description: v.optional(v.pipe(text, v.maxLength(140), v.description('What the client is'))),
  logo_uri: v.optional(v.pipe(text, uriOrEmptyFormat, v.description("Where the client's logo is"))),
  callbacks: v.optional(strings),
  oidc_logout: v.optional(jsonObject),
  oidc_backchannel_logout: v.optional(jsonObject),
  session_transfer: v.optional(v.nullable(jsonObject)),
  allowed_origins: v.optional(strings),
  web_origins: v.optional(strings),
  client_aliases: v.optional(strings),
  allowed_clients: v.optional(strings),
  allowed_logout_urls: v.optional(strings),
  grant_types: v.optional(strings),
  is_token_endpoint_ip_header_trusted: v.optional(flag),
  app_type: v.optional(v.pipe(v.picklist(appTypes), v.description('Kind of client'))),
  is_first_party: v.optional(flag),
  oidc_conformant: v.optional(flag),
  jwt_configuration: v.optional(
    v.strictObject({
      lifetime_in_seconds: v.optional(v.pipe(v.number(), v.integer())),
      secret_encoded: v.optional(flag),
      scopes: v.optional(jsonObject),
      alg: v.optional(v.picklist(['HS256', 'RS256', 'RS512', 'PS256'])),
    }),
  ),
  encryption_key: v.optional(v.nullable(jsonObject)),
  sso: v.optional(flag),
  sso_disabled: v.optional(flag),
  cross_origin_authentication: v.optional(flag),
  // The older name, still sent by older SDKs.
  cross_origin_auth: v.optional(flag),
  custom_login_page_on: v.optional(flag),
  custom_login_page: v.optional(text),
  custom_login_page_preview: v.optional(text),
  form_template: v.optional(text),
  addons: v.optional(jsonObject),
  client_metadata: v.optional(clientMetadata),
  mobile: v.optional(jsonObject),
  initiate_login_uri: v.optional(v.pipe(text, uriOrEmptyFormat, v.description('Where a login starts'))),
  refresh_token: v.optional(v.nullable(jsonObject)),
  default_organization: v.optional(v.nullable(jsonObject)),
  require_pushed_authorization_requests: v.optional(flag),
  require_proof_of_possession: v.optional(flag),
  signed_request_object: v.optional(jsonObject),
  token_vault_privileged_access: v.optional(jsonObject),
  compliance_level: v.optional(
    v.nullable(
      v.picklist(['none', 'fapi1_adv_pkj_par', 'fapi1_adv_mtls_par', 'fapi2_sp_pkj_mtls', 'fapi2_sp_mtls_mtls']),
    ),
  ),
  par_request_expiry: v.optional(v.nullable(parRequestExpiry)),
  b2b_integration_configuration: v.optional(jsonObject),
  third_party_security_mode: v.optional(text),
  redirection_policy: v.optional(text),
}
