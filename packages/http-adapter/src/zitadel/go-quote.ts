const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
}

/** A text as Go's `%q` prints it, in double quotes. */
export function goQuote(text: string): string {
  return `"${escaped(text, '"')}"`
}

/** One character as Go's `%q` prints a rune, in single quotes. */
export function goQuoteRune(character: string): string {
  return `'${escaped(character, "'")}'`
}

function escaped(text: string, mark: string): string {
  return Array.from(text, (character) => {
    if (character === mark) return `\\${mark}`
    const short = ESCAPES[character]
    if (short !== undefined) return short
    if (character === ' ' || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character)) return character
    const code = character.codePointAt(0) ?? 0
    if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`
    return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
  }).join('')
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0')
}
