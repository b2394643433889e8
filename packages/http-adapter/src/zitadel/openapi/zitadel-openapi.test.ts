import { describe, expect, it } from 'vitest'
import { openApiMethods } from '../../openapi/openapi-document'
import { bindings } from '../bindings'
import type { Contract } from '../contract'
import { zitadelContract } from '../contract.generated'
import { zitadel } from '../zitadel'

const contract: Contract = zitadelContract
const document = zitadel().openApi?.()
const error = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } }
const orgId = {
  name: 'x-zitadel-orgid',
  in: 'header',
  required: false,
  description: "Id of the org to act in. Default: the caller's own.",
  schema: { type: 'string' },
}

const overJson = Object.keys(bindings).filter((name) => contract.methods[name]?.path !== undefined)

describe("ZITADEL's document", () => {
  it('describes every bound method that has a path, and nothing else', () => {
    const described = Object.entries(document?.paths ?? {}).flatMap(([path, item]) =>
      openApiMethods.flatMap((method) => (item[method] === undefined ? [] : `${method.toUpperCase()} ${path}`)),
    )
    const bound = overJson.map((name) => {
      const method = contract.methods[name]
      return `${method?.httpMethod} ${method?.path}`
    })

    expect(described.toSorted()).toEqual(bound.toSorted())
  })

  it('names the permission, the deprecation and the service of every method as the contract does', () => {
    for (const name of overJson) {
      const { path = '', httpMethod = '', permission, deprecated } = contract.methods[name] ?? {}
      const operations = new Map(Object.entries(document?.paths[path] ?? {}))
      const operation = operations.get(httpMethod.toLowerCase())

      expect(operation?.['x-permission']).toBe(permission)
      expect(operation?.deprecated).toBe(deprecated)
      expect(operation?.operationId).toBe(name.replace(/^.*\.(\w+)\/(\w+)$/, '$1_$2'))
    }
  })

  it('describes a method with a body', () => {
    expect(document?.paths['/management/v1/users/{id}/metadata/{key}']?.post).toEqual({
      operationId: 'ManagementService_SetUserMetadata',
      summary: 'SetUserMetadata',
      description: 'Needs the permission `user.write`.',
      tags: ['Management: metadata'],
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'string', minLength: 1, maxLength: 200 } },
        { name: 'key', in: 'path', required: true, schema: { type: 'string', minLength: 1, maxLength: 200 } },
        orgId,
        expect.objectContaining({ name: 'idempotency-key', in: 'header', required: false }),
        expect.objectContaining({ name: 'if-none-match', in: 'header', required: false }),
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: { $ref: '#/components/schemas/management.v1.SetUserMetadataRequest' } },
        },
      },
      responses: expect.objectContaining({
        200: {
          description: 'Done.',
          content: {
            'application/json': { schema: { $ref: '#/components/schemas/management.v1.SetUserMetadataResponse' } },
          },
        },
        401: { description: 'Token is invalid (AUTH-7fs1e).', content: error },
        403: { description: 'The permission user.write is missing.', content: error },
        412: { description: 'There is one already.', content: error },
        default: { description: 'Any other error.', content: error },
      }),
      security: [{ bearer: [] }],
      'x-permission': 'user.write',
    })
    expect(document?.components.schemas['management.v1.SetUserMetadataRequest']).toEqual({
      type: 'object',
      properties: {
        value: {
          type: 'string',
          contentEncoding: 'base64',
          description: 'Base64 of 1 to 500000 bytes.',
          minLength: 2,
          maxLength: 666_668,
        },
      },
      required: ['value'],
    })
  })

  it('describes a method with a query', () => {
    expect(document?.paths['/management/v1/global/users/_by_login_name']?.get).toMatchObject({
      parameters: [
        { name: 'loginName', in: 'query', required: true, schema: { type: 'string', minLength: 1, maxLength: 200 } },
        orgId,
      ],
      deprecated: true,
    })
  })

  it('lets a body be empty where the message may', () => {
    expect(document?.paths['/management/v1/users/_search']?.post?.requestBody?.required).toBe(false)
  })

  it("tells a method's own errors", () => {
    expect(document?.paths['/management/v1/users/{id}/metadata/{key}']?.get?.responses[404]).toEqual({
      description: 'Metadata not found (QUERY-Rgh32).',
      content: error,
    })
  })
})
