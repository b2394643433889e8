import { describe, expect, it } from 'vitest'
import { openApiMethods } from '../../openapi/openapi-document'
import { auth0 } from '../index'
import { auth0Routes } from '../routes'

const document = auth0().openApi?.()

function described(strict: boolean) {
  return Object.entries(auth0({ strict }).openApi?.().paths ?? {}).flatMap(([path, item]) =>
    openApiMethods.flatMap((method) => (item[method] === undefined ? [] : `${method.toUpperCase()} ${path}`)),
  )
}

describe("Auth0's document", () => {
  it.each([true, false])('describes every route and nothing else (strict: %s)', (strict) => {
    const routes = auth0Routes({ strict }).map(({ method, path }) => `${method} /api/v2${path}`)

    expect(described(strict).toSorted()).toEqual(routes.toSorted())
  })

  it('names the scopes of every route', () => {
    for (const { method, path, scopes } of auth0Routes({ strict: false })) {
      const operations = new Map(Object.entries(document?.paths[`/api/v2${path}`] ?? {}))

      expect(operations.get(method.toLowerCase())?.['x-scopes']).toEqual(scopes)
    }
  })

  it('describes a route with a query', () => {
    expect(document?.paths['/api/v2/users-by-email']?.get).toEqual({
      operationId: 'get_users_by_email',
      summary: 'GET /users-by-email',
      description: 'Needs the scope `read:users`.',
      tags: ['users-by-email'],
      parameters: [
        {
          name: 'fields',
          in: 'query',
          required: false,
          description: 'Fields to include or exclude, separated by commas',
          schema: { type: 'string' },
        },
        {
          name: 'include_fields',
          in: 'query',
          required: false,
          description: 'Whether the fields are included or excluded',
          schema: { type: 'boolean' },
        },
        {
          name: 'email',
          in: 'query',
          required: true,
          description: 'Address to look for, lower-cased',
          schema: { type: 'string' },
        },
      ],
      responses: expect.objectContaining({
        200: { description: 'Done.', content: { 'application/json': { schema: {} } } },
        403: {
          description: 'None of the scopes was granted.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      }),
      security: [{ bearer: [] }],
      'x-scopes': ['read:users'],
    })
  })

  it('describes the conditions of routes that have a version', () => {
    const conditions = (path: string) =>
      Object.entries(document?.paths[path] ?? {}).map(([method, { parameters, responses }]) => [
        method,
        parameters.flatMap(({ in: place, name }) => (place === 'header' ? [name] : [])),
        Object.keys(responses).filter((status) => status === '304' || status === '412'),
      ])
    const versioned = [
      ['get', ['If-Match', 'If-None-Match'], ['304', '412']],
      ['patch', ['If-Match', 'Idempotency-Key'], ['412']],
      ['delete', ['If-Match', 'Idempotency-Key'], ['412']],
    ]

    for (const path of ['/api/v2/users/{id}', '/api/v2/clients/{id}', '/api/v2/client/{id}']) {
      expect(conditions(path)).toEqual(versioned)
    }
    expect(conditions('/api/v2/users')).toEqual([
      ['get', [], []],
      ['post', ['Idempotency-Key'], []],
    ])
  })

  it('describes a form where one is taken', () => {
    const kinds = (path: string) => Object.keys(document?.paths[path]?.post?.requestBody?.content ?? {})

    expect(kinds('/api/v2/users')).toEqual(['application/json', 'application/x-www-form-urlencoded'])
    expect(kinds('/api/v2/clients')).toEqual(['application/json'])
  })

  it('describes a body', () => {
    const { requestBody } = document?.paths['/api/v2/users']?.post ?? {}

    expect(requestBody?.required).toBe(true)
    expect(requestBody?.content['application/json']?.schema).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { email: { type: 'string', format: 'email', description: "The user's email" } },
    })
  })

  it('demands what the service demands where the face is strict', () => {
    const strict = auth0({ strict: true }).openApi?.().paths['/api/v2/users']?.post?.requestBody
    const kind = document?.paths['/api/v2/users']?.post?.requestBody

    expect(strict?.content['application/json']?.schema.required).toEqual(['connection'])
    expect(kind?.content['application/json']?.schema.required).toBeUndefined()
  })

  it('marks a misspelled path as such', () => {
    expect(document?.paths['/api/v2/client/{id}']?.patch).toMatchObject({
      operationId: 'patch_client_by_id',
      deprecated: true,
      tags: ['clients'],
      'x-alias-of': '/api/v2/clients/{id}',
    })
  })
})
