import type { RoutePattern } from '../route-table'
import { type OpenApiMethod, type OpenApiOperation, type OpenApiPathItem, openApiMethods } from './openapi-document'

/** A route and what the document says of it. */
export interface DescribedRoute extends RoutePattern {
  readonly operation: OpenApiOperation
}

/**
 * Gathers operations under their paths, in the order of the routes.
 *
 * @throws {TypeError} for a method the documents have no member for, two routes of one method and path, or two
 * operations of one id: a mistake of ours.
 */
export function pathsOf(routes: readonly DescribedRoute[]): Readonly<Record<string, OpenApiPathItem>> {
  const paths = new Map<string, { [Method in OpenApiMethod]?: OpenApiOperation }>()
  const ids = new Set<string>()
  for (const { method, path, operation } of routes) {
    const member = openApiMethods.find((known) => known === method.toLowerCase())
    if (member === undefined) throw new TypeError(`${method} ${path}: no OpenAPI member for the method`)
    const item = paths.get(path) ?? {}
    if (item[member] !== undefined) throw new TypeError(`${method} ${path} is described twice`)
    if (ids.has(operation.operationId)) throw new TypeError(`two operations are called ${operation.operationId}`)
    ids.add(operation.operationId)
    item[member] = operation
    paths.set(path, item)
  }
  return Object.fromEntries(paths)
}

/** Every tag of some operations once, in order of first appearance. */
export function tagsOf(routes: readonly DescribedRoute[]): readonly { readonly name: string }[] {
  const names = new Set(routes.flatMap(({ operation }) => operation.tags))
  return Array.from(names, (name) => ({ name }))
}

/** Names of the variables of a path, in their order. */
export function variablesOf(path: string): readonly string[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name)
}
