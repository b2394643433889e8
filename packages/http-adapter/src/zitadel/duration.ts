const SECONDS = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/

/** 10,000 years of 365.25 days, the most a `google.protobuf.Duration` may hold. */
const MAX_SECONDS = 315_576_000_000

/**
 * Reads seconds with up to 9 decimals and an `s`: `1.5s`.
 *
 * @returns ms; `undefined` when the text is no duration or longer than 10,000 years.
 */
export function decodeDuration(text: string): number | undefined {
  const match = SECONDS.exec(text)
  if (match === null) return undefined
  const seconds = Number(match[2])
  if (seconds > MAX_SECONDS) return undefined
  const ms = seconds * 1000 + Number((match[3] ?? '0').padEnd(9, '0')) / 1e6
  return match[1] === '-' ? 0 - ms : ms
}

/**
 * Writes seconds with no, 3 or 6 decimals: the fewest that are exact to the microsecond.
 *
 * @throws RangeError beyond 10,000 years.
 */
export function encodeDuration(ms: number): string {
  if (!(Math.abs(ms) <= MAX_SECONDS * 1000)) throw new RangeError(`${ms} ms is beyond 10,000 years`)
  const size = Math.abs(ms)
  let seconds = Math.floor(size / 1000)
  let micros = Math.round((size - seconds * 1000) * 1000)
  if (micros === 1_000_000) {
    micros = 0
    seconds += 1
  }
  const decimals = micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`.replace(/000$/, '')
  const sign = ms < 0 && (seconds > 0 || micros > 0) ? '-' : ''
  return `${sign}${seconds}${decimals}s`
}
