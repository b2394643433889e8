import { type DirectoryEventType, directoryEventTypes, type EventsQuery } from '@indwell/core'
import { operationNotSupported } from '../error-catalogue'

type Place = Pick<EventsQuery, 'subject' | 'actorId' | 'at' | 'since' | 'until'>

/** Which events are meant, as far as the directory's log can be asked: all that have one of the types, in one place. */
export interface LogNarrowing {
  readonly types: ReadonlySet<DirectoryEventType>
  readonly place: Place
}

export const everything: LogNarrowing = { types: new Set(directoryEventTypes), place: {} }
export const nothing: LogNarrowing = { types: new Set(), place: {} }

export const ofTypes = (types: readonly DirectoryEventType[]): LogNarrowing => ({ types: new Set(types), place: {} })
export const inPlace = (place: Place): LogNarrowing => ({ types: everything.types, place })

/** What both mean. */
export function both(one: LogNarrowing, other: LogNarrowing): LogNarrowing {
  const [a, b] = [one.place, other.place]
  const conflicts = (['subject', 'actorId', 'at'] as const).some(
    (name) => a[name] !== undefined && b[name] !== undefined && JSON.stringify(a[name]) !== JSON.stringify(b[name]),
  )
  const since = furthest(Math.max, a.since, b.since)
  const until = furthest(Math.min, a.until, b.until)
  const types = [...one.types].filter((type) => other.types.has(type))
  if (conflicts || types.length === 0 || (since !== undefined && until !== undefined && since >= until)) return nothing
  return {
    types: new Set(types),
    place: { ...a, ...b, ...(since !== undefined && { since }), ...(until !== undefined && { until }) },
  }
}

/**
 * What either means.
 *
 * @throws {@link Auth0Error} 400 `operation_not_supported` where that is not one place.
 */
export function either(one: LogNarrowing, other: LogNarrowing): LogNarrowing {
  if (one.types.size === 0 || isEverything(other)) return other
  if (other.types.size === 0 || isEverything(one)) return one
  if (nameOf(one.place) !== nameOf(other.place)) {
    throw operationNotSupported('Alternatives in q are only supported for type and description')
  }
  return { types: new Set([...one.types, ...other.types]), place: one.place }
}

/**
 * What it does not mean.
 *
 * @throws {@link Auth0Error} 400 `operation_not_supported` where that is not one place.
 */
export function opposite({ types, place }: LogNarrowing): LogNarrowing {
  const { since, until, ...rest } = place
  const isTime = Object.keys(rest).length === 0 && types.size === everything.types.size
  if (since === undefined && until === undefined && Object.keys(rest).length === 0) {
    return ofTypes(directoryEventTypes.filter((type) => !types.has(type)))
  }
  if (isTime && until === undefined && since !== undefined) return inPlace({ until: since })
  if (isTime && since === undefined && until !== undefined) return inPlace({ since: until })
  throw operationNotSupported('NOT in q is only supported for type, description and one end of date')
}

/** The question to the directory's log. One subject is named by type and id, which takes the right to read the log. */
export function eventsQueryOf({ types, place }: LogNarrowing): EventsQuery {
  const { subject, ...rest } = place
  return {
    ...rest,
    ...(subject !== undefined && { subjectTypes: [subject.type], subjectId: subject.id }),
    ...(types.size < everything.types.size && { types: [...types] }),
  }
}

function isEverything({ types, place }: LogNarrowing): boolean {
  return types.size === everything.types.size && Object.keys(place).length === 0
}

const nameOf = ({ subject, actorId, at, since, until }: Place) =>
  JSON.stringify([subject?.type, subject?.id, actorId, at, since, until])

function furthest(choose: (a: number, b: number) => number, a: number | undefined, b: number | undefined) {
  if (a === undefined || b === undefined) return a ?? b
  return choose(a, b)
}
