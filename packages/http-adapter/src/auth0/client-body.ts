import type { JsonObject, JsonValue } from '@indwell/core'

/** What the service shows of a client. */
export interface Auth0ClientView {
  readonly clientId: string
  /** Absent: not shown to this caller. */
  readonly clientSecret?: string | undefined
  /** Name of the tenant, which the host chooses. */
  readonly tenant: string
  readonly name: string
  /** What was sent for the client besides name and metadata, by wire name; it wins over the defaults. */
  readonly settings: JsonObject
  /** Shown even when empty; absent: never set. */
  readonly clientMetadata?: JsonObject | undefined
}

const refreshToken: JsonObject = {
  expiration_type: 'non-expiring',
  leeway: 0,
  infinite_token_lifetime: true,
  infinite_idle_token_lifetime: true,
  token_lifetime: 2_592_000,
  idle_token_lifetime: 1_296_000,
  rotation_type: 'non-rotating',
}

/** Members a client always has and no settings may replace. */
const ownMembers: ReadonlySet<string> = new Set(['tenant', 'global', 'client_id', 'name', 'client_metadata'])

/** Puts a client into the service's shape, defaults filled in. Signing keys are left out: there are none. */
export function clientBody(client: Auth0ClientView): JsonObject {
  const members = new Map<string, JsonValue>([
    ['tenant', client.tenant],
    ['global', false],
    ['is_token_endpoint_ip_header_trusted', false],
    ['name', client.name],
    ['is_first_party', true],
    ['oidc_conformant', false],
    ['sso_disabled', false],
    ['cross_origin_authentication', false],
    ['refresh_token', refreshToken],
    ['client_id', client.clientId],
    ['callback_url_template', false],
    ['jwt_configuration', { lifetime_in_seconds: 36_000, secret_encoded: false }],
    ['grant_types', ['authorization_code', 'implicit', 'refresh_token', 'client_credentials']],
    ['custom_login_page_on', true],
  ])
  for (const [name, value] of Object.entries(client.settings)) {
    if (!ownMembers.has(name)) members.set(name, name === 'jwt_configuration' ? jwtConfiguration(value) : value)
  }
  if (client.clientSecret !== undefined) members.set('client_secret', client.clientSecret)
  if (client.clientMetadata !== undefined) members.set('client_metadata', client.clientMetadata)
  return Object.fromEntries(members)
}

/** Puts a client into the answer of its creation, which alone says `encrypted`. */
export function createdClientBody(client: Auth0ClientView): JsonObject {
  return { ...clientBody(client), encrypted: true }
}

// Recorded: what was sent replaces the default, only `secret_encoded` is filled in.
function jwtConfiguration(sent: JsonValue): JsonValue {
  return typeof sent === 'object' && sent !== null && !Array.isArray(sent) ? { secret_encoded: false, ...sent } : sent
}
