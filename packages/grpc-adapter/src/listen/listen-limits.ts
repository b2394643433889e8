/** What one connection may do and hold. Every member is a positive integer. */
export interface ListenLimits {
  /**
   * Longest time, in milliseconds, until a connection has said what it speaks, on TLS until hands are shaken, and then until a
   * client of HTTP/2 has acknowledged its settings. Default 10_000.
   */
  readonly openingTimeoutMs: number
  /** After how long without a request a session of HTTP/2 is closed, in milliseconds; PINGs do not count. Default 300_000. */
  readonly idleTimeoutMs: number
  /** Longest time an answer of HTTP/2 that is ready may take to leave, in milliseconds, for clients that do not read. Default 60_000. */
  readonly answerTimeoutMs: number
  /** Requests at once on one session; clients wait with more. Default 500. */
  readonly maxConcurrentStreams: number
  /** Longest list of headers of one request of HTTP/2, in bytes as RFC 9113, section 6.5.2 counts. Default 16_384. */
  readonly maxHeaderListBytes: number
  /** What a session's requests and unread answers may hold in Node beside their bodies, in megabytes. Default 10. */
  readonly maxSessionMegabytes: number
  /**
   * How many requests a client may call off at once; 30 more every second. Who calls off more is sent `ENHANCE_YOUR_CALM` and
   * closed (CVE-2023-44487). At most 900: Node's own bound is 1000, and says `INTERNAL_ERROR`. Default 500.
   */
  readonly maxResets: number
  /**
   * How many PING and SETTINGS frames a client may send at once; 30 more every second and two for each request that was answered.
   * Who sends more is sent `ENHANCE_YOUR_CALM` and closed. Default 500.
   */
  readonly maxControlFrames: number
}

/** A longer delay makes `setTimeout` fire at once. */
const longestTimerMs = 2_147_483_647

const defaults: ListenLimits = {
  openingTimeoutMs: 10_000,
  idleTimeoutMs: 300_000,
  answerTimeoutMs: 60_000,
  maxConcurrentStreams: 500,
  maxHeaderListBytes: 16_384,
  maxSessionMegabytes: 10,
  maxResets: 500,
  maxControlFrames: 500,
}

const highest: ListenLimits = {
  openingTimeoutMs: longestTimerMs,
  idleTimeoutMs: longestTimerMs,
  answerTimeoutMs: longestTimerMs,
  maxConcurrentStreams: 100_000,
  // What Node takes at all.
  maxHeaderListBytes: 65_535,
  maxSessionMegabytes: 1_000,
  maxResets: 900,
  maxControlFrames: 1_000_000,
}

/**
 * Fills what is absent or `undefined` with the defaults.
 *
 * @throws {RangeError} when a limit is not a positive integer, or higher than it can be.
 */
export function resolveListenLimits(
  limits: { readonly [Name in keyof ListenLimits]?: number | undefined } = {},
): ListenLimits {
  const names = Object.keys(defaults) as (keyof ListenLimits)[]
  const resolved = { ...defaults }
  for (const name of names) {
    const value = limits[name] ?? defaults[name]
    if (!Number.isInteger(value) || value < 1 || value > highest[name]) {
      throw new RangeError(`${name} must be an integer from 1 to ${highest[name]}, not ${value}`)
    }
    Object.assign(resolved, { [name]: value })
  }
  return Object.freeze(resolved)
}
