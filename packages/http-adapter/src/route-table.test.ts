import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RoutePattern } from './route-table'
import { compileRoutes, matchRoute } from './route-table'

const routes = [
  { method: 'GET', path: '/users/{id}', name: 'get user' },
  { method: 'PATCH', path: '/users/{id}', name: 'update user' },
  { method: 'GET', path: '/users/_is_unique', name: 'is unique' },
  { method: 'POST', path: '/users/_search', name: 'search users' },
  { method: 'GET', path: '/users/{userId}/metadata/{key}', name: 'get metadata' },
  { method: 'GET', path: '/users/me/profile', name: 'my profile' },
  { method: 'GET', path: '/', name: 'root' },
] as const

const bySegment = compileRoutes(routes, { decode: 'segment' })
const byPath = compileRoutes(routes, { decode: 'path' })

describe('matchRoute', () => {
  it('gives the route and its variables', () => {
    expect(matchRoute(bySegment, 'GET', '/users/1/metadata/color')).toEqual({
      route: routes[4],
      params: { userId: '1', key: 'color' },
    })
    expect(matchRoute(bySegment, 'GET', '/')).toEqual({ route: routes[6], params: {} })
  })

  it('prefers a literal to a variable, for each method by itself', () => {
    expect(matchRoute(bySegment, 'GET', '/users/_is_unique')).toMatchObject({ route: { name: 'is unique' } })
    expect(matchRoute(bySegment, 'GET', '/users/_search')).toMatchObject({ params: { id: '_search' } })
  })

  it('goes back to the variable when the literal leads nowhere', () => {
    expect(matchRoute(bySegment, 'GET', '/users/me/metadata/color')).toMatchObject({
      route: { name: 'get metadata' },
      params: { userId: 'me', key: 'color' },
    })
  })

  it('names the methods a known path has', () => {
    expect(matchRoute(bySegment, 'DELETE', '/users/1')).toEqual({ methodNotAllowed: true, allow: ['GET', 'PATCH'] })
    expect(matchRoute(bySegment, 'PUT', '/users/_search')).toEqual({
      methodNotAllowed: true,
      allow: ['GET', 'PATCH', 'POST'],
    })
  })

  it.each(['/nope', '/users', '/users/', '/users//metadata/color', '/users/1/', '//users/1', '*', '', 'users/1'])(
    'leaves %j to others',
    (path) => {
      expect(matchRoute(bySegment, 'GET', path)).toBeUndefined()
    },
  )

  it('decodes once', () => {
    expect(matchRoute(bySegment, 'GET', '/users/auth0%7C1')).toMatchObject({ params: { id: 'auth0|1' } })
    expect(matchRoute(bySegment, 'GET', '/users/%2541+b')).toMatchObject({ params: { id: '%41+b' } })
    expect(matchRoute(byPath, 'GET', '/users/%2541+b')).toMatchObject({ params: { id: '%41+b' } })
    expect(matchRoute(bySegment, 'GET', '/us%65rs/1')).toMatchObject({ params: { id: '1' } })
  })

  it('keeps an encoded slash inside its segment, or makes one more segment of it', () => {
    expect(matchRoute(bySegment, 'GET', '/users/1/metadata/a%2Fb')).toMatchObject({ params: { key: 'a/b' } })
    expect(matchRoute(byPath, 'GET', '/users/1/metadata/a%2Fb')).toBeUndefined()
    expect(matchRoute(byPath, 'GET', '/users/1%2Fmetadata%2Fcolor')).toMatchObject({ params: { key: 'color' } })
  })

  it.each([bySegment, byPath])('tells a malformed escape where the path would be ours', (table) => {
    expect(matchRoute(table, 'GET', '/users/%zz')).toEqual({ malformedPath: true })
    expect(matchRoute(table, 'GET', '/users/%ff')).toEqual({ malformedPath: true })
    expect(matchRoute(table, 'DELETE', '/users/%')).toEqual({ malformedPath: true })
    expect(matchRoute(table, 'GET', '/other/%zz')).toBeUndefined()
  })

  it('hands back any value that was encoded into a segment', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (value) => {
        const path = `/users/1/metadata/${encodeURIComponent(value)}`
        expect(matchRoute(bySegment, 'GET', path)).toMatchObject({ params: { key: value } })
      }),
    )
  })

  it('finds what comparing the path with every route finds', () => {
    const segment = fc.constantFrom('a', 'b', '{x}', '{y}')
    const path = fc.uniqueArray(segment, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join('/')}`)
    const shape = (route: RoutePattern) => `${route.method} ${route.path.replaceAll(/\{\w+\}/g, '{}')}`
    const table = fc.uniqueArray(fc.record({ method: fc.constantFrom('GET', 'PUT'), path }), { selector: shape })
    const requested = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })

    fc.assert(
      fc.property(table, requested, (candidates, segments) => {
        const fits = candidates
          .filter(({ method, path: pattern }) => {
            const parts = pattern.slice(1).split('/')
            return (
              method === 'GET' &&
              parts.length === segments.length &&
              parts.every((part, index) => part.startsWith('{') || part === segments[index])
            )
          })
          // The leftmost literal decides: `{` sorts behind every letter.
          .sort((one, other) => (shape(one) < shape(other) ? -1 : 1))

        const match = matchRoute(compileRoutes(candidates, { decode: 'segment' }), 'GET', `/${segments.join('/')}`)

        expect(match !== undefined && 'route' in match ? match.route : undefined).toEqual(fits[0])
      }),
    )
  })
})

describe('compileRoutes', () => {
  it.each([
    [
      'two routes of one shape',
      [
        { method: 'GET', path: '/a/{x}' },
        { method: 'GET', path: '/a/{y}' },
      ],
    ],
    ['a variable named twice', [{ method: 'GET', path: '/{x}/{x}' }]],
    ['a path without a slash', [{ method: 'GET', path: 'a' }]],
    ['a half variable', [{ method: 'GET', path: '/a{x}' }]],
    ['a variable named __proto__', [{ method: 'GET', path: '/{__proto__}' }]],
  ])('refuses %s', (_, malformed) => {
    expect(() => compileRoutes(malformed, { decode: 'segment' })).toThrow(TypeError)
  })
})
