import type { FieldLayout, MessageLayout } from '../../src/zitadel/message-layout'

/**
 * The least JSON that keeps every field rule of a message.
 *
 * @param known - What some fields hold instead, by their JSON names: of this message, not of those in it.
 */
export function minimalMessage(
  layout: MessageLayout,
  known: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const message: Record<string, unknown> = {}
  for (const field of layout.fields) {
    const value = Object.hasOwn(known, field.jsonName) ? known[field.jsonName] : leastValue(field)
    if (value !== undefined) message[field.jsonName] = value
  }
  for (const { required, fields } of layout.oneofs) {
    const [first] = fields
    const isKnown = fields.some(({ jsonName }) => Object.hasOwn(known, jsonName))
    if (required && first !== undefined && !isKnown) message[first.jsonName] = sampleOf(first)
  }
  return message
}

/** `undefined` where the field may be absent. */
function leastValue(field: FieldLayout): unknown {
  const { rules = {}, repeated, optional, oneof } = field
  if (oneof !== undefined || optional) return undefined
  if (repeated)
    return rules.minItems === undefined ? undefined : Array.from({ length: rules.minItems }, () => sampleOf(field))
  return rules.required || rules.min !== undefined || rules.prefix !== undefined || rules.email || rules.notIn
    ? sampleOf(field)
    : undefined
}

function sampleOf(field: FieldLayout): unknown {
  const { rules = {}, kind, enumeration } = field
  switch (kind) {
    case 'message':
      return minimalMessage(field.message())
    case 'bytes':
      return Buffer.alloc(rules.min ?? 0, 'x').toString('base64')
    case 'enum':
      return [...(enumeration?.names.keys() ?? [])].find((number) => !rules.notIn?.includes(number))
    case 'bool':
      return rules.const ?? true
    default:
      return rules.email
        ? 'x@x.example'
        : (rules.prefix ?? '').padEnd(Math.max(rules.min ?? 0, rules.prefix ? 4 : 0), '1')
  }
}
