import { describe, expect, it } from 'vitest'
import type { OpenApiOperation } from './openapi-document'
import { pathsOf, tagsOf, variablesOf } from './paths-of'

const operation = (operationId: string, tag = 'users'): OpenApiOperation => ({
  operationId,
  summary: operationId,
  description: '',
  tags: [tag],
  parameters: [],
  responses: {},
  security: [],
})
const read = { method: 'GET', path: '/users/{id}', operation: operation('read') }
const remove = { method: 'DELETE', path: '/users/{id}', operation: operation('remove') }
const list = { method: 'GET', path: '/orgs', operation: operation('list', 'orgs') }

describe('pathsOf', () => {
  it('puts the operations of one path together', () => {
    expect(pathsOf([read, list, remove])).toEqual({
      '/users/{id}': { get: read.operation, delete: remove.operation },
      '/orgs': { get: list.operation },
    })
  })

  it.each([
    ['a route twice', { ...read, operation: operation('other') }],
    ['an operation id twice', { ...list, operation: operation('read') }],
    ['a method it cannot write down', { ...list, method: 'PROPFIND' }],
  ])('refuses %s', (_, route) => {
    expect(() => pathsOf([read, route])).toThrow(TypeError)
  })
})

it('names each tag once', () => {
  expect(tagsOf([read, list, remove])).toEqual([{ name: 'users' }, { name: 'orgs' }])
})

it('finds the variables of a path', () => {
  expect(variablesOf('/users/{user_id}/metadata/{key}')).toEqual(['user_id', 'key'])
  expect(variablesOf('/users')).toEqual([])
})
