import { describe, expect, it } from 'vitest'
import { clientBody, createdClientBody } from './client-body'

const client = { clientId: 'c', clientSecret: 's', tenant: 'acme', name: 'M', settings: {} }

describe('a client body', () => {
  it('V78: carries the defaults of a new client and its metadata', () => {
    expect(createdClientBody({ ...client, clientMetadata: { bar: 'baz', foo: 'zoo' } })).toEqual({
      tenant: 'acme',
      global: false,
      is_token_endpoint_ip_header_trusted: false,
      name: 'M',
      is_first_party: true,
      oidc_conformant: false,
      sso_disabled: false,
      cross_origin_authentication: false,
      refresh_token: {
        rotation_type: 'non-rotating',
        expiration_type: 'non-expiring',
        leeway: 0,
        token_lifetime: 2592000,
        idle_token_lifetime: 1296000,
        infinite_token_lifetime: true,
        infinite_idle_token_lifetime: true,
      },
      client_id: 'c',
      client_secret: 's',
      callback_url_template: false,
      jwt_configuration: { lifetime_in_seconds: 36000, secret_encoded: false },
      grant_types: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
      custom_login_page_on: true,
      client_metadata: { bar: 'baz', foo: 'zoo' },
      encrypted: true,
    })
  })

  it('V81: shows empty metadata, and none when never set', () => {
    expect(clientBody({ ...client, clientMetadata: {} })).toHaveProperty('client_metadata', {})
    expect(clientBody(client)).not.toHaveProperty('client_metadata')
  })

  it('lets settings win over defaults, but not over what the client is', () => {
    const body = clientBody({
      ...client,
      settings: { is_first_party: false, description: 'd', refresh_token: null, client_id: 'x', tenant: 'y' },
    })

    expect(body).toMatchObject({ is_first_party: false, description: 'd', refresh_token: null })
    expect(body).toMatchObject({ client_id: 'c', tenant: 'acme' })
  })

  it('fills in only secret_encoded beside a token configuration that was sent', () => {
    expect(clientBody({ ...client, settings: { jwt_configuration: { alg: 'RS256' } } }).jwt_configuration).toEqual({
      secret_encoded: false,
      alg: 'RS256',
    })
  })

  it('leaves a secret out that is not to be seen', () => {
    expect(clientBody({ ...client, clientSecret: undefined })).not.toHaveProperty('client_secret')
  })
})
