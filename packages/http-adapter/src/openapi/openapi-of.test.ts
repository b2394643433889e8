import { expect, it } from 'vitest'
import type { Face } from '../create-http-adapter'
import type { OpenApiDocument } from './openapi-document'
import { openApiOf } from './openapi-of'

const document: OpenApiDocument = {
  openapi: '3.1.1',
  info: { title: 'Acme', version: 'v1', description: '' },
  servers: [{ url: '/' }],
  tags: [],
  paths: {},
  components: { schemas: {}, securitySchemes: {} },
}
const silent: Face = { name: 'silent', open: () => () => undefined }
const acme: Face = { ...silent, name: 'acme', openApi: () => document }

it('holds a document of each face that describes itself', () => {
  expect([...openApiOf([silent, acme])]).toEqual([['acme', document]])
})

it('says where the faces are mounted, and leaves the face its document', () => {
  expect(openApiOf([acme], { serverUrl: '/idp' }).get('acme')?.servers).toEqual([{ url: '/idp' }])
  expect(document.servers).toEqual([{ url: '/' }])
})
