import { percentDecode } from './request-target'

/** What every route has; the rest of it is the payload. */
export interface RoutePattern {
  /** Upper case. */
  readonly method: string
  /** `/users/{id}/metadata/{key}`: every segment is literal, in decoded form, or one variable in braces. */
  readonly path: string
}

/**
 * When percent-encoding is undone.
 *
 * `segment`: split at `/` first, so `%2F` is a slash inside a segment. `path`: decode first, so `%2F` starts one more
 * segment, as grpc-gateway does.
 */
export type PathDecoding = 'segment' | 'path'

interface TrieNode<Route> {
  readonly literals: Map<string, TrieNode<Route>>
  variable?: TrieNode<Route>
  leaf?: { readonly route: Route; readonly names: readonly string[] }
}

/** Compiled by {@link compileRoutes}, read by {@link matchRoute}. */
export interface RouteTable<Route extends RoutePattern> {
  readonly decode: PathDecoding
  // One trie per method: a literal of POST must not hide a variable of GET.
  readonly methods: ReadonlyMap<string, TrieNode<Route>>
}

/**
 * What a path leads to.
 *
 * `allow` lists, sorted, the methods of other routes at this path. `malformedPath`: a route would match, but a percent
 * escape of the path is malformed or not UTF-8. `undefined`: no route has this path.
 */
export type RouteMatch<Route extends RoutePattern> =
  | { readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly methodNotAllowed: true; readonly allow: readonly string[] }
  | { readonly malformedPath: true }
  | undefined

/**
 * Compiles routes into one trie per method.
 *
 * @throws {TypeError} when a path is malformed, names a variable twice, or another route of the method has the same shape.
 */
export function compileRoutes<Route extends RoutePattern>(
  routes: readonly Route[],
  options: { readonly decode: PathDecoding },
): RouteTable<Route> {
  const methods = new Map<string, TrieNode<Route>>()
  for (const route of routes) {
    let node = childOf(methods, route.method)
    const names: string[] = []
    for (const segment of segmentsOf(route)) {
      const name = variableName(segment)
      if (name === undefined) {
        node = childOf(node.literals, segment)
      } else {
        if (names.includes(name)) throw new TypeError(`${route.method} ${route.path} names {${name}} twice`)
        names.push(name)
        node.variable ??= { literals: new Map() }
        node = node.variable
      }
    }
    if (node.leaf !== undefined) {
      throw new TypeError(`${route.method} ${route.path} has the shape of ${node.leaf.route.path}`)
    }
    node.leaf = { route, names }
  }
  return { decode: options.decode, methods }
}

/**
 * Finds the route of a path. Literal segments win over variables, with backtracking; a variable never holds an empty
 * segment, and `/users/` is another path than `/users`.
 *
 * @param path - Without query, still percent-encoded.
 */
export function matchRoute<Route extends RoutePattern>(
  table: RouteTable<Route>,
  method: string,
  path: string,
): RouteMatch<Route> {
  if (!path.startsWith('/')) return undefined
  const { segments, malformed } = decodeSegments(path, table.decode)

  const values: string[] = []
  const root = table.methods.get(method)
  const leaf = root && findLeaf(root, segments, 0, values)
  if (leaf) {
    if (malformed) return { malformedPath: true }
    const params: Record<string, string> = {}
    for (const [index, name] of leaf.names.entries()) params[name] = values[index]!
    return { route: leaf.route, params }
  }

  const allow: string[] = []
  for (const [other, otherRoot] of table.methods) {
    if (otherRoot !== root && findLeaf(otherRoot, segments, 0, [])) allow.push(other)
  }
  if (allow.length === 0) return undefined
  return malformed ? { malformedPath: true } : { methodNotAllowed: true, allow: allow.sort() }
}

function childOf<Route>(children: Map<string, TrieNode<Route>>, key: string): TrieNode<Route> {
  let child = children.get(key)
  if (child === undefined) {
    child = { literals: new Map() }
    children.set(key, child)
  }
  return child
}

function segmentsOf({ method, path }: RoutePattern): readonly string[] {
  if (!path.startsWith('/')) throw new TypeError(`${method} ${path} does not start with a slash`)
  return path.slice(1).split('/')
}

function variableName(segment: string): string | undefined {
  if (!/[{}]/.test(segment)) return undefined
  const name = /^\{(\w+)\}$/.exec(segment)?.[1]
  if (name === undefined || name === '__proto__') throw new TypeError(`malformed variable ${segment}`)
  return name
}

/** Where an escape is malformed the text stays as sent: it can fill a variable, which makes the path ours to refuse. */
function decodeSegments(
  path: string,
  decode: PathDecoding,
): { readonly segments: readonly string[]; readonly malformed: boolean } {
  const below = path.slice(1)
  if (!below.includes('%')) return { segments: below.split('/'), malformed: false }
  if (decode === 'path') {
    const decoded = percentDecode(below)
    return { segments: (decoded ?? below).split('/'), malformed: decoded === undefined }
  }
  let malformed = false
  const segments = below.split('/').map((segment) => {
    const decoded = percentDecode(segment)
    if (decoded === undefined) malformed = true
    return decoded ?? segment
  })
  return { segments, malformed }
}

/** Recursion is as deep as the longest route, not as the path. Leaves what the variables hold in `values`. */
function findLeaf<Route>(
  node: TrieNode<Route>,
  segments: readonly string[],
  index: number,
  values: string[],
): TrieNode<Route>['leaf'] {
  if (index === segments.length) return node.leaf
  const segment = segments[index]!

  const literal = node.literals.get(segment)
  const below = literal && findLeaf(literal, segments, index + 1, values)
  if (below) return below

  if (node.variable === undefined || segment === '') return undefined
  values.push(segment)
  const leaf = findLeaf(node.variable, segments, index + 1, values)
  if (leaf === undefined) values.pop()
  return leaf
}
