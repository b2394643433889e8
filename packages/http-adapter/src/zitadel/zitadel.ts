import type { ActingDirectory } from '@indwell/core'
import type { Face, FaceHost } from '../create-http-adapter'
import { endOfTurn } from '../end-of-turn'
import type { ExchangeRequest, ExchangeResponse } from '../exchange'
import { idempotencyKeyOf, needsIdempotencyKey, requestOf } from '../idempotency'
import { splitTarget } from '../request-target'
import { compileRoutes, matchRoute, type RouteTable } from '../route-table'
import { unlessGone, whileConnected } from '../while-connected'
import { answerError, mayPrecedePermission } from './answer-error'
import { plainApiError } from './api-error'
import { type AuthenticatedCall, authenticateCall } from './authenticate-call'
import { bindings } from './bindings'
import { type Endpoint, endpointsOf } from './endpoint'
import { methodNotAllowed, plainError, routeNotFound } from './error-body'
import { jsonResponse } from './json-response'
import { zitadelOpenApi } from './openapi/zitadel-openapi'

/** Options of {@link zitadel}. */
export interface ZitadelOptions {
  /**
   * Answer writes as a live server does: `details` without `changeDate` where something was added, without
   * `creationDate` where something was changed. By default they carry all four members, as the published pages show.
   */
  readonly strict?: boolean | undefined
}

/** Everything below these is ours, known or not. */
const prefixes = ['/management/v1/', '/admin/v1/', '/auth/v1/', '/v2/']

/**
 * Speaks ZITADEL's Management API v1, of its Admin and Auth API what belongs to it, and the user and organization
 * services of v2. Tokens come in `Authorization: Bearer`, the org in `x-zitadel-orgid`.
 *
 * Paths below `/management/v1`, `/admin/v1`, `/auth/v1` and `/v2` are answered in ZITADEL's shape, unknown ones too.
 */
export function zitadel({ strict = false }: ZitadelOptions = {}): Face {
  return {
    name: 'zitadel',
    open(host) {
      const routes = compileRoutes(endpointsOf(bindings, strict), { decode: 'path' })
      return (request) => {
        const { path, query } = splitTarget(request.url)
        return prefixes.some((prefix) => path.startsWith(prefix))
          ? answer(host, routes, request, path, query)
          : undefined
      }
    },
    openApi: () => zitadelOpenApi(endpointsOf(bindings, strict)),
  }
}

async function answer(
  host: FaceHost,
  routes: RouteTable<Endpoint>,
  request: ExchangeRequest,
  path: string,
  query: string,
): Promise<ExchangeResponse> {
  const match = matchRoute(routes, request.method, path)
  if (request.refused !== undefined) return answerError(request.refused)
  if (match === undefined) return routeNotFound()
  if ('methodNotAllowed' in match) return withAllow(methodNotAllowed(), match.allow)
  if ('malformedPath' in match) return plainError('invalid_argument', 'malformed percent-encoding in path')

  const { route: endpoint, params: variables } = match
  let call: AuthenticatedCall | undefined
  try {
    const body = endpoint.hasBody ? await request.body() : noBody
    const decoded = endpoint.decode({ variables, query, body, maxDepth: host.limits.maxJsonDepth })
    const { directory } = host
    const where = { across: endpoint.across, namedOrg: decoded.namedOrg }
    await endOfTurn()
    call = await authenticateCall(directory, host.authenticate, request, where)
    const named = endpoint.writes ? idempotencyKeyOf(request.headers) : undefined
    if (named === 'malformed') throw plainApiError('invalid_argument', 'Idempotency-Key cannot be understood')
    if (named === undefined && host.requireIdempotencyKey && endpoint.writes && needsIdempotencyKey(endpoint.method)) {
      throw plainApiError('invalid_argument', 'Idempotency-Key is missing')
    }
    const ifAbsent = asksForAbsence(endpoint, request)
    if (decoded.brokenRule !== undefined) throw plainApiError('invalid_argument', decoded.brokenRule)
    const { callerId } = call
    const caller = endpoint.writes ? call.caller : whileConnected(directory, call.caller, request)
    const answerTo = async (caller: ActingDirectory) =>
      endpoint.encode(await decoded.run({ directory, caller, callerId, ifAbsent }))
    const message =
      named === undefined
        ? await answerTo(caller)
        : await caller.once({ idempotencyKey: named.key, request: await requestOf(request) }, answerTo)
    return jsonResponse(endpoint.successStatus, message)
  } catch (error) {
    const failure = unlessGone(error, request, host.directory)
    return answerError((await denialBefore(failure, endpoint, call)) ?? failure, endpoint.errors)
  }
}

const noBody = new Uint8Array()

/**
 * Whether a write shall only be made where there is nothing yet: `If-None-Match: *` (RFC 9110, section 13.1.2).
 *
 * @throws {@link ApiError} for any other condition, and where the method has no one thing that could be absent: a condition
 * must not be passed over.
 */
function asksForAbsence({ heedsAbsence, writes }: Endpoint, { headers }: ExchangeRequest): boolean {
  const condition = headers['if-none-match']
  if (condition === undefined || !writes) return false
  if (heedsAbsence && condition.trim() === '*') return true
  throw plainApiError('invalid_argument', 'If-None-Match cannot be understood')
}

/** What is wrong with a call is only told to who may make it: the use case checks that, but not always first. */
async function denialBefore(
  error: unknown,
  { permission, across }: Endpoint,
  call: AuthenticatedCall | undefined,
): Promise<unknown> {
  if (call === undefined || !mayPrecedePermission(error)) return undefined
  // Which permission is asked for where the subject lives is not known before there is one.
  const isOpen = permission === 'authenticated' || across === 'orgs'
  try {
    await (isOpen ? call.caller.requireAuthenticated() : call.caller.requirePermission(permission))
    return undefined
  } catch (denial) {
    return denial
  }
}

function withAllow(response: ExchangeResponse, allow: readonly string[]): ExchangeResponse {
  return { ...response, headers: { ...response.headers, allow: allow.join(', ') } }
}
