import { ApiError, plainStatus } from '@indwell/http-adapter/zitadel-calls'

/** Of `google.protobuf.Timestamp` and `google.protobuf.Duration`. */
export interface SecondsAndNanos {
  readonly seconds: bigint
  readonly nanos: number
}

/** 0001-01-01T00:00:00Z and 10000-01-01T00:00:00Z, which is excluded: what `google.protobuf.Timestamp` may hold. */
const EARLIEST = -62_135_596_800
const END = 253_402_300_800
/** 10,000 years of 365.25 days, the most a `google.protobuf.Duration` may hold. */
const LONGEST = 315_576_000_000

/** ms since the epoch. @throws {@link ApiError} for what is no time. */
export function timestampMs({ seconds, nanos }: SecondsAndNanos): number {
  if (seconds < EARLIEST || seconds >= END || nanos < 0 || nanos > 999_999_999) throw invalid('Timestamp')
  // The last number below: what is closer to the end would round up to it.
  return Math.min(Number(seconds) * 1000 + nanos / 1e6, END * 1000 - 2 ** -5)
}

/** ms. @throws {@link ApiError} for what is no duration. */
export function durationMs({ seconds, nanos }: SecondsAndNanos): number {
  const tooLong = seconds < -LONGEST || seconds > LONGEST || Math.abs(nanos) > 999_999_999
  if (tooLong || (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0)) throw invalid('Duration')
  return Number(seconds) * 1000 + nanos / 1e6
}

function invalid(type: string): ApiError {
  return new ApiError(plainStatus('invalid_argument', `invalid google.protobuf.${type}`))
}

/** Seconds and nanoseconds of a time, to the microsecond as JSON has it. @throws {RangeError} outside of the years 1 to 9999. */
export function timestampOf(ms: number): { readonly seconds: number; readonly nanos: number } {
  const { seconds, nanos } = toMicroseconds(ms)
  if (!(seconds >= EARLIEST && seconds < END)) throw new RangeError(`${ms} ms is outside of the years 1 to 9999`)
  return { seconds, nanos }
}

/** The same of a duration, both with its sign. @throws {RangeError} beyond 10,000 years. */
export function durationOf(ms: number): { readonly seconds: number; readonly nanos: number } {
  const { seconds, nanos } = toMicroseconds(Math.abs(ms))
  if (!(seconds <= LONGEST)) throw new RangeError(`${ms} ms is beyond 10,000 years`)
  return ms < 0 ? { seconds: 0 - seconds, nanos: 0 - nanos } : { seconds, nanos }
}

function toMicroseconds(ms: number): { readonly seconds: number; readonly nanos: number } {
  let wholeMs = Math.floor(ms)
  let micros = Math.round((ms - wholeMs) * 1000)
  if (micros === 1000) {
    micros = 0
    wholeMs += 1
  }
  const seconds = Math.floor(wholeMs / 1000)
  return { seconds, nanos: (wholeMs - seconds * 1000) * 1_000_000 + micros * 1000 }
}
