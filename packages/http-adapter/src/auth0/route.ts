import type * as v from 'valibot'
import type { ExchangeResponse } from '../exchange'
import type { RoutePattern } from '../route-table'
import type { Call } from './call'
import { readBody } from './read-body'
import type { MultipartForm } from './read-multipart'
import { readQuery } from './read-query'
import { routeScopes, type ScopedRoute } from './scopes'

/** A call whose query and body nobody has looked at. `body` is `null` where none was sent. */
export type UncheckedCall = Omit<Call, 'query'> & { readonly query: string }

/** A route of the face. Its scopes are those {@link routeScopes} lists under its name, so none can be without. */
export interface Route extends RoutePattern {
  readonly name: ScopedRoute
  readonly scopes: readonly string[]
  /** HTTP status of a success. */
  readonly successStatus: number
  /** Absent: the query is ignored. */
  readonly querySchema?: v.GenericSchema
  /** Absent: the body is never read. */
  readonly bodySchema?: v.GenericSchema
  /** Whether the body may be a form as well as JSON. */
  readonly takesForms: boolean
  /** Makes a body of a form with files, which is what the route takes instead of JSON. */
  readonly readUpload?: (form: MultipartForm) => unknown
  /** Whether it shows or changes one thing with an `ETag`, and heeds the preconditions that name it. */
  readonly versioned: boolean
  /** @throws {@link Auth0Error} and whatever the directory throws. */
  answer(call: UncheckedCall): Promise<ExchangeResponse>
}

interface Definition<Query extends v.GenericSchema | undefined, Body extends v.GenericSchema | undefined> {
  readonly query?: Query
  readonly body?: Body
  /** Default: false. */
  readonly takesForms?: boolean
  /** Absent: the body is no form with files. */
  readonly readUpload?: (form: MultipartForm) => unknown
  /** Default: false. */
  readonly versioned?: boolean
  /** HTTP status of a success, as `handle` answers it. Default: 201 for POST, 204 for DELETE, else 200. */
  readonly success?: number
  readonly handle: (call: Call<Checked<Query>, Checked<Body>>) => Promise<ExchangeResponse>
}
type Checked<Schema> = Schema extends v.GenericSchema ? v.InferOutput<Schema> : unknown

/** Binds a handler to a route: it gets a query and a body that match their schemas. */
export function route<
  Query extends v.GenericSchema | undefined = undefined,
  Body extends v.GenericSchema | undefined = undefined,
>(
  name: ScopedRoute,
  { query, body, takesForms = false, readUpload, versioned = false, success, handle }: Definition<Query, Body>,
): Route {
  const blank = name.indexOf(' ')
  const method = name.slice(0, blank)
  return {
    name,
    method,
    path: name.slice(blank + 1),
    scopes: routeScopes[name],
    takesForms,
    versioned,
    successStatus: success ?? usualSuccess.get(method) ?? 200,
    ...(readUpload !== undefined && { readUpload }),
    ...(query !== undefined && { querySchema: query }),
    ...(body !== undefined && { bodySchema: body }),
    answer: async (call) =>
      handle({
        ...call,
        query: (query === undefined ? undefined : readQuery(query, call.query)) as Checked<Query>,
        body: (body === undefined ? undefined : readBody(body, call.body)) as Checked<Body>,
      }),
  }
}

const usualSuccess: ReadonlyMap<string, number> = new Map([
  ['POST', 201],
  ['DELETE', 204],
])

/** The same route under another path, for a spelling clients use although the service does not know it. */
export function alias(original: Route, path: string): Route {
  return { ...original, path }
}
