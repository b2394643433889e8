import type { FaceHost } from '../create-http-adapter'
import type { ExchangeRequest, ExchangeResponse } from '../exchange'
import { splitTarget } from '../request-target'
import { compileRoutes, matchRoute } from '../route-table'
import type { Auth0Settings } from './call'
import { errorAnswer } from './error-body'
import { invalidQuery, invalidUri, unknownRoute } from './error-catalogue'
import { admit, identifyCaller } from './identify-caller'
import { readJson } from './read-json'
import type { Route } from './route'
import { auth0Routes } from './routes'
import { failureAnswer } from './translate-error'

/** Every path of the face is this one or below it. */
export const root = '/api/v2'

/** The one way of every request: route, caller, scopes, body, query, answer. Paths outside `/api/v2` are not ours. */
export function openFace(
  { directory, authenticate, limits }: FaceHost,
  settings: Auth0Settings,
): (request: ExchangeRequest) => Promise<ExchangeResponse> | undefined {
  const table = compileRoutes(auth0Routes(settings), { decode: 'segment' })

  const answer = async (
    request: ExchangeRequest,
    route: Route,
    params: Readonly<Record<string, string>>,
    query: string,
  ): Promise<ExchangeResponse> => {
    const caller = await identifyCaller(authenticate, request)
    const { requireActive, ...admitted } = admit(directory, route.name, caller, params.id)
    const body = route.bodySchema === undefined ? null : readJson(await request.body(), limits)
    // No database holds NUL in a text it could be compared with.
    if (route.querySchema !== undefined && query.includes('%00')) throw invalidQuery('Query must not hold NUL')

    const call = { ...admitted, settings, params, headers: request.headers, query, body }
    if (route.method !== 'GET') {
      await requireActive()
      return route.answer(call)
    }
    // What only reads may start before the caller is known to be active: both are one question to the storage then.
    const active = requireActive()
    const answering = route.answer(call)
    answering.catch(() => undefined)
    await active
    return answering
  }

  return (request) => {
    const { path, query } = splitTarget(request.url)
    if (path !== root && !path.startsWith(`${root}/`)) return undefined
    const match = matchRoute(table, request.method, path.slice(root.length))
    if (request.refused !== undefined) {
      return Promise.resolve(failureAnswer(request.refused, { method: request.method, scopes: [] }))
    }
    // The service knows no 405.
    if (match === undefined || 'methodNotAllowed' in match) return Promise.resolve(errorAnswer(unknownRoute()))
    if ('malformedPath' in match) {
      return Promise.resolve(errorAnswer(invalidUri('Path holds a malformed percent escape')))
    }
    const { route, params } = match
    return answer(request, route, params, query).catch((error: unknown) => failureAnswer(error, route))
  }
}
