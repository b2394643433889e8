/** Milliseconds since the epoch; both belong to it. */
export interface Period {
  readonly first: number
  readonly last: number
}

const isoTime =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/
const epochMilliseconds = /^-?\d{5,15}$/
const dayMs = 86_400_000

/**
 * The time that a text of a search names: all of the year, month, day, hour, minute or second that it names no part of.
 * UTC unless it says otherwise. `undefined`: it names none.
 */
export function periodOf(text: string): Period | undefined {
  if (epochMilliseconds.test(text)) return { first: Number(text), last: Number(text) }
  const match = isoTime.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone = 'Z'] = match
  const milliseconds = (fraction ?? '').slice(0, 3).padEnd(3, '0')
  const date = `${year}-${month ?? '01'}-${day ?? '01'}`
  const first = Date.parse(`${date}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}.${milliseconds}${zone}`)
  // A day that the month does not have may be taken for one of the next.
  if (Number.isNaN(first) || new Date(`${date}T00:00:00.000Z`).getUTCDate() !== Number(day ?? 1)) return undefined
  return { first, last: first + lengthOf(first) - 1 }

  function lengthOf(start: number): number {
    if (fraction !== undefined) return 10 ** Math.max(0, 3 - fraction.length)
    if (second !== undefined) return 1000
    if (minute !== undefined) return 60_000
    if (hour !== undefined) return 3_600_000
    if (day !== undefined) return dayMs
    const end = new Date(start)
    if (month === undefined) end.setUTCFullYear(end.getUTCFullYear() + 1)
    else end.setUTCMonth(end.getUTCMonth() + 1)
    return end.getTime() - start
  }
}
