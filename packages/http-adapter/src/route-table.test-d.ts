import { expectTypeOf } from 'vitest'
import { compileRoutes, matchRoute } from './route-table'

const table = compileRoutes([{ method: 'GET', path: '/users/{id}', permission: 'user.read' }], { decode: 'segment' })
const match = matchRoute(table, 'GET', '/users/1')

if (match !== undefined && 'route' in match) {
  expectTypeOf(match.route.permission).toEqualTypeOf<string>()
  expectTypeOf(match.params).toEqualTypeOf<Readonly<Record<string, string>>>()
}
if (match !== undefined && 'methodNotAllowed' in match) expectTypeOf(match.allow).toEqualTypeOf<readonly string[]>()

// @ts-expect-error a route has a path
compileRoutes([{ method: 'GET' }], { decode: 'segment' })
// @ts-expect-error how paths are decoded is never left open
compileRoutes([{ method: 'GET', path: '/' }])
