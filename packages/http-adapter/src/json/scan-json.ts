import type { JsonFault, ParseJsonOptions } from './parse-json'

/** What {@link scanJson} answers: where the first value ends, or the first fault. */
export type ScannedJson =
  | { readonly ok: true; readonly end: number }
  | { readonly ok: false; readonly fault: JsonFault }

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** What may come next. */
type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'more or end'

/** Names of an object seen so far; `undefined` where nobody asks for duplicates. An array has `null`. */
type OpenContainer = Set<string> | undefined | null

/**
 * Reads JSON text as strictly as `JSON.parse` and tells what that does not: the depth, a repeated name, where the first
 * value ends, and where a fault is. Makes no value, uses no recursion, looks at each character once.
 */
export function scanJson(text: string, { maxDepth, duplicateKeys, trailing }: ParseJsonOptions): ScannedJson {
  const open: OpenContainer[] = []
  let expected: Expected = 'value'
  let index = 0

  for (;;) {
    index = skipWhitespace(text, index)
    const code = text.charCodeAt(index)

    if (expected === 'more or end') {
      const closing = open.at(-1) === null ? CLOSE_BRACKET : CLOSE_BRACE
      if (code === COMMA) {
        expected = closing === CLOSE_BRACKET ? 'value' : 'key'
      } else if (code === closing) {
        open.pop()
      } else {
        return fault('syntax', index)
      }
      index++
    } else if (code === CLOSE_BRACKET && expected === 'value or ]') {
      open.pop()
      expected = 'more or end'
      index++
    } else if (code === CLOSE_BRACE && expected === 'key or }') {
      open.pop()
      expected = 'more or end'
      index++
    } else if (expected === 'key' || expected === 'key or }') {
      if (code !== QUOTE) return fault('syntax', index)
      const end = endOfString(text, index)
      if (end < 0) return fault('syntax', ~end)

      const seen = open.at(-1)
      if (seen) {
        const raw = text.slice(index + 1, end - 1)
        const key: string = raw.includes('\\') ? JSON.parse(text.slice(index, end)) : raw
        if (seen.has(key)) return { ok: false, fault: { reason: 'duplicate_key', offset: index, key } }
        seen.add(key)
      }

      index = skipWhitespace(text, end)
      if (text.charCodeAt(index) !== COLON) return fault('syntax', index)
      index++
      expected = 'value'
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (open.length === maxDepth) return fault('too_deep', index)
      if (code === OPEN_BRACKET) {
        open.push(null)
        expected = 'value or ]'
      } else {
        open.push(duplicateKeys === 'error' ? new Set() : undefined)
        expected = 'key or }'
      }
      index++
    } else {
      const end = endOfScalar(text, index, code)
      if (end < 0) return fault('syntax', ~end)
      index = end
      expected = 'more or end'
    }

    if (open.length === 0 && expected === 'more or end') {
      if (trailing === 'ignore') return { ok: true, end: index }
      const rest = skipWhitespace(text, index)
      return rest === text.length ? { ok: true, end: text.length } : fault('trailing', rest)
    }
  }
}

function fault(reason: JsonFault['reason'], offset: number): ScannedJson {
  return { ok: false, fault: { reason, offset } }
}

function skipWhitespace(text: string, index: number): number {
  for (;;) {
    const code = text.charCodeAt(index)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return index
    index++
  }
}

// The functions below answer the index behind what they read, or `~index` (negative) of the character that is wrong.

function endOfScalar(text: string, index: number, code: number): number {
  switch (code) {
    case QUOTE:
      return endOfString(text, index)
    case 0x74:
      return endOfWord(text, index, 'true')
    case 0x66:
      return endOfWord(text, index, 'false')
    case 0x6e:
      return endOfWord(text, index, 'null')
    default:
      return endOfNumber(text, index)
  }
}

// On long runs the expression is five times faster than a loop over character codes; on short ones the loop wins.
// It stands for every UTF-16 code unit but quote, backslash and what is below a blank.
const plainRun = /[ !#-[\]-\uffff]*/y
const SHORT_RUN = 24

function endOfString(text: string, quote: number): number {
  let index = quote + 1
  let shortRunEnd = index + SHORT_RUN
  while (index < text.length) {
    const code = text.charCodeAt(index)
    if (code === QUOTE) return index + 1
    if (code < 0x20) return ~index
    if (code === BACKSLASH) {
      index = endOfEscape(text, index)
      if (index < 0) return index
      shortRunEnd = index + SHORT_RUN
    } else if (index < shortRunEnd) {
      index++
    } else {
      plainRun.lastIndex = index
      plainRun.test(text)
      index = plainRun.lastIndex
    }
  }
  return ~index
}

function endOfEscape(text: string, backslash: number): number {
  const index = backslash + 1
  const escaped = text[index]
  if (escaped === 'u') {
    for (let digit = index + 1; digit <= index + 4; digit++) {
      if (!isHexDigit(text.charCodeAt(digit))) return ~digit
    }
    return index + 5
  }
  return escaped !== undefined && '"\\/bfnrt'.includes(escaped) ? index + 1 : ~index
}

function endOfWord(text: string, index: number, word: string): number {
  for (let offset = 0; offset < word.length; offset++) {
    if (text[index + offset] !== word[offset]) return ~(index + offset)
  }
  return index + word.length
}

function endOfNumber(text: string, start: number): number {
  let index = text.charCodeAt(start) === MINUS ? start + 1 : start
  if (text[index] === '0') {
    index++
  } else {
    index = endOfDigits(text, index)
    if (index < 0) return index
  }
  if (text[index] === '.') {
    index = endOfDigits(text, index + 1)
    if (index < 0) return index
  }
  if (text[index] === 'e' || text[index] === 'E') {
    index++
    if (text[index] === '+' || text[index] === '-') index++
    index = endOfDigits(text, index)
  }
  return index
}

function endOfDigits(text: string, start: number): number {
  let index = start
  while (isDigit(text.charCodeAt(index))) index++
  return index === start ? ~start : index
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66)
}
