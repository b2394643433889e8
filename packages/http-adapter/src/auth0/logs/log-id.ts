/** What ids of the service's logs begin with. */
const prefix = '900'
const firstCode = 0x20
const lastCode = 0x7e

/**
 * The id of the log at a position of the directory's log: digits, as the service's are, two for each character.
 *
 * @throws RangeError for a position that is no printable ASCII, which no storage answers.
 */
export function logIdOf(position: string): string {
  const codes = Array.from(position, (character) => {
    const code = character.codePointAt(0)!
    if (code < firstCode || code > lastCode) throw new RangeError('a position is no printable ASCII')
    return String(code - firstCode).padStart(2, '0')
  })
  return prefix + codes.join('')
}

/** Undoes {@link logIdOf}; `undefined` for what it never answers. */
export function positionOfLog(id: string): string | undefined {
  if (!/^900(?:\d\d)+$/.test(id)) return undefined
  const codes = (id.slice(prefix.length).match(/\d\d/g) ?? []).map((digits) => Number(digits) + firstCode)
  return codes.every((code) => code <= lastCode) ? String.fromCharCode(...codes) : undefined
}
