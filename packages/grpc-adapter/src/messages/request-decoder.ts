import { type DescField, type DescMessage, fromBinary } from '@bufbuild/protobuf'
import { ApiError, type FieldLayout, type MessageLayout, plainStatus } from '@indwell/http-adapter/zitadel-calls'
import { boundFields } from './bound-fields'
import { descriptorOf } from './descriptors'
import { durationMs, timestampMs } from './times'

/** Reads a request message as the use cases take it: `RequestMessage` of the contract. */
export type RequestDecoder = (bytes: Uint8Array) => object

type Message = Readonly<Record<string, unknown>>

/** Makes of one value of the library's what the contract has in its place. */
type Convert = (value: unknown) => unknown

/** Puts one field of a message where the contract has it. */
type Step = (from: Message, into: Record<string, unknown>) => void

/** More than any request needs: a query may nest 20 deep, which are two messages each. */
const recursionLimit = 100

/**
 * Prepares reading of a request message. Fields that are not known are ignored.
 *
 * The reader throws an {@link ApiError} for bytes that are no such message, invalid UTF-8 among them: `internal`, which is the
 * code of a request that cannot be parsed (gRPC's `doc/statuscodes.md`). And `resource_exhausted` for too many fields.
 */
export function requestDecoder(layout: MessageLayout): RequestDecoder {
  const descriptor = descriptorOf(`zitadel.${layout.name}`)
  const convert = converterOf(layout, descriptor, new Map())
  const checkCount = boundFields(layout)
  return (bytes) => {
    checkCount(bytes)
    let message: unknown
    try {
      message = fromBinary(descriptor, bytes, { readUnknownFields: false, recursionLimit })
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause
      throw new ApiError(plainStatus('internal', `error unmarshalling request: no ${descriptor.typeName}`))
    }
    return convert(message as Message)
  }
}

type Converter = (message: Message) => Record<string, unknown>

/** @param known - Of messages that are being prepared: some hold themselves. */
function converterOf(layout: MessageLayout, descriptor: DescMessage, known: Map<string, Converter>): Converter {
  const before = known.get(layout.name)
  if (before !== undefined) return before
  const steps: Step[] = []
  const converter: Converter = (message) => {
    const converted: Record<string, unknown> = { ...layout.empty }
    for (const step of steps) step(message, converted)
    return converted
  }
  known.set(layout.name, converter)
  const byNumber = new Map(descriptor.fields.map((field) => [field.number, field]))
  for (const field of layout.fields) {
    const described = byNumber.get(field.number)
    if (described === undefined) throw new TypeError(`${descriptor.typeName} has no field ${field.number}`)
    steps.push(stepOf(field, described, known))
  }
  return converter
}

function stepOf(field: FieldLayout, described: DescField, known: Map<string, Converter>): Step {
  const { jsonName } = field
  const { localName } = described
  const convert = convertOf(field, described, known)
  if (field.repeated) {
    return (from, into) => {
      const list = from[localName] as readonly unknown[]
      if (list.length > 0) into[jsonName] = convert === undefined ? list : list.map((value) => convert(value))
    }
  }
  const set: Step = (from, into) => {
    const value = from[localName]
    if (value !== undefined) into[jsonName] = convert === undefined ? value : convert(value)
  }
  const oneof = described.oneof?.localName
  if (oneof === undefined) return set
  return (from, into) => {
    const chosen = from[oneof] as { readonly case?: string; readonly value?: unknown }
    if (chosen.case === localName) into[jsonName] = convert === undefined ? chosen.value : convert(chosen.value)
  }
}

/** `undefined`: as it is. */
function convertOf(field: FieldLayout, described: DescField, known: Map<string, Converter>): Convert | undefined {
  switch (field.kind) {
    case 'message': {
      if (described.message === undefined) throw new TypeError(`${described} holds no message`)
      const inner = converterOf(field.message(), described.message, known)
      return (value) => inner(value as Message)
    }
    case 'enum': {
      const names = field.enumeration?.names
      return (value) => names?.get(value as number) ?? value
    }
    case 'timestamp':
      return (value) => timestampMs(value as Parameters<typeof timestampMs>[0])
    case 'duration':
      return (value) => durationMs(value as Parameters<typeof durationMs>[0])
    case 'bytes':
      // What is read is a part of the request's memory, all of which a value would keep as long as it is kept itself.
      return (value) => new Uint8Array(value as Uint8Array)
    default:
      return undefined
  }
}
