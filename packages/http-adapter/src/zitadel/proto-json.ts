import type { JsonObject, JsonValue } from '@indwell/core'
import { decodeBase64, encodeBase64 } from './base64'
import type { Contract, MessageName, RequestMessage, ResponseMessage } from './contract'
import { decodeDuration, encodeDuration } from './duration'
import { firstJsonValue } from './first-json-value'
import { goQuote } from './go-quote'
import { locateJson } from './locate-json'
import { type FieldLayout, layoutOf, type MessageLayout } from './message-layout'
import { ProtoJsonError } from './proto-json-error'
import { decodeTimestamp, encodeTimestamp } from './timestamp'

/** Messages within messages that are followed. Only search queries nest, and no search may nest this deep. */
const MAX_DEPTH = 200

/** Longest piece of a request that an error text repeats, in UTF-16 units. */
const MAX_QUOTED = 100

const UINT32_MAX = 0xffff_ffff
const UINT64_MAX = 0xffff_ffff_ffff_ffffn

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What is wrong, and the way to it, which grows while the error rises. Becomes a {@link ProtoJsonError} at the top. */
class Mismatch extends Error {
  readonly path: (string | number)[] = []

  constructor(
    readonly reason: string,
    readonly form: 'value' | 'syntax' = 'value',
    readonly part: 'key' | 'value' = 'value',
  ) {
    super(reason)
  }
}

/**
 * Decodes a request body: the first JSON value of it, or the empty message when it is blank.
 *
 * @param maxDepth - Deepest nesting of lists and objects.
 * @throws {@link ProtoJsonError} when it is malformed or does not fit the message.
 */
export function decodeBody<C extends Contract, Name extends MessageName<C>>(
  contract: C,
  messageName: Name,
  body: Uint8Array,
  maxDepth: number,
): RequestMessage<C, Name> {
  const first = firstJsonValue(textOf(body), maxDepth)
  return decodeMessage(contract, messageName, first === undefined ? {} : first.value, first?.source)
}

/**
 * Decodes protojson as a grpc-gateway does that discards unknown members: JSON and snake case names, enums by name or
 * number, 64-bit numbers as texts or numbers, `null` as absent, both base64 alphabets.
 *
 * @param value - What `JSON.parse` made of the request.
 * @param source - The text `value` was parsed from, for the position in an error text. Without it no position is told.
 * @throws {@link ProtoJsonError} when the value does not fit the message.
 * @see https://protobuf.dev/programming-guides/json/
 */
export function decodeMessage<C extends Contract, Name extends MessageName<C>>(
  contract: C,
  messageName: Name,
  value: unknown,
  source?: string,
): RequestMessage<C, Name> {
  try {
    const decoded: unknown = decodeFields(layoutOf(contract, messageName), value, 0)
    return decoded as RequestMessage<C, Name>
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error
    throw new ProtoJsonError(describe(error, source))
  }
}

/**
 * Encodes a message as protojson: JSON names, defaults left out, 64-bit numbers as texts, enums by name.
 *
 * @throws RangeError when a time, a duration or a number cannot be put in its field.
 */
export function encodeMessage<C extends Contract, Name extends MessageName<C>>(
  contract: C,
  messageName: Name,
  message: ResponseMessage<C, Name>,
): JsonObject {
  return encodeFields(layoutOf(contract, messageName), message)
}

function textOf(body: Uint8Array): string {
  try {
    return utf8.decode(body)
  } catch {
    throw new ProtoJsonError('proto: syntax error: invalid UTF-8 in string')
  }
}

function describe({ form, reason, path, part }: Mismatch, source: string | undefined): string {
  const position = source === undefined ? undefined : locateJson(source, path, part)
  if (form === 'syntax') return `proto: syntax error${position ? ` (${position})` : ''}: ${reason}`
  return `proto: ${position ? `(${position}): ` : ''}${reason}`
}

function decodeFields(layout: MessageLayout, value: unknown, depth: number): Record<string, unknown> {
  if (!isJsonObject(value)) throw unexpectedToken(value)
  if (depth > MAX_DEPTH) throw new Mismatch('exceeded max recursion depth')
  const decoded: Record<string, unknown> = { ...layout.empty }
  for (const name of Object.keys(value)) {
    const field = layout.byName.get(name)
    if (field === undefined) continue
    try {
      decodeField(layout, field, name, value, decoded, depth)
    } catch (error) {
      if (error instanceof Mismatch) error.path.unshift(name)
      throw error
    }
  }
  return decoded
}

function decodeField(
  layout: MessageLayout,
  field: FieldLayout,
  name: string,
  members: JsonObject,
  decoded: Record<string, unknown>,
  depth: number,
): void {
  if (field.name !== field.jsonName && hasBefore(members, name, name === field.name ? field.jsonName : field.name)) {
    throw new Mismatch(`duplicate field ${quoted(name)}`, 'value', 'key')
  }
  const value = members[name]
  if (value === null) return
  if (field.repeated) {
    decoded[field.jsonName] = decodeList(field, value, depth)
    return
  }
  if (field.oneof !== undefined) refuseSecondMember(layout, field, name, members)
  const single = decodeSingle(field, value, depth)
  if (single !== undefined) decoded[field.jsonName] = single
}

/** Whether `members` holds `other`, and holds it before `name`. */
function hasBefore(members: JsonObject, name: string, other: string): boolean {
  if (!Object.hasOwn(members, other)) return false
  const names = Object.keys(members)
  return names.indexOf(other) < names.indexOf(name)
}

function refuseSecondMember(layout: MessageLayout, field: FieldLayout, name: string, members: JsonObject): void {
  for (const other of Object.keys(members)) {
    if (other === name) return
    if (layout.byName.get(other)?.oneof === field.oneof && members[other] !== null) {
      const oneof = `zitadel.${layout.name}.${field.oneof}`
      throw new Mismatch(`error parsing ${quoted(name)}, oneof ${oneof} is already set`, 'value', 'key')
    }
  }
}

function decodeList(field: FieldLayout, value: unknown, depth: number): readonly unknown[] {
  if (!Array.isArray(value)) throw unexpectedToken(value)
  const list: unknown[] = []
  for (let index = 0; index < value.length; index++) {
    try {
      const element = decodeSingle(field, value[index], depth)
      if (element !== undefined) list.push(element)
    } catch (error) {
      if (error instanceof Mismatch) error.path.unshift(index)
      throw error
    }
  }
  return list
}

/** `undefined` for an enum name that is not known: such a value is ignored. */
function decodeSingle(field: FieldLayout, value: unknown, depth: number): unknown {
  switch (field.kind) {
    case 'message':
      return decodeFields(field.message(), value, depth + 1)
    case 'struct':
      if (!isJsonObject(value)) throw unexpectedToken(value)
      return value
    case 'timestamp':
      return timeValue('google.protobuf.Timestamp', value, decodeTimestamp)
    case 'duration':
      return timeValue('google.protobuf.Duration', value, decodeDuration)
    case 'enum':
      return enumValue(field, value)
    case 'string':
      return stringValue(field, value)
    default: {
      const scalar = scalarValue(field, value)
      if (scalar === undefined) throw invalidValue(field, value)
      return scalar
    }
  }
}

function timeValue(type: string, value: unknown, decode: (text: string) => number | undefined): number {
  if (typeof value !== 'string') throw unexpectedToken(value)
  const ms = decode(value)
  if (ms === undefined) throw new Mismatch(`invalid ${type} value ${quoted(value)}`)
  return ms
}

function enumValue(field: FieldLayout, value: unknown): string | number | undefined {
  const { enumeration } = field
  if (typeof value === 'string') return enumeration?.numbers.has(value) ? value : undefined
  if (typeof value === 'number' && (value | 0) === value) return enumeration?.names.get(value) ?? value
  throw invalidValue(field, value)
}

function stringValue(field: FieldLayout, value: unknown): string {
  if (typeof value !== 'string') throw invalidValue(field, value)
  if (value.isWellFormed()) return value
  // Only an escape can bring half a surrogate pair this far, and what follows cannot be stored as UTF-8.
  const half = /\p{Surrogate}/u.exec(value)?.[0] ?? ''
  const sequence = `\\u${half.charCodeAt(0).toString(16)}`
  throw new Mismatch(`invalid escape code ${goQuote(sequence)} in string`, 'syntax')
}

function scalarValue(field: FieldLayout, value: unknown): unknown {
  switch (field.kind) {
    case 'bool':
      return typeof value === 'boolean' ? value : undefined
    case 'bytes':
      return typeof value === 'string' ? decodeBase64(value) : undefined
    case 'uint32': {
      const number = integerValue(value)
      return number === undefined || number < 0n || number > UINT32_MAX ? undefined : Number(number)
    }
    default: {
      const number = integerValue(value)
      return number === undefined || number < 0n || number > UINT64_MAX ? undefined : number
    }
  }
}

/** A whole number, given as such or as a text that holds a JSON number: `12`, `"12"`, `1.2e1`. */
function integerValue(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined
  if (typeof value !== 'string') return undefined
  const match = /^(-?)(0|[1-9]\d{0,39})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,2}))?$/.exec(value)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const decimals = fraction.replace(/0+$/, '')
  const zeros = Number(exponent) - decimals.length
  const digits = whole + decimals
  if (zeros >= 0) return BigInt(`${sign}${digits}${'0'.repeat(zeros)}`)
  const kept = Math.max(digits.length + zeros, 0)
  return /[1-9]/.test(digits.slice(kept)) ? undefined : BigInt(`${sign}${digits.slice(0, kept) || '0'}`)
}

function invalidValue(field: FieldLayout, value: unknown): Mismatch {
  return new Mismatch(`invalid value for ${field.kind} field ${field.jsonName}: ${tokenOf(value)}`)
}

function unexpectedToken(value: unknown): Mismatch {
  return new Mismatch(`unexpected token ${tokenOf(value)}`, 'syntax')
}

function tokenOf(value: unknown): string {
  if (Array.isArray(value)) return '['
  return isJsonObject(value) ? '{' : quoted(value)
}

function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null'
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function encodeFields(layout: MessageLayout, message: unknown): JsonObject {
  const members = message as Readonly<Record<string, unknown>>
  const encoded: Record<string, JsonValue> = {}
  for (const field of layout.fields) {
    const value = members[field.jsonName]
    if (value === undefined || value === null) continue
    if (field.repeated) {
      const list = value as readonly unknown[]
      if (list.length > 0) encoded[field.jsonName] = list.map((element) => encodeSingle(field, element))
      continue
    }
    if (!field.presence && isDefault(field, value)) continue
    encoded[field.jsonName] = encodeSingle(field, value)
  }
  return encoded
}

function isDefault(field: FieldLayout, value: unknown): boolean {
  if (value instanceof Uint8Array) return value.length === 0
  if (field.kind === 'uint64') return value === 0n || value === 0 || value === '0' || value === ''
  return value === field.absent
}

function encodeSingle(field: FieldLayout, value: unknown): JsonValue {
  switch (field.kind) {
    case 'message':
      return encodeFields(field.message(), value)
    case 'timestamp':
      return encodeTimestamp(value as number)
    case 'duration':
      return encodeDuration(value as number)
    case 'bytes':
      return encodeBase64(value as Uint8Array)
    case 'uint64':
      if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError(`${value} is no safe integer`)
      return String(value)
    default:
      return value as JsonValue
  }
}
