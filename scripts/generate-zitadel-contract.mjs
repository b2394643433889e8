/**
 * Writes packages/http-adapter/src/zitadel/contract.generated.ts from the compiled descriptors of `@zitadel/proto`.
 *
 * `--check` writes nothing and exits 1 when the checked-in file differs from what would be written. Whatever the codec
 * cannot express (a map field, an unknown rule, a body that is one field) stops the run instead of being left out.
 */
import { getOption, hasOption, ScalarType, toJson } from '@bufbuild/protobuf'
import { http } from '@zitadel/proto/google/api/annotations_pb.js'
import { openapiv2_operation as openApiOperation } from '@zitadel/proto/protoc-gen-openapiv2/options/annotations_pb.js'
import { FieldRulesSchema, required, rules } from '@zitadel/proto/validate/validate_pb.js'
import { auth_option as authOption } from '@zitadel/proto/zitadel/options_pb.js'
import { options as methodOptions } from '@zitadel/proto/zitadel/protoc_gen_zitadel/v2/options_pb.js'
import {
  fail,
  licenseHeader,
  packageVersion,
  quote,
  reachable,
  servedMethods,
  shortName,
  WELL_KNOWN,
  writeOrCheck,
} from './zitadel-descriptors.mjs'

const TARGET = new URL('../packages/http-adapter/src/zitadel/contract.generated.ts', import.meta.url)

const SCALARS = new Map([
  [ScalarType.STRING, 'string'],
  [ScalarType.BOOL, 'bool'],
  [ScalarType.BYTES, 'bytes'],
  [ScalarType.UINT32, 'uint32'],
  [ScalarType.UINT64, 'uint64'],
])

/** Plain data as a one-line literal in the house style. Members that are `undefined` or `false` are left out. */
function literal(value) {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'string') return quote(value)
  if (typeof value !== 'object') return String(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined && member !== false)
  return `{ ${members.map(([name, member]) => `${name}: ${literal(member)}`).join(', ')} }`
}

function methodContract(method, prefix) {
  const where = `${method.parent.typeName}/${method.name}`
  if (method.methodKind !== 'unary') fail(where, 'is not unary')

  const v1 = hasOption(method, authOption) ? getOption(method, authOption) : undefined
  const v2 = hasOption(method, methodOptions) ? getOption(method, methodOptions) : undefined
  const successCode = v2?.httpResponse?.successCode
  const convention = `${method.parent.file.proto.package}.${method.name}`
  if (method.input.typeName !== `${convention}Request`) fail(where, `takes a ${method.input.typeName}`)
  if (method.output.typeName !== `${convention}Response`) fail(where, `answers a ${method.output.typeName}`)
  return {
    ...(hasOption(method, http) && routeContract(where, method, prefix)),
    permission: v1?.permission || v2?.authOption?.permission || undefined,
    checkField: v1?.checkFieldName || undefined,
    orgField: v2?.authOption?.orgField || undefined,
    successStatus: successCode && successCode !== 200 ? successCode : undefined,
    deprecated:
      method.deprecated ||
      (hasOption(method, openApiOperation) && getOption(method, openApiOperation).deprecated) ||
      undefined,
  }
}

function routeContract(where, method, prefix) {
  const binding = getOption(method, http)
  if (binding.pattern.case === undefined) fail(where, 'has an empty REST binding')
  if (binding.additionalBindings.length > 0) fail(where, 'has additional bindings')
  if (binding.responseBody !== '') fail(where, 'has a response body rule')
  if (binding.body !== '' && binding.body !== '*') fail(where, `has the body rule ${binding.body}`)
  for (const [, variable] of binding.pattern.value.matchAll(/\{([^}]*)\}/g)) {
    const field = method.input.fields.find((candidate) => candidate.name === variable)
    if (field?.scalar !== ScalarType.STRING) fail(where, `binds {${variable}}, which is no text field of the request`)
  }
  return {
    httpMethod: binding.pattern.case.toUpperCase(),
    path: prefix + binding.pattern.value,
    body: binding.body || undefined,
  }
}

/** Takes what it knows out of `given` and fails on the rest, so that no rule is dropped unseen. */
function ruleReader(where, given) {
  const left = { ...given }
  return {
    take(name) {
      const value = left[name]
      delete left[name]
      return value
    },
    takeNumber(name) {
      const value = this.take(name)
      return value === undefined ? undefined : Number(value)
    },
    end() {
      if (Object.keys(left).length > 0) fail(where, `has the unknown rules ${Object.keys(left)}`)
    },
  }
}

function fieldRules(where, given) {
  const kinds = ruleReader(where, given)
  const message = ruleReader(where, kinds.take('message') ?? {})
  const string = ruleReader(where, kinds.take('string') ?? {})
  const bytes = ruleReader(where, kinds.take('bytes') ?? {})
  const enumeration = ruleReader(where, kinds.take('enum') ?? {})
  const bool = ruleReader(where, kinds.take('bool') ?? {})
  const timestamp = ruleReader(where, kinds.take('timestamp') ?? {})
  const repeated = ruleReader(where, kinds.take('repeated') ?? {})
  const items = repeated.take('items')
  const flat = {
    required: message.take('required') ?? timestamp.take('required'),
    min: string.takeNumber('minLen') ?? bytes.takeNumber('minLen'),
    max: string.takeNumber('maxLen') ?? bytes.takeNumber('maxLen'),
    prefix: string.take('prefix'),
    email: string.take('email'),
    ignoreEmpty: string.take('ignoreEmpty'),
    notIn: enumeration.take('notIn'),
    definedOnly: enumeration.take('definedOnly'),
    const: bool.take('const'),
    minItems: repeated.takeNumber('minItems'),
    maxItems: repeated.takeNumber('maxItems'),
    items: items === undefined ? undefined : fieldRules(where, items),
  }
  for (const reader of [kinds, message, string, bytes, enumeration, bool, timestamp, repeated]) reader.end()
  return flat
}

function jsonNameOf(name) {
  return name.replace(/_+([a-z0-9]?)/g, (_, letter) => letter.toUpperCase())
}

function fieldContract(field) {
  const where = field.toString()
  if (field.jsonName !== jsonNameOf(field.name)) fail(where, `has the irregular JSON name ${field.jsonName}`)
  const repeated = field.fieldKind === 'list'
  const element = repeated ? field.listKind : field.fieldKind
  const wellKnown = element === 'message' ? WELL_KNOWN.get(field.message.typeName) : undefined
  const kind = element === 'scalar' ? SCALARS.get(field.scalar) : (wellKnown ?? element)
  if (kind === undefined || kind === 'map') fail(where, `is of a kind the codec does not know: ${element}`)
  if (element === 'message' && wellKnown === undefined && field.message.typeName.startsWith('google.')) {
    fail(where, `is a ${field.message.typeName}`)
  }
  return {
    number: field.number,
    kind,
    of: kind === 'message' ? shortName(field.message) : kind === 'enum' ? shortName(field.enum) : undefined,
    repeated,
    optional: field.proto.proto3Optional,
    oneof: field.oneof?.name,
    rules: hasOption(field, rules) ? fieldRules(where, toJson(FieldRulesSchema, getOption(field, rules))) : undefined,
  }
}

function requiredOneofs(message) {
  const isRequired = (oneof) => hasOption(oneof, required) && getOption(oneof, required)
  return message.oneofs.filter(isRequired).map((oneof) => `${shortName(message)}.${oneof.name}`)
}

function generate(version) {
  const served = servedMethods()
  const methods = new Map(
    served.map(({ method, prefix }) => [`${shortName(method.parent)}/${method.name}`, methodContract(method, prefix)]),
  )
  const messages = reachable(served.flatMap(({ method }) => [method.input, method.output]))
  const enums = new Map()
  for (const message of messages.values()) {
    for (const field of message.fields) if (field.enum) enums.set(shortName(field.enum), field.enum)
  }

  const lines = [
    licenseHeader('generate-zitadel-contract.mjs', version),
    "import type { Contract } from './contract'",
    '',
    'export const zitadelContract = {',
    '  methods: {',
    ...[...methods].map(([name, method]) => `    ${quote(name)}: ${literal(method)},`),
    '  },',
    '  messages: {',
  ]
  for (const message of messages.values()) {
    const fields = message.fields.map((field) => `${field.name}: ${literal(fieldContract(field))}`)
    const oneLine = `    ${quote(shortName(message))}: ${fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`},`
    if (oneLine.length <= 120) lines.push(oneLine)
    else lines.push(`    ${quote(shortName(message))}: {`, ...fields.map((field) => `      ${field},`), '    },')
  }
  lines.push('  },', '  requiredOneofs: [')
  lines.push(
    ...[...messages.values()].flatMap(requiredOneofs).map((name) => `    ${quote(name)},`),
    '  ],',
    '  enums: {',
  )
  for (const [name, { values }] of enums) {
    if (values[0].number !== 0) fail(name, 'does not start at 0')
    lines.push(`    ${quote(name)}: {`, ...values.map((value) => `      ${value.name}: ${value.number},`), '    },')
  }
  lines.push('  },', '} as const satisfies Contract', '')
  return lines.join('\n')
}

await writeOrCheck(TARGET, 'generate-zitadel-contract.mjs', generate(await packageVersion()))
