const oids = { text: 25, int4: 23, int8: 20, boolean: 16, bytea: 17 } as const

/** What is written before it has its length. Grows, and stays. */
let draft = Buffer.allocUnsafe(65_536)

/**
 * A list as a parameter: sent as bytes, in which nothing has to be escaped, and as the text of an array where a driver takes
 * no bytes for it.
 */
export class ListParameter {
  constructor(
    readonly type: keyof typeof oids,
    readonly items: readonly unknown[],
  ) {}

  toString(): string {
    return arrayLiteral(this.items)
  }

  /** By this name `pg` asks for the text of a value. */
  toPostgres(): string {
    return this.toString()
  }

  /** What `array_recv` of the server reads: dimensions, whether any are null, the type, and each item behind its length. */
  toBytes(): Buffer {
    const { type, items } = this
    let at = reserve(0, 20)
    draft.writeInt32BE(items.length === 0 ? 0 : 1, 0)
    draft.writeInt32BE(0, 4)
    draft.writeInt32BE(oids[type], 8)
    if (items.length > 0) {
      draft.writeInt32BE(items.length, 12)
      draft.writeInt32BE(1, 16)
    } else at = 12
    for (const item of items) {
      if (item === null || item === undefined) {
        reserve(at, 4)
        draft.writeInt32BE(1, 4)
        draft.writeInt32BE(-1, at)
        at += 4
      } else at = writeItem(type, item, at)
    }
    return Buffer.from(draft.subarray(0, at))
  }
}

/** For whoever takes no bytes but those of a `bytea`. */
export const asText = <Value>(value: Value | ListParameter): Value | string =>
  value instanceof ListParameter ? value.toString() : value

/** Answers where the next item goes. */
function writeItem(type: ListParameter['type'], item: unknown, at: number): number {
  if (typeof item === 'string') {
    reserve(at, 4 + item.length * 3)
    const length = draft.write(item, at + 4)
    draft.writeInt32BE(length, at)
    return at + 4 + length
  }
  if (Buffer.isBuffer(item)) {
    reserve(at, 4 + item.length)
    draft.writeInt32BE(item.length, at)
    item.copy(draft, at + 4)
    return at + 4 + item.length
  }
  reserve(at, 12)
  if (type === 'boolean') {
    draft.writeInt32BE(1, at)
    draft[at + 4] = item ? 1 : 0
    return at + 5
  }
  const number = Number(item)
  draft.writeInt32BE(type === 'int8' ? 8 : 4, at)
  if (type === 'int4') return draft.writeInt32BE(number, at + 4)
  draft.writeInt32BE(Math.floor(number / 2 ** 32), at + 4)
  return draft.writeUInt32BE(number >>> 0, at + 8)
}

function reserve(at: number, length: number): number {
  if (at + length > draft.length) {
    const larger = Buffer.allocUnsafe((at + length) * 2)
    draft.copy(larger, 0, 0, at)
    draft = larger
  }
  return at + length
}

/** https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
export function arrayLiteral(values: readonly unknown[]): string {
  let literal = ''
  for (const value of values) literal += literal === '' ? elementLiteral(value) : `,${elementLiteral(value)}`
  return `{${literal}}`
}

const special = /["\\]/

function elementLiteral(value: unknown): string {
  if (typeof value === 'string') return `"${special.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`
  if (value === null || value === undefined) return 'NULL'
  return Buffer.isBuffer(value) ? `"\\\\x${value.toString('hex')}"` : String(value)
}
