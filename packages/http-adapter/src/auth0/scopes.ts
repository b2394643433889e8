import { insufficientScope, subjectMismatch } from './error-catalogue'

/** Scopes of each route below /api/v2; any one of them opens it. */
export const routeScopes = {
  'GET /users': ['read:users', 'read:user_idp_tokens'],
  'POST /users': ['create:users'],
  'GET /users/{id}': ['read:users', 'read:current_user', 'read:user_idp_tokens'],
  'PATCH /users/{id}': ['update:users', 'update:users_app_metadata', 'update:current_user_metadata'],
  'DELETE /users/{id}': ['delete:users', 'delete:current_user'],
  'GET /users-by-email': ['read:users'],
  'GET /users/{id}/roles': ['read:users', 'read:roles', 'read:role_members'],
  'POST /users/{id}/roles': ['update:users', 'create:role_members'],
  'DELETE /users/{id}/roles': ['update:users', 'delete:role_members'],
  'GET /users/{id}/permissions': ['read:users'],
  'POST /users/{id}/permissions': ['update:users'],
  'DELETE /users/{id}/permissions': ['update:users'],
  'GET /users/{id}/organizations': ['read:organizations'],
  'GET /users/{id}/logs': ['read:logs', 'read:logs_users'],
  'POST /users/{id}/identities': ['update:users', 'update:current_user_identities'],
  'DELETE /users/{id}/identities/{provider}/{user_id}': ['update:users', 'update:current_user_identities'],
  'GET /clients': ['read:clients', 'read:client_keys', 'read:client_credentials', 'read:client_summary'],
  'POST /clients': ['create:clients'],
  'GET /clients/{id}': ['read:clients', 'read:client_keys', 'read:client_credentials', 'read:client_summary'],
  'PATCH /clients/{id}': [
    'update:clients',
    'update:client_keys',
    'update:client_credentials',
    'update:client_token_vault_privileged_access',
  ],
  'DELETE /clients/{id}': ['delete:clients'],
  'POST /clients/{id}/rotate-secret': ['update:client_keys'],
  'GET /organizations': ['read:organizations', 'read:organizations_summary'],
  'POST /organizations': ['create:organizations'],
  'GET /organizations/{id}': ['read:organizations', 'read:organizations_summary'],
  'GET /organizations/name/{name}': ['read:organizations'],
  'PATCH /organizations/{id}': ['update:organizations'],
  'DELETE /organizations/{id}': ['delete:organizations'],
  'GET /organizations/{id}/members': ['read:organization_members'],
  'POST /organizations/{id}/members': ['create:organization_members'],
  'DELETE /organizations/{id}/members': ['delete:organization_members'],
  'GET /organizations/{id}/members/{user_id}/roles': ['read:organization_member_roles'],
  'POST /organizations/{id}/members/{user_id}/roles': ['create:organization_member_roles'],
  'DELETE /organizations/{id}/members/{user_id}/roles': ['delete:organization_member_roles'],
  'GET /roles': ['read:roles'],
  'POST /roles': ['create:roles'],
  'GET /roles/{id}': ['read:roles'],
  'PATCH /roles/{id}': ['update:roles'],
  'DELETE /roles/{id}': ['delete:roles'],
  'GET /roles/{id}/users': ['read:users', 'read:roles', 'read:role_members'],
  'POST /roles/{id}/users': ['update:roles', 'create:role_members'],
  'GET /roles/{id}/permissions': ['read:roles'],
  'POST /roles/{id}/permissions': ['update:roles'],
  'DELETE /roles/{id}/permissions': ['update:roles'],
  'GET /logs': ['read:logs', 'read:logs_users'],
  'GET /logs/{id}': ['read:logs', 'read:logs_users'],
  'POST /jobs/users-imports': ['create:users'],
  'POST /jobs/users-exports': ['read:users'],
  'GET /jobs/{id}': ['create:users', 'read:users'],
  'GET /jobs/{id}/errors': ['create:users', 'read:users'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** Routes whose refusal says "all of", although any one of their scopes opens them. */
const saysAllOf: ReadonlySet<string> = new Set<keyof typeof routeScopes>([
  'GET /roles/{id}/users',
  'GET /users/{id}/roles',
])

/** A route that asks for scopes. */
export type ScopedRoute = keyof typeof routeScopes

/** Who calls, as far as scopes go. */
export interface ScopedCaller {
  readonly scopes: ReadonlySet<string>
  /** Wire id of the user the token speaks for; absent for machines. */
  readonly subject?: string | undefined
}

/**
 * Lets a caller through a route. A `current_user` scope counts only for the caller's own id.
 *
 * @param userId - Wire id in the path, where the route has one.
 * @throws {@link Auth0Error} 403: none of the scopes, or only one for oneself on somebody else.
 */
export function requireRouteScope(route: ScopedRoute, caller: ScopedCaller, userId?: string): void {
  const granted = routeScopes[route].filter((scope) => caller.scopes.has(scope))
  if (granted.length === 0) throw insufficientScope(routeScopes[route], saysAllOf.has(route) ? 'all' : 'any')
  if (granted.every(isForOneself) && !isOneself(caller, userId)) throw subjectMismatch()
}

/**
 * Lets a caller write these members of a user: `update:users` any, `update:users_app_metadata` only `app_metadata`,
 * `update:current_user_metadata` only one's own `user_metadata`. To be asked after {@link requireRouteScope}.
 *
 * @param names - Root members of the body.
 * @throws {@link Auth0Error} 403 naming the scopes that would have covered the first member out of reach.
 */
export function requireUserMemberScopes(caller: ScopedCaller, userId: string, names: readonly string[]): void {
  if (caller.scopes.has('update:users')) return
  for (const name of names) {
    const scope = memberScopes.get(name)
    if (scope === undefined) throw insufficientScope(['update:users'])
    if (!caller.scopes.has(scope)) throw insufficientScope(['update:users', scope])
    if (isForOneself(scope) && !isOneself(caller, userId)) throw subjectMismatch()
  }
}

const memberScopes: ReadonlyMap<string, string> = new Map([
  ['app_metadata', 'update:users_app_metadata'],
  ['user_metadata', 'update:current_user_metadata'],
])

const summaryMembers: ReadonlySet<string> = new Set(['client_id', 'app_type', 'name', 'description', 'tenant'])
const secretMembers: ReadonlySet<string> = new Set(['client_secret', 'signing_keys', 'encryption_key'])

/** Scopes of which one is needed to see a member of a client; `undefined`: whoever may read the client sees it. */
export function clientMemberScopes(name: string): readonly string[] | undefined {
  if (summaryMembers.has(name)) return undefined
  if (name === 'client_authentication_methods') return ['read:client_credentials', 'read:client_keys', 'read:clients']
  return secretMembers.has(name)
    ? ['read:client_keys', 'read:client_credentials']
    : ['read:clients', 'read:client_keys']
}

/** Tells whether a caller sees a member of a client. */
export function seesClientMember(caller: ScopedCaller, name: string): boolean {
  return clientMemberScopes(name)?.some((scope) => caller.scopes.has(scope)) ?? true
}

/**
 * Refuses a query that asks by name for a member of a client out of the caller's reach.
 *
 * @throws {@link Auth0Error} 403.
 */
export function requireClientMembers(caller: ScopedCaller, names: readonly string[]): void {
  for (const name of names) {
    if (!seesClientMember(caller, name)) throw insufficientScope(clientMemberScopes(name) ?? [])
  }
}

function isForOneself(scope: string): boolean {
  return scope.includes(':current_user')
}

function isOneself(caller: ScopedCaller, userId: string | undefined): boolean {
  return caller.subject !== undefined && caller.subject === userId
}
