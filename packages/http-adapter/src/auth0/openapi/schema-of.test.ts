import * as v from 'valibot'
import { expect, it } from 'vitest'
import { requiredAny } from '../required-any'
import { emailFormat, strictUriFormat, uriOrEmptyFormat } from '../schemas/formats'
import { schemaOf } from './schema-of'

it.each([
  [v.string(), { type: 'string' }],
  [v.optional(v.boolean()), { type: 'boolean' }],
  [v.nullable(v.string()), { type: ['string', 'null'] }],
  [v.nullable(v.picklist(['a', 'b'])), { type: ['string', 'null'], enum: ['a', 'b', null] }],
  [v.unknown(), {}],
  [v.nullable(v.unknown()), {}],
  [
    v.pipe(v.string(), v.minLength(1), v.maxLength(9), v.description('A name')),
    { type: 'string', minLength: 1, maxLength: 9, description: 'A name' },
  ],
  [v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9)), { type: 'integer', minimum: 0, maximum: 9 }],
  [v.pipe(v.string(), v.regex(/^\+[0-9]{1,15}$/)), { type: 'string', pattern: '^\\+[0-9]{1,15}$' }],
  [v.pipe(v.string(), emailFormat), { type: 'string', format: 'email' }],
  [v.pipe(v.string(), strictUriFormat), { type: 'string', format: 'uri' }],
  [v.pipe(v.string(), uriOrEmptyFormat), { type: 'string', format: 'absolute-uri-or-empty' }],
  [
    v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(9)),
    { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 9 },
  ],
  [
    v.pipe(v.record(v.pipe(v.string(), v.maxLength(9)), v.nullable(v.string())), v.maxEntries(3)),
    {
      type: 'object',
      additionalProperties: { type: ['string', 'null'] },
      propertyNames: { maxLength: 9 },
      maxProperties: 3,
    },
  ],
  [v.record(v.string(), v.unknown()), { type: 'object', additionalProperties: {} }],
  [
    v.strictObject({ name: v.string(), age: v.optional(v.number()) }),
    {
      type: 'object',
      properties: { name: { type: 'string' }, age: { type: 'number' } },
      required: ['name'],
      additionalProperties: false,
    },
  ],
  [v.looseObject({}), { type: 'object', properties: {}, additionalProperties: {} }],
  [
    v.pipe(v.looseObject({}), requiredAny('a', 'b')),
    { type: 'object', properties: {}, additionalProperties: {}, anyOf: [{ required: ['a'] }, { required: ['b'] }] },
  ],
])('valibot schema %# has its JSON Schema', (schema, expected) => {
  expect(schemaOf(schema)).toEqual(expected)
})

it.each([
  ['schema', v.tuple([v.string()])],
  ['action', v.pipe(v.string(), v.startsWith('a'))],
])('refuses a kind of %s it has no keyword for', (_, schema) => {
  expect(() => schemaOf(schema)).toThrow(TypeError)
})
