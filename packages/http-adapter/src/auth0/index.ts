import type { Face } from '../create-http-adapter'
import { openJobs } from './jobs/jobs'
import { openFace, root } from './open-face'
import { auth0OpenApi } from './openapi/auth0-openapi'
import type { RateLimiter } from './rate-limit'
import { auth0Routes } from './routes'

export type { ClientCredentials, IssuedToken } from './client-credentials'
export { clientCredentials } from './client-credentials'
export { connectionId } from './jobs/connection-id'
export type { LimitedRequest, RateLimit, RateLimiter } from './rate-limit'
export { type Auth0ExportOptions, type Auth0ExportRead, auth0Export } from './transfer/auth0-export'
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
  /**
   * Names of connections by the ids that jobs name them by: `{ con_ftSSLHb0O7rcUGmF: 'customers' }`. The default connection
   * has the id {@link connectionId} makes of its name, beside those that are given here.
   */
  readonly connections?: Readonly<Record<string, string>>
  /**
   * Where clients find the face: what stands in front of `/api/v2`, as in `https://users.acme.example`. Links to exported
   * files begin with it. Default: they are paths.
   */
  readonly publicUrl?: string
  /**
   * What links to exported files are signed with, at least 32 characters: needed where another process may answer them
   * than made them. Default: random bytes of the process.
   */
  readonly linkSecret?: string
}

/**
 * Auth0's Management API v2 below `/api/v2`, for users, clients, organizations and their metadata, for roles, and for jobs
 * that import and export users. The directory's humans are its users; machines are not seen. Its orgs are the organizations,
 * but for the default one, which is the tenant.
 *
 * A token with scopes may do what its scopes open. One without may do what the roles its user holds in the instance
 * permit.
 *
 * @throws {RangeError} for what is no id of a connection, and for a secret that is too short.
 * @see https://auth0.com/docs/api/management/v2
 */
export function auth0(options: Auth0Options = {}): Face {
  const { strict = false, defaultConnection = 'Username-Password-Authentication', tenant, rateLimit } = options
  const { connections = {}, publicUrl = '', linkSecret } = options
  if (linkSecret !== undefined && linkSecret.length < 32) throw new RangeError('linkSecret needs 32 characters')
  for (const id of Object.keys(connections)) {
    if (!/^con_[A-Za-z0-9]{16}$/.test(id)) throw new RangeError(`${id} is no id of a connection`)
  }
  return {
    name: 'auth0',
    open(host) {
      const { instanceId, randomBytes, now } = host.directory
      const jobs = openJobs(host, { connections, defaultConnection, publicUrl, linkSecret })
      const settings = { strict, defaultConnection, tenant: tenant ?? instanceId, randomBytes, now, jobs }
      return openFace(host, settings, rateLimit)
    },
    openApi: () => auth0OpenApi(auth0Routes({ strict }), root),
  }
}
