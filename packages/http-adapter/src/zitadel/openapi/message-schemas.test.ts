import { describe, expect, it } from 'vitest'
import type { Contract, FieldContract } from '../contract'
import { messageSchemas } from './message-schemas'

const contract: Contract = {
  methods: {},
  messages: {
    'v1.Tree': {
      name: { number: 1, kind: 'string' },
      children: { number: 2, kind: 'message', of: 'v1.Tree', repeated: true },
    },
    'v1.Query': {
      by_name: { number: 1, kind: 'string', oneof: 'query' },
      by_tree: { number: 2, kind: 'message', of: 'v1.Tree', oneof: 'query' },
      note: { number: 3, kind: 'string', oneof: 'remark' },
    },
    'v1.GetRequest': { id: { number: 1, kind: 'string', rules: { min: 1 } }, text: { number: 2, kind: 'string' } },
  },
  requiredOneofs: ['v1.Query.query'],
  enums: { 'v1.Color': { COLOR_UNSPECIFIED: 0, COLOR_RED: 1 } },
}

/** Schema of a message with one field. */
function messageWith(field: Omit<FieldContract, 'number'>) {
  const messages = { ...contract.messages, 'v1.One': { some_field: { number: 1, ...field } } }
  return messageSchemas({ ...contract, messages }, ['v1.One'])['v1.One']
}

describe('a field', () => {
  it.each([
    [{ kind: 'string' }, { type: 'string' }],
    [
      { kind: 'string', rules: { max: 9 } },
      { type: 'string', maxLength: 9 },
    ],
    [{ kind: 'string', rules: { email: true, ignoreEmpty: true } }, { type: 'string' }],
    [{ kind: 'bool' }, { type: 'boolean' }],
    [{ kind: 'bytes' }, { type: 'string', contentEncoding: 'base64' }],
    [{ kind: 'uint32' }, { type: 'integer', minimum: 0, maximum: 4294967295 }],
    [{ kind: 'uint64' }, { type: 'string', format: 'uint64', pattern: '^[0-9]+$' }],
    [{ kind: 'timestamp' }, { type: 'string', format: 'date-time' }],
    [{ kind: 'struct' }, { type: 'object', additionalProperties: {} }],
    [{ kind: 'enum', of: 'v1.Color' }, { $ref: '#/components/schemas/v1.Color' }],
    [{ kind: 'message', of: 'v1.Tree' }, { $ref: '#/components/schemas/v1.Tree' }],
    [
      { kind: 'string', repeated: true, rules: { maxItems: 3, items: { max: 9 } } },
      { type: 'array', items: { type: 'string', maxLength: 9 }, maxItems: 3 },
    ],
  ] as const)('%j may be left out and is %j', (field, schema) => {
    expect(messageWith(field)).toEqual({ type: 'object', properties: { someField: schema } })
  })

  it.each([
    [
      { kind: 'string', rules: { min: 1, max: 9 } },
      { type: 'string', minLength: 1, maxLength: 9 },
    ],
    [
      { kind: 'string', rules: { email: true } },
      { type: 'string', format: 'email' },
    ],
    [
      { kind: 'string', rules: { prefix: '+' } },
      { type: 'string', pattern: '^\\+' },
    ],
    [
      { kind: 'bool', rules: { const: true } },
      { type: 'boolean', const: true },
    ],
    [
      { kind: 'enum', of: 'v1.Color', rules: { notIn: [0] } },
      { $ref: '#/components/schemas/v1.Color', not: { enum: ['COLOR_UNSPECIFIED'] } },
    ],
    [{ kind: 'message', of: 'v1.Tree', rules: { required: true } }, { $ref: '#/components/schemas/v1.Tree' }],
    [
      { kind: 'string', repeated: true, rules: { minItems: 1 } },
      { type: 'array', items: { type: 'string' }, minItems: 1 },
    ],
  ] as const)('%j breaks its rules when it is left out', (field, schema) => {
    expect(messageWith(field)).toEqual({ type: 'object', properties: { someField: schema }, required: ['someField'] })
  })

  it('of bytes is as long as their base64, with and without padding', () => {
    expect(messageWith({ kind: 'bytes', rules: { min: 1, max: 4 } })?.properties?.someField).toEqual({
      type: 'string',
      contentEncoding: 'base64',
      description: 'Base64 of 1 to 4 bytes.',
      minLength: 2,
      maxLength: 8,
    })
  })

  it('declared optional may be left out whatever its rules', () => {
    expect(messageWith({ kind: 'string', optional: true, rules: { min: 1 } })?.required).toBeUndefined()
  })
})

describe('messageSchemas', () => {
  it('follows what messages hold, once', () => {
    expect(Object.keys(messageSchemas(contract, ['v1.Query']))).toEqual(['v1.Query', 'v1.Tree'])
  })

  it('demands exactly one member of a required oneof', () => {
    expect(messageSchemas(contract, ['v1.Query'])['v1.Query']).toMatchObject({
      description: 'Exactly one of byName, byTree. At most one of note.',
      oneOf: [{ required: ['byName'] }, { required: ['byTree'] }],
    })
  })

  it('leaves out what stands elsewhere', () => {
    const schemas = messageSchemas(contract, ['v1.GetRequest'], new Map([['v1.GetRequest', ['id']]]))

    expect(schemas['v1.GetRequest']).toEqual({ type: 'object', properties: { text: { type: 'string' } } })
  })

  it('lists the names of an enum', () => {
    const messages = { 'v1.Paint': { color: { number: 1, kind: 'enum', of: 'v1.Color' } } } as const

    expect(messageSchemas({ ...contract, messages }, ['v1.Paint'])['v1.Color']).toEqual({
      type: 'string',
      enum: ['COLOR_UNSPECIFIED', 'COLOR_RED'],
    })
  })
})
