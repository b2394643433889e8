import { ApiError, type MessageLayout, plainStatus } from '@indwell/http-adapter/zitadel-calls'

/**
 * Most fields of a request, those of messages in it counted. What holds thousands of messages is read in milliseconds; 4 MiB
 * of empty ones would take seconds, and a hundred times their length in memory.
 */
const MAX_FIELDS = 50_000

/** Deeper than the library reads. */
const MAX_DEPTH = 100

/** What stands in the fields of a message by their numbers, where it is no single value. */
type Shape = Map<number, Shape | 'packed'>

/**
 * Prepares the look at a request before it is read: whether it holds more fields than {@link MAX_FIELDS}. What is malformed is
 * left to the reader.
 *
 * The function throws an {@link ApiError} `resource_exhausted`.
 */
export function boundFields(layout: MessageLayout): (bytes: Uint8Array) => void {
  const shape = shapeOf(layout, new Map())
  return (bytes) => {
    if (countFields(bytes, 0, bytes.length, shape, MAX_FIELDS, MAX_DEPTH) < 0) {
      throw new ApiError(plainStatus('resource_exhausted', `received message with more than ${MAX_FIELDS} fields`))
    }
  }
}

function shapeOf(layout: MessageLayout, known: Map<string, Shape>): Shape {
  const before = known.get(layout.name)
  if (before !== undefined) return before
  const shape: Shape = new Map()
  known.set(layout.name, shape)
  for (const field of layout.fields) {
    if (field.kind === 'message') shape.set(field.number, shapeOf(field.message(), known))
    else if (field.kind === 'struct') shape.set(field.number, anyMessages)
    else if (field.kind === 'timestamp' || field.kind === 'duration') shape.set(field.number, new Map())
    else if (field.repeated && field.kind !== 'string' && field.kind !== 'bytes') shape.set(field.number, 'packed')
  }
  return shape
}

/** Of `google.protobuf.Struct`, where everything may hold messages: field 1 to 6 of its entries, values and lists. */
const anyMessages: Shape = new Map()
for (let number = 1; number <= 6; number++) anyMessages.set(number, anyMessages)

/** @returns How many more there may be; below 0: too many. */
function countFields(bytes: Uint8Array, from: number, end: number, shape: Shape, most: number, depth: number): number {
  let left = most
  let at = from
  while (at < end && left >= 0) {
    left--
    let tag = 0
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = bytes[at++] ?? 0
      if (shift < 28) tag |= (byte & 0x7f) << shift
      more = byte > 0x7f
    }
    switch (tag & 7) {
      case 0:
        while ((bytes[at++] ?? 0) > 0x7f);
        break
      case 1:
        at += 8
        break
      case 5:
        at += 4
        break
      case 2: {
        let length = 0
        for (let factor = 1, more = true; more; factor *= 128) {
          const byte = bytes[at++] ?? 0
          length += (byte & 0x7f) * factor
          more = byte > 0x7f
        }
        const inner = shape.get(tag >>> 3)
        if (inner === 'packed') left -= length
        else if (inner !== undefined && depth > 0) {
          left = countFields(bytes, at, Math.min(at + length, end), inner, left, depth - 1)
        }
        at += length
        break
      }
    }
  }
  return left
}
