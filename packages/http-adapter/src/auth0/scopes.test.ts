import { describe, expect, it } from 'vitest'
import {
  requireClientMembers,
  requireRouteScope,
  requireUserMemberScopes,
  routeScopes,
  seesClientMember,
} from './scopes'

const caller = (scope: string, subject?: string) => ({ scopes: new Set(scope.split(' ')), subject })
const refused = (message: string) => expect.objectContaining({ statusCode: 403, message })

describe('route scopes', () => {
  it('name at least one scope for every route', () => {
    for (const scopes of Object.values(routeScopes)) expect(scopes.length).toBeGreaterThan(0)
  })

  it('open a route by any one of them', () => {
    expect(() => requireRouteScope('GET /users', caller('a read:user_idp_tokens'))).not.toThrow()
  })

  it('V118: name what would have been enough', () => {
    expect(() => requireRouteScope('GET /users', caller('read:clients'))).toThrow(
      expect.objectContaining({
        statusCode: 403,
        errorCode: 'insufficient_scope',
        message: 'Insufficient scope, expected any of: read:users,read:user_idp_tokens',
      }),
    )
  })

  it('for oneself count for oneself only', () => {
    const ada = caller('read:current_user', 'auth0|ada')
    const mismatch = refused('User to be acted on does not match subject in bearer token.')

    expect(() => requireRouteScope('GET /users/{id}', ada, 'auth0|ada')).not.toThrow()
    expect(() => requireRouteScope('GET /users/{id}', ada, 'auth0|bob')).toThrow(mismatch)
    expect(() => requireRouteScope('GET /users/{id}', caller('read:current_user'), 'auth0|bob')).toThrow(mismatch)
    expect(() => requireRouteScope('GET /users/{id}', caller('read:current_user'))).toThrow(mismatch)
    expect(() =>
      requireRouteScope('GET /users/{id}', caller('read:users read:current_user', 'auth0|ada'), 'auth0|bob'),
    ).not.toThrow()
  })
})

describe('scopes of user members', () => {
  it('cover everything by update:users', () => {
    expect(() => requireUserMemberScopes(caller('update:users'), 'auth0|bob', ['blocked', 'email'])).not.toThrow()
  })

  it('cover app_metadata alone by update:users_app_metadata', () => {
    const machine = caller('update:users_app_metadata')

    expect(() => requireUserMemberScopes(machine, 'auth0|bob', ['app_metadata'])).not.toThrow()
    expect(() => requireUserMemberScopes(machine, 'auth0|bob', ['app_metadata', 'blocked'])).toThrow(
      refused('Insufficient scope, expected any of: update:users'),
    )
    expect(() => requireUserMemberScopes(machine, 'auth0|bob', ['user_metadata'])).toThrow(
      refused('Insufficient scope, expected any of: update:users,update:current_user_metadata'),
    )
  })

  it('cover only their own user_metadata for users', () => {
    const ada = caller('update:current_user_metadata', 'auth0|ada')

    expect(() => requireUserMemberScopes(ada, 'auth0|ada', ['user_metadata'])).not.toThrow()
    expect(() => requireUserMemberScopes(ada, 'auth0|ada', ['app_metadata'])).toThrow(
      refused('Insufficient scope, expected any of: update:users,update:users_app_metadata'),
    )
    expect(() => requireUserMemberScopes(ada, 'auth0|bob', ['user_metadata'])).toThrow(
      refused('User to be acted on does not match subject in bearer token.'),
    )
  })
})

describe('scopes of client members', () => {
  it('show the summary to every reader, secrets only to those who may read keys', () => {
    expect(seesClientMember(caller('read:client_summary'), 'name')).toBe(true)
    expect(seesClientMember(caller('read:client_summary'), 'client_metadata')).toBe(false)
    expect(seesClientMember(caller('read:clients'), 'client_metadata')).toBe(true)
    expect(seesClientMember(caller('read:clients'), 'client_secret')).toBe(false)
    expect(seesClientMember(caller('read:client_keys'), 'client_secret')).toBe(true)
  })

  it('refuse a member asked for by name', () => {
    expect(() => requireClientMembers(caller('read:clients'), ['name', 'client_secret'])).toThrow(
      refused('Insufficient scope, expected any of: read:client_keys,read:client_credentials'),
    )
  })
})
