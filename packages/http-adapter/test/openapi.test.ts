import type { Directory } from '@indwell/core'
import { describe, expect, it } from 'vitest'
import { auth0 } from '../src/auth0'
import { createHttpAdapter } from '../src/create-http-adapter'
import { type OpenApiDocument, type OpenApiOperation, openApiMethods, openApiOf } from '../src/index'
import { zitadel } from '../src/zitadel'
import { auth0World } from './auth0/auth0-world'
import { flawsOf } from './openapi-flaws'

const documents = [true, false].flatMap((strict) =>
  Array.from(openApiOf([zitadel({ strict }), auth0({ strict })]), ([name, document]) => ({ name, strict, document })),
)

interface Described {
  readonly method: string
  readonly path: string
  readonly operation: OpenApiOperation
}

function operationsOf(document: OpenApiDocument): readonly Described[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    openApiMethods.flatMap((method) => {
      const operation = item[method]
      return operation === undefined ? [] : [{ method: method.toUpperCase(), path, operation }]
    }),
  )
}

describe.each(documents)('the document of $name, strict: $strict', ({ strict, document }) => {
  it('keeps the rules of OpenAPI 3.1', () => {
    expect(flawsOf(document)).toEqual([])
  })

  it('is JSON', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })

  it('describes nothing that is not served', async () => {
    const exchange = createHttpAdapter({} as Directory, {
      faces: [zitadel({ strict }), auth0({ strict })],
      authenticate: async () => undefined,
    })

    for (const { method, path } of operationsOf(document)) {
      const answer = await exchange({
        method,
        url: path.replace(/\{\w+\}/g, 'auth0%7Cx'),
        headers: {},
        body: async () => new Uint8Array(),
        signal: new AbortController().signal,
      })

      expect(answer?.status, `${method} ${path}`).toBe(401)
    }
  })
})

it('a success of Auth0 has the status that is described', async () => {
  const { call } = await auth0World()
  const paths = auth0().openApi?.().paths
  const successOf = (method: 'get' | 'post' | 'patch' | 'delete', path: string) =>
    Object.keys(paths?.[`/api/v2${path}`]?.[method]?.responses ?? {}).find((status) => status.startsWith('2'))

  const created = await call<{ user_id: string }>('POST', '/users', { email: 'ada@acme.example' })
  const userId = encodeURIComponent(created.body.user_id)
  const client = await call<{ client_id: string }>('POST', '/clients', { name: 'Acme' })
  const clientId = client.body.client_id
  const answered = [
    [created, successOf('post', '/users')],
    [client, successOf('post', '/clients')],
    [await call('GET', '/users'), successOf('get', '/users')],
    [await call('GET', `/users/${userId}`), successOf('get', '/users/{id}')],
    [await call('GET', '/users-by-email?email=ada@acme.example'), successOf('get', '/users-by-email')],
    [await call('PATCH', `/users/${userId}`, { name: 'Ada' }), successOf('patch', '/users/{id}')],
    [await call('DELETE', `/users/${userId}`), successOf('delete', '/users/{id}')],
    [await call('GET', '/clients'), successOf('get', '/clients')],
    [await call('GET', `/clients/${clientId}`), successOf('get', '/clients/{id}')],
    [await call('PATCH', `/clients/${clientId}`, { name: 'Acme 2' }), successOf('patch', '/clients/{id}')],
    [await call('DELETE', `/clients/${clientId}`), successOf('delete', '/clients/{id}')],
  ] as const

  expect(answered.map(([{ status }]) => String(status))).toEqual(answered.map(([, documented]) => documented))
})
