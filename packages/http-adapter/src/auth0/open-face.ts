import type { ActingDirectory } from '@indwell/core'
import type { Caller } from '../authenticate'
import type { FaceHost } from '../create-http-adapter'
import { endOfTurn } from '../end-of-turn'
import type { ExchangeRequest, ExchangeResponse } from '../exchange'
import { answerOnce, idempotencyKeyOf, needsIdempotencyKey } from '../idempotency'
import type { Limits } from '../limits'
import type { RequestRefusedError } from '../request-refused-error'
import { splitTarget } from '../request-target'
import { compileRoutes, matchRoute } from '../route-table'
import { unlessGone, whileConnected } from '../while-connected'
import type { Auth0Settings } from './call'
import type { Auth0Error } from './error-body'
import { invalidQuery, invalidUri, malformedHeader, missingHeader, unknownRoute } from './error-catalogue'
import { admit, identifyCaller } from './identify-caller'
import { downloadExport, jobOfFile } from './jobs/download-export'
import { type RateLimiter, withinLimit } from './rate-limit'
import { isForm, readForm } from './read-form'
import { readJson } from './read-json'
import { readMultipart } from './read-multipart'
import type { Route } from './route'
import { auth0Routes } from './routes'
import { failureAnswer } from './translate-error'

/** Every path of the face is this one or below it. */
export const root = '/api/v2'

/** The one way of every request: route, caller, scopes, body, query, answer. Paths outside `/api/v2` are not ours. */
export function openFace(
  { directory, authenticate, limits, report, requireIdempotencyKey }: FaceHost,
  settings: Auth0Settings,
  rateLimit?: RateLimiter,
): (request: ExchangeRequest) => Promise<ExchangeResponse> | undefined {
  const table = compileRoutes(auth0Routes(settings), { decode: 'segment' })

  const answer = async (
    request: ExchangeRequest,
    route: Route,
    params: Readonly<Record<string, string>>,
    query: string,
    caller: Caller,
  ): Promise<ExchangeResponse> => {
    const { requireActive, ...admitted } = admit(directory, route.name, caller, params.id)
    const body = await bodyOf(request, route, limits)
    // No database holds NUL in a text it could be compared with.
    if (route.querySchema !== undefined && query.includes('%00')) throw invalidQuery('Query must not hold NUL')

    const { headers } = request
    const call = {
      ...admitted,
      settings,
      params,
      headers,
      query,
      body,
      report: (error: unknown) => report?.(error, request),
    }
    await endOfTurn()
    if (route.method !== 'GET') {
      await requireActive()
      const named = idempotencyKeyOf(headers)
      if (named === undefined && requireIdempotencyKey && needsIdempotencyKey(route.method)) {
        throw missingHeader('Idempotency-Key')
      }
      if (named === undefined) return route.answer(call)
      if (named === 'malformed') throw malformedHeader('Idempotency-Key')
      const respond = (inner: ActingDirectory) => route.answer({ ...call, directory: inner })
      return answerOnce(call.directory, named.key, request, respond)
    }
    // What only reads may start before the caller is known to be active: both are one question to the storage then.
    const active = requireActive()
    const answering = route.answer({ ...call, directory: whileConnected(directory, call.directory, request) })
    answering.catch(() => undefined)
    await active
    return answering
  }

  /** Answers as far as the limiter lets: who is refused is counted too. */
  const limited = async (
    request: ExchangeRequest,
    route: Route | undefined,
    caller: Caller | undefined,
    respond: () => Promise<ExchangeResponse>,
  ): Promise<ExchangeResponse> => {
    const told = { method: request.method, scopes: route?.scopes ?? [], ...(route && { name: route.name }) }
    const respondToAll = () =>
      respond().catch((error: unknown) => failureAnswer(unlessGone(error, request, directory), told))
    if (rateLimit === undefined) return respondToAll()
    const { method, url, headers } = request
    try {
      return await withinLimit(await rateLimit({ method, url, headers, route: route?.name, caller }), respondToAll)
    } catch (error) {
      return failureAnswer(error, told)
    }
  }

  const refuse = (request: ExchangeRequest, error: Auth0Error | RequestRefusedError) =>
    limited(request, undefined, undefined, () => Promise.reject(error))

  return (request) => {
    const { path, query } = splitTarget(request.url)
    if (path !== root && !path.startsWith(`${root}/`)) return undefined
    const match = matchRoute(table, request.method, path.slice(root.length))
    if (request.refused !== undefined) return refuse(request, request.refused)
    const jobId = jobOfFile(request.method, path.slice(root.length))
    if (jobId !== undefined) {
      return limited(request, undefined, undefined, () => downloadExport(directory, settings, jobId, query, request))
    }
    // The service knows no 405.
    if (match === undefined || 'methodNotAllowed' in match) return refuse(request, unknownRoute())
    if ('malformedPath' in match) return refuse(request, invalidUri('Path holds a malformed percent escape'))
    const { route, params } = match
    return identifyCaller(authenticate, request).then(
      (caller) => limited(request, route, caller, () => answer(request, route, params, query, caller)),
      (error: unknown) => limited(request, route, undefined, () => Promise.reject(error)),
    )
  }
}

async function bodyOf(
  request: ExchangeRequest,
  { bodySchema, takesForms, readUpload }: Route,
  limits: Limits,
): Promise<unknown> {
  if (bodySchema === undefined) return null
  if (readUpload !== undefined) return readUpload(await readMultipart(request, limits))
  const bytes = await request.body()
  return takesForms && isForm(request.headers) ? readForm(bodySchema, bytes, limits) : readJson(bytes, limits)
}
