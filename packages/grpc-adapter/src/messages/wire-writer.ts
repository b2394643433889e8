import { Buffer } from 'node:buffer'

/** Bytes that are kept from one message to the next. */
const KEPT_BYTES = 65_536
/** Texts up to here are copied by hand, which is faster than asking Node's C++ to. */
const SHORT_TEXT = 48

/** Writes the binary form of messages, one after the other, into memory that it keeps. */
export class WireWriter {
  #bytes = Buffer.allocUnsafeSlow(KEPT_BYTES)
  #end = 0

  /** Begins anew, with room in front. */
  begin(prefix: number): void {
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(KEPT_BYTES)
    this.#bytes.fill(0, 0, prefix)
    this.#end = prefix
  }

  /** A copy of what was written, the room in front included. */
  finish(): Buffer {
    return Buffer.copyBytesFrom(this.#bytes, 0, this.#end)
  }

  /** An unsigned number of up to 53 bits. */
  varint(value: number): void {
    this.#ensure(10)
    let rest = value
    while (rest > 0x7f) {
      this.#bytes[this.#end++] = (rest & 0x7f) | 0x80
      rest = rest > 0x7fff_ffff ? Math.floor(rest / 128) : rest >>> 7
    }
    this.#bytes[this.#end++] = rest
  }

  /** A number of 64 bits. Negative ones take ten bytes, as `int64` and enums have them. */
  varint64(value: bigint | number): void {
    if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) {
      this.varint(Number(value))
      return
    }
    this.#ensure(10)
    let rest = BigInt.asUintN(64, BigInt(value))
    while (rest > 0x7fn) {
      this.#bytes[this.#end++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    this.#bytes[this.#end++] = Number(rest)
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length)
    this.#ensure(value.length)
    this.#bytes.set(value, this.#end)
    this.#end += value.length
  }

  text(value: string): void {
    const units = value.length
    if (units <= SHORT_TEXT) {
      this.#ensure(units + 1)
      const bytes = this.#bytes
      const start = this.#end + 1
      let index = 0
      for (; index < units; index++) {
        const code = value.charCodeAt(index)
        if (code > 0x7f) break
        bytes[start + index] = code
      }
      if (index === units) {
        bytes[this.#end] = units
        this.#end = start + units
        return
      }
    }
    const length = Buffer.byteLength(value)
    this.varint(length)
    this.#ensure(length)
    this.#end += this.#bytes.write(value, this.#end)
  }

  /** What `write` writes, behind its length. */
  delimited<Value>(value: Value, write: (value: Value) => void): void {
    this.#ensure(1)
    const start = ++this.#end
    write(value)
    const length = this.#end - start
    if (length < 0x80) {
      this.#bytes[start - 1] = length
      return
    }
    const size = length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : length < 0x1000_0000 ? 4 : 5
    this.#ensure(size - 1)
    this.#bytes.copyWithin(start + size - 1, start, this.#end)
    const end = this.#end + size - 1
    this.#end = start - 1
    this.varint(length)
    this.#end = end
  }

  #ensure(count: number): void {
    const needed = this.#end + count
    if (needed <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#end)
    this.#bytes = grown
  }
}
