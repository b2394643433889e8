import type { JsonSchema } from '../../openapi/json-schema'
import type { Contract, FieldRules } from '../contract'
import { type FieldLayout, layoutOf, type MessageLayout } from '../message-layout'

/**
 * Schemas of messages and of all that they hold, by full name, as protojson writes them: what is encoded, which is less
 * than what is understood.
 *
 * @param without - Snake case names of fields that stand elsewhere than in the body, by message.
 * @see https://protobuf.dev/programming-guides/json/
 */
export function messageSchemas(
  contract: Contract,
  messageNames: Iterable<string>,
  without: ReadonlyMap<string, readonly string[]> = new Map(),
): Readonly<Record<string, JsonSchema>> {
  const schemas = new Map<string, JsonSchema>()
  const open = [...messageNames]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (schemas.has(name)) continue
    const layout = layoutOf(contract, name)
    const apart = without.get(name) ?? []
    const fields = layout.fields.filter((field) => !apart.includes(field.name))
    schemas.set(name, messageSchema(layout, fields))
    for (const { kind, of } of Object.values(contract.messages[name] ?? {})) {
      if (kind === 'message' && of !== undefined) open.push(of)
      if (kind === 'enum' && of !== undefined) {
        schemas.set(of, { type: 'string', enum: Object.keys(contract.enums[of] ?? {}) })
      }
    }
  }
  return Object.fromEntries([...schemas].sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** Schema of what one field holds. Messages and enums are referred to. */
export function fieldSchema(field: FieldLayout): JsonSchema {
  const { repeated, rules = {} } = field
  if (!repeated) return valueSchema(field, rules)
  const { minItems, maxItems, items = {} } = rules
  return {
    type: 'array',
    items: valueSchema(field, items),
    ...(minItems !== undefined && { minItems }),
    ...(maxItems !== undefined && { maxItems }),
  }
}

/** Whether a request breaks the field's rules by leaving it out. */
export function isRequired({ kind, repeated, presence, rules = {} }: FieldLayout): boolean {
  if (repeated) return (rules.minItems ?? 0) > 0
  if (rules.required) return true
  if (rules.ignoreEmpty) return false
  if (presence) return false
  // Left out is the same as the default, which has to keep the rules.
  if (kind === 'bool') return rules.const === true
  if (kind === 'enum') return rules.notIn?.includes(0) ?? false
  return (rules.min ?? 0) > 0 || rules.email === true || (rules.prefix ?? '') !== ''
}

function messageSchema({ oneofs }: MessageLayout, fields: readonly FieldLayout[]): JsonSchema {
  const required = fields.filter(isRequired).map(({ jsonName }) => jsonName)
  const choices = oneofs.map((oneof) => {
    const names = oneof.fields.map(({ jsonName }) => jsonName)
    return `${oneof.required ? 'Exactly' : 'At most'} one of ${names.join(', ')}.`
  })
  const alternatives = oneofs
    .filter((oneof) => oneof.required)
    .map(({ fields: members }) => ({ oneOf: members.map(({ jsonName }) => ({ required: [jsonName] })) }))
  return {
    type: 'object',
    ...(choices.length > 0 && { description: choices.join(' ') }),
    properties: Object.fromEntries(fields.map((field) => [field.jsonName, fieldSchema(field)])),
    ...(required.length > 0 && { required }),
    ...(alternatives.length > 1 ? { allOf: alternatives } : alternatives[0]),
  }
}

function valueSchema(field: FieldLayout, rules: FieldRules): JsonSchema {
  switch (field.kind) {
    case 'string':
      return textSchema(rules)
    case 'bool':
      return { type: 'boolean', ...(rules.const !== undefined && { const: rules.const }) }
    case 'bytes':
      return bytesSchema(rules)
    case 'uint32':
      return { type: 'integer', minimum: 0, maximum: 0xffff_ffff }
    case 'uint64':
      return { type: 'string', format: 'uint64', pattern: '^[0-9]+$' }
    case 'enum':
      return enumSchema(field, rules)
    case 'message':
      return { $ref: refOf(field.message().name) }
    case 'timestamp':
      return { type: 'string', format: 'date-time' }
    case 'duration':
      return { type: 'string', format: 'duration-seconds', pattern: '^-?[0-9]+(\\.[0-9]{1,9})?s$' }
    case 'struct':
      return { type: 'object', additionalProperties: {} }
  }
}

function textSchema({ min = 0, max, prefix, email, ignoreEmpty }: FieldRules): JsonSchema {
  // No format and no pattern knows an exception for the empty text.
  if (ignoreEmpty) return { type: 'string', ...(max !== undefined && { maxLength: max }) }
  return {
    type: 'string',
    ...(min > 0 && { minLength: min }),
    ...(max !== undefined && { maxLength: max }),
    ...(prefix !== undefined && { pattern: `^${escapedForPattern(prefix)}` }),
    ...(email === true && { format: 'email' }),
  }
}

/** Lengths are those of the base64 text: the least without padding, the most with it. */
function bytesSchema({ min = 0, max }: FieldRules): JsonSchema {
  const range = max === undefined ? (min > 0 ? `at least ${min}` : undefined) : `${min} to ${max}`
  return {
    type: 'string',
    contentEncoding: 'base64',
    ...(range !== undefined && { description: `Base64 of ${range} bytes.` }),
    ...(min > 0 && { minLength: Math.ceil((min * 4) / 3) }),
    ...(max !== undefined && { maxLength: Math.ceil(max / 3) * 4 }),
  }
}

function enumSchema({ enumeration }: FieldLayout, { notIn = [] }: FieldRules): JsonSchema {
  const refused = notIn.flatMap((number) => enumeration?.names.get(number) ?? [])
  return { $ref: refOf(enumeration?.name ?? ''), ...(refused.length > 0 && { not: { enum: refused } }) }
}

/** Where a schema of {@link messageSchemas} is in the document. */
export function refOf(name: string): string {
  return `#/components/schemas/${name}`
}

function escapedForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
