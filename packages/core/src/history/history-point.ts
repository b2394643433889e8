import { InvalidInputError } from '../errors/invalid-input-error'
import type { EventQuery } from '../storage/search'

/**
 * A moment of a subject: right after the event of that sequence, or when everything had happened that happened until that
 * time, in milliseconds since the epoch, inclusive.
 */
export type HistoryPoint = { readonly sequence: string } | { readonly time: number }

/** @throws {@link InvalidInputError} for what is neither, or both. */
export function parsePoint(point: HistoryPoint, path: string): HistoryPoint {
  const { sequence, time } = (point ?? {}) as { readonly sequence?: unknown; readonly time?: unknown }
  if ((sequence === undefined) === (time === undefined)) {
    throw new InvalidInputError(path, 'must have a sequence, or else a time')
  }
  if (sequence === undefined) {
    if (!Number.isSafeInteger(time)) throw new InvalidInputError(`${path}.time`, 'must be milliseconds since the epoch')
    return { time: time as number }
  }
  if (typeof sequence !== 'string' || !/^[1-9][0-9]{0,18}$/.test(sequence)) {
    throw new InvalidInputError(`${path}.sequence`, 'must be a sequence')
  }
  return { sequence }
}

/** The events up to a point. */
export function untilPoint(point: HistoryPoint): Pick<EventQuery, 'beforeSequence' | 'until'> {
  return 'time' in point ? { until: point.time + 1 } : { beforeSequence: String(BigInt(point.sequence) + 1n) }
}
