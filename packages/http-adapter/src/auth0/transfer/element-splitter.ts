/** What stands in a source where a user is expected: its bytes, `undefined` where they are more than the limit. */
export type SourceElement = Uint8Array | undefined

type State = 'start' | 'lines' | 'first' | 'element' | 'inside' | 'behind' | 'done'

const code = (character: string) => character.charCodeAt(0)
const [quote, backslash, comma, newline] = [code('"'), code('\\'), code(','), code('\n')]
const [openArray, closeArray, openObject, closeObject] = [code('['), code(']'), code('{'), code('}')]
const isBlank = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
const byteOrderMark = [0xef, 0xbb, 0xbf]

/**
 * Cuts the elements of a JSON array, or the lines of NDJSON, out of bytes that come in pieces. It looks at nothing but
 * where elements end, so that one which is no JSON spoils no other, and holds one element at a time.
 *
 * Parsers that stream JSON build values; none of them bounds how long and how deep one may be.
 */
export class ElementSplitter {
  readonly #maxBytes: number
  readonly #marks = [...byteOrderMark]
  #state: State = 'start'
  #parts: Uint8Array[] = []
  #length = 0
  /** Nesting within the element; a text or a number has none. */
  #depth = 0
  #inString = false
  #escaped = false
  /** What makes the rest of the source unreadable. */
  fault: string | undefined

  /** @param maxBytes - Longest element. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Takes the next piece, and answers the elements that end in it. Nothing after a {@link fault}. */
  push(chunk: Uint8Array): readonly SourceElement[] {
    const elements: SourceElement[] = []
    let start = this.#state === 'inside' || this.#state === 'lines' ? 0 : -1
    for (let index = 0; index < chunk.length && this.fault === undefined; index += 1) {
      const byte = chunk[index]!
      switch (this.#state) {
        case 'start':
          if (byte === this.#marks[0]) this.#marks.shift()
          else if (byte === openArray) this.#state = 'first'
          else if (!isBlank(byte)) {
            this.#state = 'lines'
            start = index
          }
          break
        case 'lines':
          if (byte !== newline) break
          this.#keep(chunk, start, index)
          this.#finish(elements)
          start = index + 1
          break
        case 'first':
        case 'element':
          if (isBlank(byte)) break
          if (byte === closeArray && this.#state === 'first') this.#state = 'done'
          else if (byte === closeArray || byte === comma) this.#fail('an element is missing')
          else {
            start = index
            this.#begin(byte)
          }
          break
        case 'inside': {
          const end = this.#endAt(byte, index)
          if (end === undefined) break
          this.#keep(chunk, start, end)
          this.#finish(elements)
          this.#state = 'behind'
          // What ends a number is not part of it.
          if (end === index) index -= 1
          break
        }
        case 'behind':
          if (byte === comma) this.#state = 'element'
          else if (byte === closeArray) this.#state = 'done'
          else if (!isBlank(byte)) this.#fail('a comma is missing')
          break
        case 'done':
          if (!isBlank(byte)) this.#fail('something stands behind the array')
      }
    }
    if (this.#state === 'inside' || this.#state === 'lines') this.#keep(chunk, start, chunk.length)
    return elements
  }

  /** Ends the source. An array that was not closed is a {@link fault}. */
  end(): readonly SourceElement[] {
    const elements: SourceElement[] = []
    if (this.#state === 'lines') this.#finish(elements)
    else if (this.#state !== 'start' && this.#state !== 'done') this.#fail('the array is not closed')
    return elements
  }

  #begin(byte: number): void {
    this.#state = 'inside'
    this.#depth = byte === openObject || byte === openArray ? 1 : 0
    this.#inString = byte === quote
  }

  /** Where the element ends that `byte` belongs to or stands behind; `undefined`: not here. */
  #endAt(byte: number, index: number): number | undefined {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false
      else if (byte === backslash) this.#escaped = true
      else if (byte === quote) {
        this.#inString = false
        if (this.#depth === 0) return index + 1
      }
      return undefined
    }
    if (this.#depth === 0) return byte === comma || byte === closeArray || isBlank(byte) ? index : undefined
    if (byte === quote) this.#inString = true
    else if (byte === openObject || byte === openArray) this.#depth += 1
    else if (byte === closeObject || byte === closeArray) {
      this.#depth -= 1
      if (this.#depth === 0) return index + 1
    }
    return undefined
  }

  #keep(chunk: Uint8Array, start: number, end: number): void {
    if (end <= start) return
    this.#length += end - start
    if (this.#length > this.#maxBytes) this.#parts = []
    // A copy: who reads a file may fill its buffer anew.
    else this.#parts.push(chunk.slice(start, end))
  }

  #finish(elements: SourceElement[]): void {
    const parts = this.#parts
    const isLine = this.#state === 'lines'
    if (this.#length > this.#maxBytes) elements.push(undefined)
    else if (!isLine || parts.some((part) => !part.every(isBlank))) {
      elements.push(parts.length === 1 ? parts[0] : joined(parts, this.#length))
    }
    this.#parts = []
    this.#length = 0
  }

  #fail(fault: string): void {
    this.fault ??= fault
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.byteLength
  }
  return bytes
}
