import { scanJson } from './scan-json'

/** Options of {@link parseJson}. */
export interface ParseJsonOptions {
  /** Deepest nesting of arrays and objects; `[[]]` is 2. */
  readonly maxDepth: number
  /** What a name means that an object holds twice: a fault, or that its last value counts. Names compare unescaped. */
  readonly duplicateKeys: 'error' | 'last'
  /** What text behind the first value means: a fault, or nothing. Whitespace never is one. */
  readonly trailing: 'error' | 'ignore'
}

/** The first thing that is wrong with a JSON text, read from left to right. */
export interface JsonFault {
  readonly reason: 'syntax' | 'too_deep' | 'duplicate_key' | 'invalid_utf8' | 'trailing'
  /**
   * Where it is: in UTF-16 code units into the text, its length when the text ends too early; for `invalid_utf8` in
   * bytes. A duplicate key is found at its opening quote.
   */
  readonly offset: number
  /** The key, unescaped, of a `duplicate_key`. */
  readonly key?: string
}

/** What {@link parseJson} answers. */
export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: JsonFault }

// A byte order mark stays in the text and is a syntax fault: RFC 8259, section 8.1 forbids sending one.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Parses JSON (RFC 8259) that a client sent. Malformed text is an answer, never a throw, and no nesting overflows the
 * stack. Objects hold a key `__proto__` as a property of their own; `\ud800` alone stays a lone surrogate.
 *
 * @param input - Text, or its UTF-8 bytes. The empty text is a `syntax` fault at 0.
 */
export function parseJson(input: string | Uint8Array, options: ParseJsonOptions): ParsedJson {
  let text: string
  if (typeof input === 'string') {
    text = input
  } else {
    try {
      text = utf8.decode(input)
    } catch {
      return { ok: false, fault: { reason: 'invalid_utf8', offset: firstInvalidByte(input) } }
    }
  }
  const scanned = scanJson(text, options)
  if (!scanned.ok) return scanned
  return { ok: true, value: JSON.parse(scanned.end === text.length ? text : text.slice(0, scanned.end)) }
}

/** Every invalid byte decodes to U+FFFD, which encodes to other bytes than those that were sent. */
function firstInvalidByte(bytes: Uint8Array): number {
  const repaired = new TextEncoder().encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
  return bytes.findIndex((byte, index) => byte !== repaired[index])
}
