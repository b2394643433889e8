import { decodeBase64 } from './base64'
import { decodeDuration } from './duration'
import { goQuote } from './go-quote'
import type { FieldLayout, MessageLayout } from './message-layout'
import { ProtoJsonError } from './proto-json-error'
import { decodeTimestamp } from './timestamp'

/** A message while it is being filled. */
export type OpenMessage = Record<string, unknown>

/**
 * Fills a message from a query string as grpc-gateway does: fields by JSON or snake case name, nested ones behind dots,
 * lists by repetition. Unknown names are ignored.
 *
 * @param query - What follows the `?`, still percent-encoded.
 * @param bound - Snake case names of the fields the path has set: the query may not touch them.
 * @throws {@link ProtoJsonError} when a value does not fit its field, or a single field is given twice.
 */
export function decodeQuery(
  layout: MessageLayout,
  message: OpenMessage,
  query: string,
  bound: ReadonlySet<string>,
): void {
  for (const [key, values] of parametersOf(query)) {
    const indexed = /^(.*)\[(.*)\]$/.exec(key)
    const path = (indexed?.[1] ?? key).split('.')
    if (bound.has(layout.byName.get(path[0] ?? '')?.name ?? '')) continue
    setPath(layout, message, path, indexed === null ? values : [indexed[2] ?? '', ...values])
  }
}

/**
 * Reads a text from outside of JSON as the value of a field.
 *
 * @throws {@link ProtoJsonError} when it does not fit.
 */
export function decodeText(field: FieldLayout, text: string): unknown {
  switch (field.kind) {
    case 'string':
      return text
    case 'bool':
      if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true
      if (/^(?:0|f|F|FALSE|false|False)$/.test(text)) return false
      throw new ProtoJsonError(`strconv.ParseBool: parsing ${goQuote(text)}: invalid syntax`)
    case 'uint32':
      return Number(unsigned(text, 0xffff_ffffn))
    case 'uint64':
      return unsigned(text, 0xffff_ffff_ffff_ffffn)
    case 'enum': {
      const { enumeration } = field
      const name = enumeration?.numbers.has(text)
        ? text
        : /^[+-]?\d+$/.test(text)
          ? enumeration?.names.get(Number(text))
          : undefined
      return required(name, `${goQuote(text)} is not a valid value`)
    }
    case 'bytes':
      return required(decodeBase64(text), 'illegal base64 data')
    case 'timestamp':
      return required(decodeTimestamp(text), `parsing time ${goQuote(text)} as RFC 3339 failed`)
    case 'duration':
      return required(decodeDuration(text), `time: invalid duration ${goQuote(text)}`)
    default:
      throw new ProtoJsonError(`unsupported message type: ${field.name}`)
  }
}

function setPath(
  layout: MessageLayout,
  message: OpenMessage,
  path: readonly string[],
  values: readonly string[],
): void {
  const [name = '', ...rest] = path
  const field = layout.byName.get(name)
  if (field === undefined) return
  if (field.oneof !== undefined) refuseSecondMember(layout, message, field)
  if (rest.length > 0) {
    if (field.kind !== 'message' || field.repeated) {
      throw new ProtoJsonError(`invalid path: ${goQuote(name)} is not a message`)
    }
    const inner = field.message()
    const nested = (message[field.jsonName] as OpenMessage | undefined) ?? { ...inner.empty }
    message[field.jsonName] = nested
    setPath(inner, nested, rest, values)
    return
  }
  if (field.repeated) {
    const list = message[field.jsonName] as readonly unknown[]
    message[field.jsonName] = [...list, ...values.map((value) => decodeNamed(field, value, 'list'))]
    return
  }
  if (values.length > 1) {
    throw new ProtoJsonError(`too many values for field ${goQuote(field.name)}: ${values.join(', ')}`)
  }
  message[field.jsonName] = decodeNamed(field, values[0] ?? '', 'field')
}

function decodeNamed(field: FieldLayout, text: string, what: 'field' | 'list'): unknown {
  try {
    return decodeText(field, text)
  } catch (error) {
    if (!(error instanceof ProtoJsonError)) throw error
    throw new ProtoJsonError(`parsing ${what} ${goQuote(field.name)}: ${error.message}`)
  }
}

function refuseSecondMember(layout: MessageLayout, message: OpenMessage, field: FieldLayout): void {
  const members = layout.oneofs.find((oneof) => oneof.name === field.oneof)?.fields ?? []
  const taken = members.some((other) => {
    const mayGrow = other === field && field.kind === 'message'
    return !mayGrow && message[other.jsonName] !== undefined
  })
  if (taken) throw new ProtoJsonError(`field already set for oneof ${goQuote(field.oneof ?? '')}`)
}

/** Values of each name, in order of first appearance. */
function parametersOf(query: string): Map<string, string[]> {
  const parameters = new Map<string, string[]>()
  for (const pair of query.split('&')) {
    if (pair === '') continue
    if (pair.includes(';')) throw new ProtoJsonError('invalid semicolon separator in query')
    const equals = pair.indexOf('=')
    const name = percentDecoded(equals === -1 ? pair : pair.slice(0, equals))
    const value = equals === -1 ? '' : percentDecoded(pair.slice(equals + 1))
    const values = parameters.get(name)
    if (values === undefined) parameters.set(name, [value])
    else values.push(value)
  }
  return parameters
}

function percentDecoded(text: string): string {
  const broken = /%(?![0-9a-f]{2}).{0,2}/i.exec(text)
  if (broken !== null) throw new ProtoJsonError(`invalid URL escape ${goQuote(broken[0])}`)
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new ProtoJsonError('invalid UTF-8 in query')
  }
}

function unsigned(text: string, max: bigint): bigint {
  if (!/^\d+$/.test(text)) throw new ProtoJsonError(`strconv.ParseUint: parsing ${goQuote(text)}: invalid syntax`)
  // More than 20 digits only fit with leading zeros, which nobody sends and long ones are slow to read.
  const number = text.length > 20 ? max + 1n : BigInt(text)
  if (number > max) throw new ProtoJsonError(`strconv.ParseUint: parsing ${goQuote(text)}: value out of range`)
  return number
}

function required<T>(value: T | undefined, reason: string): T {
  if (value === undefined) throw new ProtoJsonError(reason)
  return value
}
