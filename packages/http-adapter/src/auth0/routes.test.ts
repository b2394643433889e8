import { expect, it } from 'vitest'
import { auth0Routes } from './routes'

const paths = (strict: boolean) => auth0Routes({ strict }).map(({ method, path }) => `${method} ${path}`)

it('every route asks for scopes', () => {
  for (const { scopes } of auth0Routes({ strict: false })) expect(scopes.length).toBeGreaterThan(0)
})

it('what is written has a schema', () => {
  for (const { method, path, bodySchema } of auth0Routes({ strict: true })) {
    if (path.endsWith('/rotate-secret')) continue
    expect(bodySchema !== undefined).toBe(method === 'POST' || method === 'PATCH')
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
