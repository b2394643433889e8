import { expect, it } from 'vitest'
import { auth0Routes } from './routes'

const paths = (strict: boolean) => auth0Routes({ strict }).map(({ method, path }) => `${method} ${path}`)

it('every route asks for scopes', () => {
  for (const { scopes } of auth0Routes({ strict: false })) expect(scopes.length).toBeGreaterThan(0)
})

it('what is written has a schema, and so has what is taken from a list', () => {
  for (const { method, path, bodySchema } of auth0Routes({ strict: true })) {
    const takesFrom = method === 'DELETE' && /\/(roles|permissions)$/.test(path)
    expect(bodySchema !== undefined, `${method} ${path}`).toBe(method === 'POST' || method === 'PATCH' || takesFrom)
  }
})

it('misspelled paths are served unless the host is strict', () => {
  const misspelled = [
    'GET /applications',
    'POST /applications',
    'GET /client/{id}',
    'PATCH /client/{id}',
    'DELETE /client/{id}',
  ]

  expect(paths(false).filter((path) => !paths(true).includes(path))).toEqual(misspelled)
})
