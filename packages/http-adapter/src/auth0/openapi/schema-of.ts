import type * as v from 'valibot'
import type { JsonSchema, JsonSchemaType } from '../../openapi/json-schema'
import type { FormatAction } from '../schemas/formats'
import type { PipeNode, SchemaNode } from '../wire-rule'

/**
 * Says in JSON Schema what a valibot schema of a body or a query accepts.
 *
 * @throws TypeError for a kind of schema or action there is no keyword for: a mistake of ours, seen when the document is
 * first made.
 */
export function schemaOf(schema: v.GenericSchema): JsonSchema {
  return walk(schema)
}

function walk(schema: SchemaNode): JsonSchema {
  if (schema.type === 'optional') return walk(inner(schema))
  if (schema.type === 'nullable') return orNull(walk(inner(schema)))
  const base = baseOf(schema)
  const keywords = (schema.pipe ?? []).map((item) => keywordsOf(item, base))
  return Object.assign({}, base, ...keywords)
}

function baseOf(schema: SchemaNode): JsonSchema {
  switch (schema.type) {
    case 'string':
    case 'number':
    case 'boolean':
      return { type: schema.type }
    case 'picklist':
      return { type: 'string', enum: (schema.options ?? []).map(String) }
    case 'array':
      return { type: 'array', items: walk(inner(schema)) }
    case 'record':
      return recordOf(schema)
    case 'strict_object':
    case 'loose_object': {
      const entries = Object.entries(schema.entries ?? {})
      const required = entries.filter(([, entry]) => entry.type !== 'optional').map(([name]) => name)
      return {
        type: 'object',
        properties: Object.fromEntries(entries.map(([name, entry]) => [name, walk(entry)])),
        ...(required.length > 0 && { required }),
        additionalProperties: schema.type === 'strict_object' ? false : {},
      }
    }
    case 'unknown':
    case 'custom':
      return {}
    default:
      throw new TypeError(`no JSON Schema for valibot schema "${schema.type}"`)
  }
}

function inner(schema: SchemaNode): SchemaNode {
  const node = schema.wrapped ?? schema.item
  if (node === undefined) throw new TypeError(`valibot schema "${schema.type}" wraps nothing`)
  return node
}

function recordOf({ key, value }: SchemaNode): JsonSchema {
  if (key === undefined || value === undefined) throw new TypeError('record without key or value')
  const { type: _, ...names } = walk(key)
  return {
    type: 'object',
    additionalProperties: walk(value),
    ...(Object.keys(names).length > 0 && { propertyNames: names }),
  }
}

/** Keywords but `type` and `enum` say nothing of a value of another type. */
function orNull(schema: JsonSchema): JsonSchema {
  if (schema.type === undefined) return schema
  const types: readonly JsonSchemaType[] = [schema.type].flat()
  return {
    ...schema,
    type: [...types, 'null'],
    ...(schema.enum !== undefined && { enum: [...schema.enum, null] }),
  }
}

function keywordsOf(item: PipeNode, { type }: JsonSchema): JsonSchema {
  const limit = Number(item.requirement)
  switch (item.type) {
    case 'description':
      return { description: String(item.description) }
    case 'integer':
      return { type: 'integer' }
    case 'min_length':
      return type === 'array' ? { minItems: limit } : { minLength: limit }
    case 'max_length':
      return type === 'array' ? { maxItems: limit } : { maxLength: limit }
    case 'min_entries':
      return { minProperties: limit }
    case 'max_entries':
      return { maxProperties: limit }
    case 'min_value':
      return { minimum: limit }
    case 'max_value':
      return { maximum: limit }
    case 'regex':
      return { pattern: (item.requirement as RegExp).source }
    case 'check':
      return isFormat(item) ? { format: standardFormats.get(item.format) ?? item.format } : {}
    case 'required_any':
      return { anyOf: (item.requirement as readonly string[]).map((name) => ({ required: [name] })) }
    case 'metadata':
      return {}
    default:
      if (item.kind === 'schema') return {}
      throw new TypeError(`no JSON Schema keyword for valibot action "${item.type}"`)
  }
}

function isFormat(item: PipeNode): item is PipeNode & Pick<FormatAction, 'format'> {
  return 'format' in item && typeof item.format === 'string'
}

/** Names of JSON Schema for formats the service calls otherwise. */
const standardFormats: ReadonlyMap<string, string> = new Map([['strict-uri', 'uri']])
