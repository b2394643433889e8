import { create, type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf'

/** Numbers from 0 to below 1. */
export type Random = () => number

/** The same numbers for the same seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const texts = [
  '',
  'a',
  'ada@x.example',
  'x'.repeat(47),
  'x'.repeat(49),
  'é',
  '日本',
  '🙂'.repeat(40),
  'y'.repeat(300),
  '\u0000',
  '__proto__',
]
const numbers = [0n, 1n, 127n, 128n, 16_383n, 2n ** 31n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 64n - 1n]
const nanos = [0, 1000, 999_999_000, 500_000_000]
/** So far away a number of milliseconds has no microseconds left. */
const times = [
  ...[0n, 1n, -1n, 1_700_000_000n].flatMap((seconds) => nanos.map((of) => ({ seconds, nanos: of }))),
  ...[-62_135_596_800n, 253_402_300_799n].map((seconds) => ({ seconds, nanos: 500_000_000 })),
]

/** A message with some of its fields set, to edges of what they hold. Times are whole microseconds. */
export function randomMessage(schema: DescMessage, random: Random, depth = 0): Message {
  const message = create(schema) as Message & Record<string, unknown>
  for (const member of schema.members) {
    if (random() < (depth > 3 ? 0.8 : 0.35)) continue
    if (member.kind === 'oneof') {
      const field = pick(member.fields, random)
      message[member.localName] = { case: field.localName, value: randomValue(field, random, depth) }
    } else if (member.fieldKind === 'list') {
      const length = depth > 3 ? 0 : Math.floor(random() * 4)
      message[member.localName] = Array.from({ length }, () => randomValue(member, random, depth))
    } else message[member.localName] = randomValue(member, random, depth)
  }
  return message
}

const pick = <T>(from: readonly T[], random: Random): T => from[Math.floor(random() * from.length)]!

function randomValue(field: DescField, random: Random, depth: number): unknown {
  const { message, enum: enumeration, scalar } = field
  if (message !== undefined) {
    switch (message.typeName) {
      case 'google.protobuf.Timestamp':
        return create(message, pick(times, random))
      case 'google.protobuf.Duration':
        return create(message, { seconds: pick([0n, 1n, 3600n], random), nanos: pick(nanos, random) })
      case 'google.protobuf.Struct':
        return { text: pick(texts, random), list: [1.5, null, { inner: true }], number: -0.25 }
      default:
        return randomMessage(message, random, depth + 1)
    }
  }
  if (enumeration !== undefined) return random() < 0.1 ? 77 : pick(enumeration.values, random).number
  switch (scalar) {
    case ScalarType.STRING:
      return pick(texts, random)
    case ScalarType.BYTES:
      return Uint8Array.from({ length: pick([0, 1, 127, 128, 5000], random) }, () => random() * 256)
    case ScalarType.BOOL:
      return random() < 0.5
    case ScalarType.UINT32:
      return pick([0, 1, 127, 128, 2 ** 31, 2 ** 32 - 1], random)
    case ScalarType.UINT64:
      return pick(numbers, random)
    default:
      throw new Error(`${field} is of a kind that was not there before`)
  }
}
