import { type ActingDirectory, type Directory, isDirectoryError, type UnauthenticatedError } from '@indwell/core'
import type { Authenticate, Caller } from '../authenticate'
import type { ExchangeRequest } from '../exchange'
import { invalidToken, missingAuthentication } from './error-catalogue'
import { requireRouteScope, routeScopes, type ScopedCaller, type ScopedRoute } from './scopes'
import { toWireUserId } from './user-id'

/**
 * Answers who sent a request.
 *
 * @throws {@link Auth0Error} 401 without credentials, or with some that do not count.
 */
export async function identifyCaller(authenticate: Authenticate, request: ExchangeRequest): Promise<Caller> {
  const caller = await authenticate(request)
  if (caller === undefined) throw request.headers.authorization === undefined ? missingAuthentication() : invalidToken()
  if ('flaw' in caller) throw invalidToken(caller.flaw)
  // A signature says who wrote the subject, not that it can be anybody's id.
  if (/[\p{Cc}\p{Cs}]/u.test(caller.userId)) throw invalidToken()
  return caller
}

/** A caller who may use a route, and the directory as it sees it. */
export interface Admission {
  readonly caller: ScopedCaller | undefined
  readonly directory: ActingDirectory
  /** @throws {@link Auth0Error} 401 when the token speaks for a user that may not call any more. */
  requireActive(): Promise<void>
}

/**
 * Lets a caller through a route. A token with scopes may do what they say; one without may do what its user's roles in
 * the instance permit, which the directory checks with each call.
 *
 * @param userId - Wire id in the path, where the route has one.
 * @throws {@link Auth0Error} 403 without any of the route's scopes.
 */
export function admit(directory: Directory, route: ScopedRoute, caller: Caller, userId: string | undefined): Admission {
  const own = directory.as({ userId: caller.userId, across: 'instance' })
  if (caller.scopes === undefined) {
    return { caller: undefined, directory: own, requireActive: async () => {} }
  }
  const scoped = { scopes: new Set(caller.scopes), subject: toWireUserId(caller.userId) }
  requireRouteScope(route, scoped, userId)
  const used = routeScopes[route].find((scope) => scoped.scopes.has(scope))
  return {
    caller: scoped,
    directory: directory.asSystem(`auth0 ${used}`, { onBehalfOf: caller.userId }),
    async requireActive() {
      try {
        await own.requireAuthenticated()
      } catch (error) {
        // Most tokens speak for machines the directory knows nothing of.
        if (!isDirectoryError(error) || error.code !== 'unauthenticated') throw error
        if ((error as UnauthenticatedError).reason !== 'unknown_user') throw invalidToken()
      }
    },
  }
}
