import type { JsonValue } from '@indwell/core'
import { type JsonFault, parseJson } from '../json/parse-json'
import { goQuote, goQuoteRune } from './go-quote'
import { positionAt } from './locate-json'
import { ProtoJsonError } from './proto-json-error'

/** Longest part of a name that an error text repeats, in UTF-16 units. */
const MAX_QUOTED = 100

export interface FirstJsonValue {
  readonly value: JsonValue
  /** The text from where the value starts. */
  readonly source: string
}

/**
 * Reads the first JSON value of a text and ignores what follows it, as Go's `json.Decoder` does.
 *
 * @param maxDepth - Deepest nesting of lists and objects, of members that are unknown too.
 * @returns `undefined` when the text is blank.
 * @throws {@link ProtoJsonError} when the value is malformed, cut off or too deep, or an object holds a name twice.
 */
export function firstJsonValue(text: string, maxDepth: number): FirstJsonValue | undefined {
  const start = text.search(/[^ \n\r\t]/)
  if (start === -1) return undefined
  const source = start === 0 ? text : text.slice(start)
  const parsed = parseJson(source, { maxDepth, duplicateKeys: 'error', trailing: 'ignore' })
  if (!parsed.ok) throw new ProtoJsonError(describe(source, parsed.fault))
  return { value: parsed.value as JsonValue, source }
}

function describe(source: string, { reason, offset, key = '' }: JsonFault): string {
  if (reason === 'too_deep') return 'exceeded max depth'
  if (reason === 'duplicate_key')
    return `proto: (${positionAt(source, offset)}): duplicate field ${goQuote(key.slice(0, MAX_QUOTED))}`
  const code = source.codePointAt(offset)
  if (code === undefined) return 'unexpected EOF'
  // Go's scanner reads bytes and prints each as the Latin-1 character of that number.
  const byte = Buffer.from(String.fromCodePoint(code))[0] ?? 0
  return `invalid character ${goQuoteRune(String.fromCharCode(byte))} at ${positionAt(source, offset)}`
}
