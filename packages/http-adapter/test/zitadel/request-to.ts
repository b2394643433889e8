import { minimalMessage } from './minimal-message'
import type { Route } from './routes'
import type { CallOptions } from './world'

/** What `World.call` takes. */
export type CallArguments = readonly [method: string, path: string, options: CallOptions]

/**
 * The least valid request to a route.
 *
 * @param known - What fields of its message hold instead, by their JSON names.
 */
export function requestTo(route: Route, known: Readonly<Record<string, unknown>>, options: CallOptions): CallArguments {
  const { httpMethod, layout, hasBody } = route
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(known[layout.byName.get(name)?.jsonName ?? name])),
  )
  const message = minimalMessage(layout, known)
  if (hasBody) return [httpMethod, path, { ...options, body: message }]
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(message)) {
    if (typeof value === 'string') query.set(name, value)
    if (Array.isArray(value)) for (const item of value) query.append(name, String(item))
  }
  return [httpMethod, `${path}?${query}`, options]
}
