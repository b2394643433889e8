import type { JsonSchema, OpenApiDocument } from '@indwell/http-adapter'

/**
 * Makes a value that a schema accepts: what it demands and nothing more. Where it demands nothing, that is an e-mail
 * address if it takes one, and its only member if it has no other.
 *
 * @param name - Of the member the value is for: a text without a format holds it.
 * @returns `undefined` for a message that demands to be within itself.
 */
export function exampleOf(
  document: OpenApiDocument,
  schema: JsonSchema,
  name = 'value',
  above: readonly string[] = [],
): unknown {
  const { $ref, ...beside } = schema
  if ($ref !== undefined) {
    if (above.includes($ref)) return undefined
    return exampleOf(document, { ...schemaAt(document, $ref), ...beside }, name, [...above, $ref])
  }
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) {
    const refused = schema.not?.enum ?? []
    return schema.enum.find((value) => !refused.includes(value) && !value?.endsWith('_UNSPECIFIED')) ?? schema.enum[0]
  }
  switch ([schema.type].flat()[0]) {
    case 'object':
      return Object.fromEntries(
        demandedMembers(schema).map((member) => [
          member,
          exampleOf(document, schema.properties?.[member] ?? {}, member, above),
        ]),
      )
    case 'array':
      return [exampleOf(document, schema.items ?? {}, name, above)].filter((item) => item !== undefined)
    case 'boolean':
      return true
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'null':
      return null
    default:
      return exampleText(schema, name)
  }
}

/** The schema a `$ref` of the document leads to. */
export function schemaAt({ components }: OpenApiDocument, ref: string): JsonSchema {
  return components.schemas[ref.slice('#/components/schemas/'.length)] ?? {}
}

function demandedMembers(schema: JsonSchema): readonly string[] {
  const { required = [], oneOf, anyOf, allOf = [], properties = {}, minProperties = 0 } = schema
  const chosen = [oneOf, anyOf, ...allOf.map((alternative) => alternative.oneOf)]
  const names = [...required, ...chosen.flatMap((alternatives) => alternatives?.at(-1)?.required ?? [])]
  if (names.length > 0) return names
  const members = Object.keys(properties)
  const address = members.find((name) => properties[name]?.format === 'email')
  if (address !== undefined) return [address]
  return members.length === 1 ? members : members.slice(0, minProperties)
}

function exampleText({ format = '', contentEncoding, pattern = '', maxLength }: JsonSchema, name: string): string {
  if (contentEncoding === 'base64') return 'Ymx1ZQ=='
  const formatted = formattedTexts.get(format)
  if (formatted !== undefined) return formatted
  return pattern.startsWith('^\\+') ? '+41440000000' : name.slice(0, maxLength)
}

const formattedTexts: ReadonlyMap<string, string> = new Map([
  ['date-time', '2030-01-01T00:00:00Z'],
  ['duration-seconds', '3600s'],
  ['email', 'ada@acme.example'],
  ['uint64', '1'],
  ['uri', 'https://acme.example/'],
])
