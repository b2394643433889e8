import type { Face, FaceHost } from '../create-http-adapter'
import type { ExchangeRequest, ExchangeResponse } from '../exchange'
import { splitTarget } from '../request-target'
import { compileRoutes, matchRoute, type RouteTable } from '../route-table'
import { unlessGone } from '../while-connected'
import { bindings } from './bindings'
import { plainStatus } from './call-status'
import { makeCall } from './calls/make-call'
import { type Endpoint, endpointsOf } from './endpoint'
import { errorResponse, methodNotAllowed, routeNotFound } from './error-body'
import { jsonResponse } from './json-response'
import { zitadelOpenApi } from './openapi/zitadel-openapi'
import { statusOf } from './status-of'

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
  if (request.refused !== undefined) return errorResponse(statusOf(request.refused))
  if (match === undefined) return routeNotFound()
  if ('methodNotAllowed' in match) return methodNotAllowed(match.allow)
  if ('malformedPath' in match) {
    return errorResponse(plainStatus('invalid_argument', 'malformed percent-encoding in path'))
  }

  const { route: endpoint, params: variables } = match
  try {
    const body = endpoint.hasBody ? await request.body() : noBody
    const message = endpoint.decode({ variables, query, body, maxDepth: host.limits.maxJsonDepth })
    const { answer, status } = await makeCall(host, endpoint, request, message, endpoint.form)
    return status === undefined ? jsonResponse(endpoint.successStatus, answer) : errorResponse(status)
  } catch (error) {
    return errorResponse(statusOf(unlessGone(error, request, host.directory), endpoint.errors))
  }
}

const noBody = new Uint8Array()
