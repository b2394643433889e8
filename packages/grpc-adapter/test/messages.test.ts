import { type DescMessage, equals, fromBinary, type Message, toBinary } from '@bufbuild/protobuf'
import type { MessageLayout } from '@indwell/http-adapter/zitadel-calls'
import { ApiError } from '@indwell/http-adapter/zitadel-calls'
import { beforeAll, describe, expect, it } from 'vitest'
import { answerWriter } from '../src/messages/answer-writer'
import { requestDecoder } from '../src/messages/request-decoder'
import { randomMessage, seeded } from './random-message'
import { type ServedMessages, servedMessages } from './served-messages'

/** As use cases answer: what the descriptors have in members of their own, by the names of the contract. */
function asAnswer(layout: MessageLayout, schema: DescMessage, message: Message): Record<string, unknown> {
  const from = message as Message & Record<string, unknown>
  const answer: Record<string, unknown> = {}
  for (const field of layout.fields) {
    const described = schema.fields.find(({ number }) => number === field.number)
    if (described === undefined) throw new Error(`${schema.typeName} has no field ${field.number}`)
    const chosen = described.oneof && (from[described.oneof.localName] as { case?: string; value?: unknown })
    const value = chosen ? (chosen.case === described.localName ? chosen.value : undefined) : from[described.localName]
    if (value === undefined) continue
    const convert = (one: unknown): unknown => {
      if (field.kind === 'message') return asAnswer(field.message(), described.message!, one as Message)
      if (field.kind === 'enum') return field.enumeration?.names.get(one as number) ?? one
      if (field.kind === 'timestamp' || field.kind === 'duration') {
        const { seconds, nanos } = one as { seconds: bigint; nanos: number }
        return Number(seconds) * 1000 + nanos / 1e6
      }
      return one
    }
    answer[field.jsonName] = field.repeated ? (value as unknown[]).map(convert) : convert(value)
  }
  return answer
}

describe('messages', () => {
  let served: readonly ServedMessages[]
  beforeAll(async () => {
    served = await servedMessages()
  })

  it('are written byte for byte as the library writes them: 25,000 answers', () => {
    const random = seeded(1)
    const writers = served.map(({ open }) => answerWriter(open.response, 0))
    for (let count = 0; count < 25_000; count++) {
      const index = count % served.length
      const { open, output } = served[index]!
      const message = randomMessage(output, random)
      const written = writers[index]!(asAnswer(open.response, output, message))
      if (!written.equals(toBinary(output, message))) {
        expect({ name: output.typeName, message: fromBinary(output, written) }).toEqual({
          name: output.typeName,
          message,
        })
        throw new Error(`${output.typeName}: other bytes for the same message`)
      }
    }
  })

  it('are read as they were sent: 25,000 requests', () => {
    const random = seeded(2)
    const readers = served.map(({ open }) => requestDecoder(open.request))
    const writers = served.map(({ open }) => answerWriter(open.request, 0))
    for (let count = 0; count < 25_000; count++) {
      const index = count % served.length
      const { open, input } = served[index]!
      const message = randomMessage(input, random)
      const read = readers[index]!(toBinary(input, message))
      expect(Object.keys(read)).toEqual(Object.keys(open.request.empty))
      if (!equals(input, fromBinary(input, writers[index]!(read)), message)) {
        expect({ name: input.typeName, read }).toEqual({ name: input.typeName, message })
        throw new Error(`${input.typeName}: another message`)
      }
    }
  })

  it('are refused where the library refuses them, and nothing else happens: 25,000 broken requests', () => {
    const random = seeded(3)
    const readers = served.map(({ open }) => requestDecoder(open.request))
    let refused = 0
    for (let count = 0; count < 25_000; count++) {
      const index = count % served.length
      const { input } = served[index]!
      const bytes = broken(toBinary(input, randomMessage(input, random)), random)
      const expected = libraryReads(input, bytes)
      const outcome = readOrRefuse(readers[index]!, bytes)
      if (outcome === 'internal') refused++
      // A time that is none is the only thing that the library reads and we do not.
      if (outcome !== 'invalid_argument') expect([input.typeName, outcome]).toEqual([input.typeName, expected])
    }
    expect(refused).toBeGreaterThan(1000)
  })
})

function broken(bytes: Uint8Array, random: () => number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  if (random() < 0.3) return copy.subarray(0, Math.floor(random() * copy.length))
  for (let flips = 0; flips < 3 && copy.length > 0; flips++) copy[Math.floor(random() * copy.length)] = random() * 256
  return copy
}

function libraryReads(schema: DescMessage, bytes: Uint8Array): 'read' | 'internal' {
  try {
    fromBinary(schema, bytes)
    return 'read'
  } catch {
    return 'internal'
  }
}

function readOrRefuse(read: (bytes: Uint8Array) => object, bytes: Uint8Array): string {
  try {
    read(bytes)
    return 'read'
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return error.status.code
  }
}

describe('a request', () => {
  let byName: ReadonlyMap<string, ServedMessages>
  beforeAll(async () => {
    byName = new Map((await servedMessages()).map((found) => [found.name, found]))
  })
  const reader = (name: string) =>
    requestDecoder(byName.get(`zitadel.management.v1.ManagementService/${name}`)!.open.request)
  const field = (number: number, bytes: readonly number[]) => [number * 8 + 2, bytes.length, ...bytes]

  it('keeps nothing of the memory that it came in', () => {
    const body = Buffer.from([...field(1, [0x78]), ...field(2, [0x6b]), ...field(3, [1, 2, 3])])
    const { value } = reader('SetUserMetadata')(body) as { value: Uint8Array }
    body.fill(9)

    expect(value).toEqual(new Uint8Array([1, 2, 3]))
    expect(value.buffer.byteLength).toBe(3)
  })

  it.each([
    ['a field that nobody knows', [...field(1, [0x78]), ...field(900 % 16, [1])]],
    ['a field that nobody knows, in a group', [...field(1, [0x78]), 0x7b, 0x08, 0x01, 0x7c]],
    ['the same field twice', [...field(1, [0x79]), ...field(1, [0x78])]],
  ])('may hold %s', (_, bytes) => {
    expect(reader('GetUserByID')(Uint8Array.from(bytes))).toEqual({ id: 'x' })
  })

  it.each([
    ['text that is no UTF-8', field(1, [0xff])],
    ['half a surrogate pair', field(1, [0xed, 0xa0, 0x80])],
    ['a length beyond its end', [0x0a, 0x7f, 0x78]],
    ['a length that is no length', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['field 0', [0x02, 0x01, 0x78]],
    ['a group that does not end', [0x7b, 0x08, 0x01]],
  ])('is refused with %s', (_, bytes) => {
    expect(readOrRefuse(reader('GetUserByID'), Uint8Array.from(bytes))).toBe('internal')
  })

  it.each([
    ['empty messages', 'BulkSetUserMetadata', 0x12],
    ['empty texts', 'BulkRemoveUserMetadata', 0x12],
    ['queries', 'ListUsers', 0x1a],
    ['fields that nobody knows', 'GetUserByID', 0x7a],
  ])('is refused before anything is made of it when it holds thousands of %s', (_, name, tag) => {
    const many = (count: number) => Buffer.alloc(count * 2, Buffer.from([tag, 0]))

    expect(readOrRefuse(reader(name), many(50_000))).toBe('read')
    expect(readOrRefuse(reader(name), many(50_001))).toBe('resource_exhausted')
    expect(readOrRefuse(reader(name), many(2_097_152))).toBe('resource_exhausted')
  })

  it('is refused when it holds thousands of them further in', () => {
    // Queries of an `orQuery`.
    const inner = Array.from({ length: 50_000 }, () => [0x0a, 0]).flat()
    expect(readOrRefuse(reader('ListUsers'), Uint8Array.from(delimited(3, delimited(11, inner))))).toBe(
      'resource_exhausted',
    )
  })

  it('is refused when messages nest too deep', () => {
    // `ListUsersRequest.queries`, each a `notQuery` of a query.
    let query: number[] = []
    for (let depth = 0; depth < 200; depth++) {
      const inner = delimited(1, query)
      query = delimited(13, inner)
    }
    expect(readOrRefuse(reader('ListUsers'), Uint8Array.from(delimited(3, query)))).toBe('internal')
  })

  it.each([
    ['before the year 1', [0x08, ...varint(-62_135_596_801n)]],
    ['after the year 9999', [0x08, ...varint(253_402_300_800n)]],
    ['with more nanoseconds than a second has', [0x10, ...varint(1_000_000_000n)]],
    ['with fewer than none', [0x10, ...varint(-1n)]],
  ])('is refused with a time %s', (_, time) => {
    const bytes = Uint8Array.from([...field(1, [0x78]), ...delimited(2, time)])
    expect(readOrRefuse(reader('AddPersonalAccessToken'), bytes)).toBe('invalid_argument')
  })
})

function varint(value: bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  return [...bytes, Number(rest)]
}

const delimited = (number: number, bytes: readonly number[]) => [
  ...varint(BigInt(number * 8 + 2)),
  ...varint(BigInt(bytes.length)),
  ...bytes,
]
