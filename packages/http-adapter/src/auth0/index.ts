import type { Face } from '../create-http-adapter'
import { openFace, root } from './open-face'
import { auth0OpenApi } from './openapi/auth0-openapi'
import type { RateLimiter } from './rate-limit'
import { auth0Routes } from './routes'

export type { ClientCredentials, IssuedToken } from './client-credentials'
export { clientCredentials } from './client-credentials'
export type { LimitedRequest, RateLimit, RateLimiter } from './rate-limit'
export type { ExportField } from './transfer/export-field'
export type { ExportUsersOptions } from './transfer/export-users'
export { exportUsers } from './transfer/export-users'
export type { ImportProgress, ImportResult, ImportSummary, ImportUsersOptions } from './transfer/import-users'
export { importUsers } from './transfer/import-users'
export type { UserSource } from './transfer/read-source'
export type { RowError, RowErrorCode, RowReport } from './transfer/row-report'
export { UserImportError } from './transfer/user-import-error'

/** Options of {@link auth0}. */
export interface Auth0Options {
  /**
   * Refuse what the service refuses although it could be understood: a user without a connection, and the misspelled
   * paths `/client/{id}` and `/applications`. Default false.
   */
  readonly strict?: boolean
  /**
   * Connection of users created without one, and of those created elsewhere. 1 to 128 characters. Default
   * `Username-Password-Authentication`.
   */
  readonly defaultConnection?: string
  /** What clients show as their `tenant`. Default: the id of the directory's instance. */
  readonly tenant?: string
  /**
   * Asked about every request before it is answered; its numbers go out as `X-RateLimit-*` with every answer. Default: no
   * limits, and no such headers.
   *
   * @example
   * ```ts
   * // rate-limiter-flexible: a hundred requests a minute for each caller
   * const limiter = new RateLimiterMemory({ points: 100, duration: 60 })
   *
   * auth0({
   *   async rateLimit({ caller }) {
   *     const found = await limiter.consume(caller?.userId ?? 'nobody').catch((full: RateLimiterRes) => full)
   *     const { remainingPoints, consumedPoints, msBeforeNext } = found
   *     return {
   *       allowed: consumedPoints <= 100,
   *       limit: 100,
   *       remaining: remainingPoints,
   *       resetAt: Date.now() + msBeforeNext,
   *     }
   *   },
   * })
   * ```
   */
  readonly rateLimit?: RateLimiter
}

/**
 * Auth0's Management API v2 below `/api/v2`, for users, clients and their metadata. The directory's humans are its users;
 * machines are not seen.
 *
 * A token with scopes may do what its scopes open. One without may do what the roles its user holds in the instance
 * permit.
 *
 * @see https://auth0.com/docs/api/management/v2
 */
export function auth0(options: Auth0Options = {}): Face {
  const { strict = false, defaultConnection = 'Username-Password-Authentication', tenant, rateLimit } = options
  return {
    name: 'auth0',
    open(host) {
      const { instanceId, randomBytes } = host.directory
      return openFace(host, { strict, defaultConnection, tenant: tenant ?? instanceId, randomBytes }, rateLimit)
    },
    openApi: () => auth0OpenApi(auth0Routes({ strict }), root),
  }
}
