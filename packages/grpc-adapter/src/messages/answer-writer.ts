import type { Buffer } from 'node:buffer'
import { fromJson, type JsonObject, toBinary } from '@bufbuild/protobuf'
import { StructSchema } from '@bufbuild/protobuf/wkt'
import type { FieldLayout, MessageLayout } from '@indwell/http-adapter/zitadel-calls'
import { durationOf, timestampOf } from './times'
import { WireWriter } from './wire-writer'

/** Writes a response message, `ResponseMessage` of the contract, behind room for what stands in front of it. */
export type AnswerWriter = (response: object) => Buffer

type Message = Readonly<Record<string, unknown>>

/** Writes a value that is there. */
type WriteValue = (value: unknown) => void

interface FieldWriter {
  readonly jsonName: string
  readonly write: WriteValue
}

/** Of all messages: each is written to its end before anything else happens. */
const writer = new WireWriter()

/**
 * Prepares writing of a response message by the numbers of the contract: fields in their order, defaults left out.
 *
 * @param prefix - How many bytes to leave free in front.
 * @throws {RangeError} from the writer, when a time, a duration or a number cannot be put in its field.
 */
export function answerWriter(layout: MessageLayout, prefix: number): AnswerWriter {
  const write = messageWriter(layout, new Map())
  return (response) => {
    writer.begin(prefix)
    write(response)
    return writer.finish()
  }
}

/** @param known - Of messages that are being prepared: some hold themselves. */
function messageWriter(layout: MessageLayout, known: Map<string, WriteValue>): WriteValue {
  const before = known.get(layout.name)
  if (before !== undefined) return before
  const fields: FieldWriter[] = []
  const write: WriteValue = (message) => {
    for (const field of fields) {
      const value = (message as Message)[field.jsonName]
      if (value !== undefined && value !== null) field.write(value)
    }
  }
  known.set(layout.name, write)
  const inOrder = [...layout.fields].sort((one, other) => one.number - other.number)
  for (const field of inOrder) fields.push({ jsonName: field.jsonName, write: fieldWriter(field, known) })
  return write
}

const VARINT = 0
const DELIMITED = 2

function fieldWriter(field: FieldLayout, known: Map<string, WriteValue>): WriteValue {
  const { wireType, write } = valueWriter(field, known)
  const tag = field.number * 8 + wireType
  if (field.repeated && wireType === VARINT) {
    const packedTag = field.number * 8 + DELIMITED
    const writeAll = (values: readonly unknown[]) => values.forEach(write)
    return (values) => {
      if ((values as readonly unknown[]).length === 0) return
      writer.varint(packedTag)
      writer.delimited(values as readonly unknown[], writeAll)
    }
  }
  if (field.repeated) {
    return (values) => {
      for (const value of values as readonly unknown[]) {
        writer.varint(tag)
        write(value)
      }
    }
  }
  const writeAlways: WriteValue = (value) => {
    writer.varint(tag)
    write(value)
  }
  if (field.presence) return writeAlways
  const isDefault = defaultOf(field)
  return (value) => {
    if (!isDefault(value)) writeAlways(value)
  }
}

function defaultOf(field: FieldLayout): (value: unknown) => boolean {
  if (field.kind === 'bytes') return (value) => (value as Uint8Array).length === 0
  if (field.kind === 'uint64') return (value) => value === 0n || value === 0 || value === '0' || value === ''
  if (field.kind === 'enum') return (value) => value === field.absent || value === 0
  return (value) => value === field.absent
}

function valueWriter(
  field: FieldLayout,
  known: Map<string, WriteValue>,
): { readonly wireType: number; readonly write: WriteValue } {
  switch (field.kind) {
    case 'string':
      return { wireType: DELIMITED, write: (value) => writer.text(value as string) }
    case 'bytes':
      return { wireType: DELIMITED, write: (value) => writer.bytes(value as Uint8Array) }
    case 'bool':
      return { wireType: VARINT, write: (value) => writer.varint(value === true ? 1 : 0) }
    case 'uint32':
      return { wireType: VARINT, write: (value) => writer.varint(value as number) }
    case 'uint64':
      return { wireType: VARINT, write: (value) => writer.varint64(wholeNumber(value)) }
    case 'enum': {
      const numbers = field.enumeration?.numbers
      return { wireType: VARINT, write: (value) => writer.varint64(numbers?.get(value as string) ?? (value as number)) }
    }
    case 'timestamp':
      return { wireType: DELIMITED, write: (value) => writer.delimited(timestampOf(value as number), writeTime) }
    case 'duration':
      return { wireType: DELIMITED, write: (value) => writer.delimited(durationOf(value as number), writeTime) }
    case 'struct':
      return {
        wireType: DELIMITED,
        write: (value) => writer.bytes(toBinary(StructSchema, fromJson(StructSchema, value as JsonObject))),
      }
    case 'message': {
      const write = messageWriter(field.message(), known)
      return { wireType: DELIMITED, write: (value) => writer.delimited(value, write) }
    }
  }
}

function wholeNumber(value: unknown): bigint | number {
  if (typeof value === 'string') return BigInt(value)
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError(`${value} is no safe integer`)
  return value as bigint | number
}

function writeTime({ seconds, nanos }: { readonly seconds: number; readonly nanos: number }): void {
  if (seconds !== 0) {
    writer.varint(1 * 8 + VARINT)
    writer.varint64(seconds)
  }
  if (nanos !== 0) {
    writer.varint(2 * 8 + VARINT)
    writer.varint64(nanos)
  }
}
