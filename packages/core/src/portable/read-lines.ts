import type { DirectoryError } from '../errors/directory-error'
import { InvalidInputError } from '../errors/invalid-input-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { maxValueDepth } from '../metadata/metadata-input'

/** Longest line of an import, in UTF-16 code units: room for the largest value, in base64, and its names. */
export const maxLineLength = 4_194_304
/** Deepest nesting of a line: of the deepest value, and of what is around it. */
export const maxLineDepth = maxValueDepth + 4

/** Text of a line and its number, the first one being 1; or why it cannot be read. */
export interface NumberedLine {
  readonly number: number
  readonly text: string
  readonly error?: DirectoryError
}

/** Pieces of text, wherever they were cut. Bytes are UTF-8. */
export type TextPieces = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>

/** Cuts text into lines that end with a line feed; empty ones count and are left out. No more of it than a line is kept. */
export async function* readLines(pieces: TextPieces): AsyncGenerator<NumberedLine> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: false })
  let number = 1
  let held: string[] = []
  let length = 0
  const take = (): NumberedLine | undefined => {
    const found = length > maxLineLength ? tooLong(number, length) : readable(number, held.join(''))
    held = []
    length = 0
    number += 1
    return found
  }
  const hold = (text: string) => {
    length += text.length
    if (length <= maxLineLength) held.push(text)
    else held = []
  }
  for await (const piece of pieces) {
    if (typeof piece !== 'string' && !(piece instanceof Uint8Array)) {
      throw new InvalidInputError('lines', 'must be text or bytes')
    }
    const text = typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true })
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      hold(text.slice(start, end))
      start = end + 1
      const line = take()
      if (line !== undefined) yield line
    }
    if (start < text.length) hold(text.slice(start))
  }
  hold(decoder.decode())
  const last = length > 0 ? take() : undefined
  if (last !== undefined) yield last
}

function tooLong(number: number, length: number): NumberedLine {
  return { number, text: '', error: new LimitExceededError('import.line.length', maxLineLength, length) }
}

function readable(number: number, text: string): NumberedLine | undefined {
  if (text.trim() === '') return undefined
  const depth = depthOf(text)
  if (depth <= maxLineDepth) return { number, text }
  return { number, text: '', error: new LimitExceededError('import.line.depth', maxLineDepth, depth) }
}

/** How deep JSON text is nested, looked at before anything is made of it. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (character === '"') {
      index += 1
      while (index < text.length && text[index] !== '"') index += text[index] === '\\' ? 2 : 1
    } else if (character === '{' || character === '[') {
      depth += 1
      if (depth > deepest) deepest = depth
    } else if (character === '}' || character === ']') depth -= 1
  }
  return deepest
}
