import { flaw, named } from './flaw'
import type { Call, Flaw, History, Version } from './history'

/** What happened at one moment of a register. */
interface Moment {
  readonly time: number
  readonly call: Call
  readonly what: 'start' | 'end'
}

/**
 * Each register behaves as if every call happened at one moment between its start and its end: whoever starts after a
 * write was answered, or after somebody saw it, sees that write or a newer one, in whichever process.
 *
 * The order of writes is known from the log, so that one walk through the calls in time decides it. Of reads that several
 * versions explain the oldest counts: it never blames the innocent.
 */
export function checkOrder({ calls, versions }: History): readonly Flaw[] {
  const callById = new Map(calls.map((call) => [call.id, call]))
  const versionsOf = grouped(versions, ({ register }) => register)
  const callsOf = grouped(calls, ({ did }) => did.register)
  return [...callsOf].flatMap(([register, own]) => {
    const known = versionsOf.get(register) ?? []
    return checkRegister(
      own,
      known,
      known.map(({ call }) => (call === undefined ? Number.NEGATIVE_INFINITY : callById.get(call)?.start)),
    )
  })
}

/** @param starts - When the call of each version began; `undefined` for that of nobody, which says nothing. */
function checkRegister(
  calls: readonly Call[],
  versions: readonly Version[],
  starts: readonly (number | undefined)[],
): readonly Flaw[] {
  const flaws: Flaw[] = []
  const placeOfCall = new Map(versions.map(({ call }, place) => [call, place]))
  const places = grouped(
    versions.map(({ value }, place) => ({ value, place })),
    ({ value }) => value,
  )
  // Before its first version a register has no value.
  const nothing = [-1, ...(places.get('') ?? []).map(({ place }) => place)]
  const placesOf = (value: string) => (value === '' ? nothing : (places.get(value) ?? []).map(({ place }) => place))

  /** Place of the newest version that everybody has to see by now. */
  let floor = versions.findLastIndex(({ call }) => call === undefined)
  const floors = new Map<Call, number>()
  for (const { call, what } of moments(calls)) {
    if (what === 'start') {
      floors.set(call, floor)
      continue
    }
    const atStart = floors.get(call)!
    if (call.did.kind === 'write') {
      const place = call.did.sequence === undefined ? undefined : placeOfCall.get(call.id)
      if (place === undefined) continue
      if (place <= atStart) flaws.push(flaw('write out of order', `${named(call)} comes before what was there`))
      floor = Math.max(floor, place)
      continue
    }
    const { value } = call.did
    const possible = placesOf(value).filter(
      (place) => place < 0 || (starts[place] ?? Number.NEGATIVE_INFINITY) < call.end!,
    )
    const seen = possible.find((place) => place >= atStart)
    if (seen !== undefined) floor = Math.max(floor, seen)
    else if (possible.length > 0) {
      const newest = versions[atStart]
      flaws.push(
        flaw('stale read', `${named(call)} saw ${shown(value)} after ${shown(newest?.value)}, ${newest?.call}`),
      )
    } else flaws.push(flaw('read of what never was', `${named(call)} saw ${shown(value)}`))
  }
  return flaws
}

const shown = (value: string | undefined) => (value === '' || value === undefined ? 'nothing' : value)

/** Of what happens at the same time, starts come first: calls that only touch are taken to overlap. */
function moments(calls: readonly Call[]): readonly Moment[] {
  const all = calls.flatMap((call): Moment[] => [
    { time: call.start, call, what: 'start' },
    ...(call.end === undefined ? [] : [{ time: call.end, call, what: 'end' as const }]),
  ])
  return all.sort((a, b) => a.time - b.time || (a.what === b.what ? 0 : a.what === 'start' ? -1 : 1))
}

function grouped<T>(list: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of list) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}
