import type { JsonSchema, OpenApiDocument } from '@indwell/http-adapter'
import { expect, it } from 'vitest'
import { exampleOf } from '../src/docs-page/example-of'

const text: JsonSchema = { type: 'string' }
const document: OpenApiDocument = {
  openapi: '3.1.1',
  info: { title: 'Acme', version: 'v1', description: '' },
  servers: [],
  tags: [],
  paths: {},
  components: {
    schemas: {
      Color: { type: 'string', enum: ['COLOR_UNSPECIFIED', 'COLOR_RED', 'COLOR_BLUE'] },
      Not: { type: 'object', properties: { not: { $ref: '#/components/schemas/Not' } }, required: ['not'] },
    },
    securitySchemes: {},
  },
}

it.each([
  [text, 'member'],
  [{ type: 'string', maxLength: 3 }, 'mem'],
  [{ type: 'string', format: 'date-time' }, '2030-01-01T00:00:00Z'],
  [{ type: ['string', 'null'], format: 'uri' }, 'https://acme.example/'],
  [{ type: 'string', contentEncoding: 'base64' }, 'Ymx1ZQ=='],
  [{ type: 'integer', minimum: 10 }, 10],
  [{ type: 'boolean', const: true }, true],
  [{ type: 'array', items: text }, ['member']],
  [{ $ref: '#/components/schemas/Color' }, 'COLOR_RED'],
  [{ $ref: '#/components/schemas/Color', not: { enum: ['COLOR_RED'] } }, 'COLOR_BLUE'],
  [{ type: 'object', properties: { a: text, b: text }, required: ['b'] }, { b: 'b' }],
  [{ type: 'object', properties: { a: text, b: text } }, {}],
  [{ type: 'object', properties: { a: text } }, { a: 'a' }],
  [{ type: 'object', properties: { a: text, b: text }, minProperties: 1 }, { a: 'a' }],
  [{ type: 'object', properties: { a: text, b: { ...text, format: 'email' } } }, { b: 'ada@acme.example' }],
  [{ type: 'object', properties: { a: text, b: text }, oneOf: [{ required: ['a'] }, { required: ['b'] }] }, { b: 'b' }],
] satisfies [JsonSchema, unknown][])('of %j is %j', (schema: JsonSchema, expected: unknown) => {
  expect(exampleOf(document, schema, 'member')).toEqual(expected)
})

it('ends where a message demands to be within itself', () => {
  expect(exampleOf(document, { $ref: '#/components/schemas/Not' })).toEqual({ not: undefined })
})
