const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/

/** 0001-01-01T00:00:00Z. */
const EARLIEST_MS = -62_135_596_800_000
/** 10000-01-01T00:00:00Z, excluded. */
const END_MS = 253_402_300_800_000
/** The last number below: what is closer to the end would round up to it. */
const LATEST_MS = END_MS - 2 ** -5

/**
 * Reads an RFC 3339 time with an upper case `T` and `Z` or a numeric offset, as protojson does.
 *
 * @returns ms since the epoch, with a fraction when the text has more than 3 digits; `undefined` when it is no such time
 * or outside of the years 1 to 9999.
 */
export function decodeTimestamp(text: string): number | undefined {
  const match = RFC_3339.exec(text)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined

  const offsetHours = Number(match[9] ?? 0)
  const offsetMinutes = Number(match[10] ?? 0)
  if (offsetHours > 23 || offsetMinutes > 59) return undefined
  const offset = (offsetHours * 60 + offsetMinutes) * (match[8] === '-' ? -60_000 : 60_000)
  const whole = date.setUTCHours(hour, minute, second) - offset
  if (whole < EARLIEST_MS || whole >= END_MS) return undefined
  return Math.min(whole + Number((match[7] ?? '0').padEnd(9, '0')) / 1e6, LATEST_MS)
}

/**
 * Writes a time in UTC with no, 3 or 6 digits of a second: the fewest that are exact to the microsecond.
 *
 * @param ms - Since the epoch; a fraction counts down to the microsecond.
 * @throws RangeError outside of the years 1 to 9999.
 */
export function encodeTimestamp(ms: number): string {
  if (!(ms >= EARLIEST_MS && ms < END_MS)) throw new RangeError(`${ms} ms is outside of the years 1 to 9999`)
  let wholeMs = Math.floor(ms)
  let micros = Math.round((ms - wholeMs) * 1000)
  if (micros === 1000) {
    micros = 0
    wholeMs += 1
  }
  const seconds = Math.floor(wholeMs / 1000)
  const days = Math.floor(seconds / 86_400)
  // `Date.toISOString` takes longer than the rest of what encodes an answer.
  const text = `${dateOf(days)}T${timeOf(seconds - days * 86_400)}`
  const thousandths = wholeMs - seconds * 1000
  if (micros > 0) return `${text}.${String(thousandths * 1000 + micros).padStart(6, '0')}Z`
  return thousandths === 0 ? `${text}Z` : `${text}.${String(thousandths).padStart(3, '0')}Z`
}

/** `2024-02-29`, of days since the epoch: in years that begin in March, a leap day comes last. */
function dateOf(days: number): string {
  const shifted = days + DAYS_FROM_MARCH_OF_YEAR_0
  const era = Math.floor(shifted / DAYS_OF_400_YEARS)
  const dayOfEra = shifted - era * DAYS_OF_400_YEARS
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${twoDigits[Math.floor(year / 100)]}${twoDigits[year % 100]}-${twoDigits[month]}-${twoDigits[day]}`
}

/** `23:59:59`, of seconds since midnight. */
function timeOf(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  return `${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}`
}

const DAYS_FROM_MARCH_OF_YEAR_0 = 719_468
const DAYS_OF_400_YEARS = 146_097
const twoDigits = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'))
