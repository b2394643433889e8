import type { JsonValue } from './contract'
import { goQuoteRune } from './go-quote'
import { ProtoJsonError } from './proto-json-error'

export interface FirstJsonValue {
  readonly value: JsonValue
  /** The text the value was read from, without what surrounds it. */
  readonly source: string
}

/** Nesting Go's scanner refuses to follow. */
const MAX_DEPTH = 10_000

/**
 * Reads the first JSON value of a text and ignores what follows it, as Go's `json.Decoder` does.
 *
 * @returns `undefined` when the text is blank.
 * @throws {@link ProtoJsonError} with Go's words when the value is malformed or cut off.
 */
export function firstJsonValue(text: string): FirstJsonValue | undefined {
  const start = skipBlanks(text, 0)
  if (start === text.length) return undefined
  try {
    const value: JsonValue = JSON.parse(text)
    return { value, source: start === 0 ? text : text.slice(start) }
  } catch {
    const source = text.slice(start, endOfValue(text, start))
    const value: JsonValue = JSON.parse(source)
    return { value, source }
  }
}

/** Where the value that starts at `start` ends. */
function endOfValue(text: string, start: number): number {
  const open: ('{' | '[')[] = []
  let expected: 'value' | 'value or ]' | 'key' | 'key or }' | 'separator' = 'value'
  let at = start
  for (;;) {
    at = skipBlanks(text, at)
    const character = text[at]
    if (expected === 'separator') {
      const container = open.at(-1)
      if (container === undefined) return at
      if (character === ',') expected = container === '{' ? 'key' : 'value'
      else if (character === (container === '{' ? '}' : ']')) open.pop()
      else throw unexpected(text, at, container === '{' ? 'after object key:value pair' : 'after array element')
      at += 1
    } else if (expected === 'key' || expected === 'key or }') {
      if (character === '"') {
        at = skipBlanks(text, endOfString(text, at))
        if (text[at] !== ':') throw unexpected(text, at, 'after object key')
        expected = 'value'
      } else if (character === '}' && expected === 'key or }') {
        open.pop()
        expected = 'separator'
      } else throw unexpected(text, at, 'looking for beginning of object key string')
      at += 1
    } else if (character === '{' || character === '[') {
      if (open.push(character) > MAX_DEPTH) throw new ProtoJsonError('exceeded max depth')
      expected = character === '{' ? 'key or }' : 'value or ]'
      at += 1
    } else if (character === ']' && expected === 'value or ]') {
      open.pop()
      expected = 'separator'
      at += 1
    } else {
      at = endOfScalar(text, at)
      expected = 'separator'
    }
    if (expected === 'separator' && open.length === 0) return at
  }
}

function endOfScalar(text: string, at: number): number {
  const character = text[at] ?? ''
  if (character === '"') return endOfString(text, at)
  if (character === 't') return endOfLiteral(text, at, 'true')
  if (character === 'f') return endOfLiteral(text, at, 'false')
  if (character === 'n') return endOfLiteral(text, at, 'null')
  if (character === '-' || isDigit(character)) return endOfNumber(text, at)
  throw unexpected(text, at, 'looking for beginning of value')
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const character = text[at]
    if (character === '"') return at + 1
    if (character === '\\') {
      at += 1
      const escaped = text[at] ?? ''
      if (escaped === 'u') {
        for (let digit = 0; digit < 4; digit++) {
          at += 1
          if (!/^[0-9a-f]$/i.test(text[at] ?? '')) throw unexpected(text, at, 'in \\u hexadecimal character escape')
        }
      } else if (escaped === '' || !'"\\/bfnrt'.includes(escaped)) throw unexpected(text, at, 'in string escape code')
    } else if (character === undefined || character < ' ') throw unexpected(text, at, 'in string literal')
  }
}

function endOfLiteral(text: string, start: number, literal: string): number {
  for (let index = 1; index < literal.length; index++) {
    if (text[start + index] !== literal[index]) {
      throw unexpected(text, start + index, `in literal ${literal} (expecting '${literal[index]}')`)
    }
  }
  return start + literal.length
}

function endOfNumber(text: string, start: number): number {
  let at = text[start] === '-' ? start + 1 : start
  if (!isDigit(text[at])) throw unexpected(text, at, 'in numeric literal')
  at = text[at] === '0' ? at + 1 : skipDigits(text, at)
  if (text[at] === '.') {
    if (!isDigit(text[at + 1])) throw unexpected(text, at + 1, 'after decimal point in numeric literal')
    at = skipDigits(text, at + 1)
  }
  if (text[at] === 'e' || text[at] === 'E') {
    at += text[at + 1] === '+' || text[at + 1] === '-' ? 2 : 1
    if (!isDigit(text[at])) throw unexpected(text, at, 'in exponent of numeric literal')
    at = skipDigits(text, at)
  }
  return at
}

function skipDigits(text: string, start: number): number {
  let at = start
  while (isDigit(text[at])) at += 1
  return at
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9'
}

function skipBlanks(text: string, start: number): number {
  let at = start
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1
  return at
}

function unexpected(text: string, at: number, where: string): ProtoJsonError {
  const code = text.codePointAt(at)
  if (code === undefined) return new ProtoJsonError('unexpected EOF')
  // Go's scanner reads bytes and prints each as the Latin-1 character of that number.
  const byte = Buffer.from(String.fromCodePoint(code))[0] ?? 0
  return new ProtoJsonError(`invalid character ${goQuoteRune(String.fromCharCode(byte))} ${where}`)
}
