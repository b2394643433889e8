/** How much of a request is accepted. Every member is a positive integer. */
export interface Limits {
  /** Longest request body, in bytes. Default 1_048_576 (1 MiB). */
  readonly maxBodyBytes: number
  /** Deepest nesting of arrays and objects in a JSON body; `[[]]` is 2. Default 100. */
  readonly maxJsonDepth: number
  /** Most header lines. Default 100. */
  readonly maxHeaderCount: number
  /**
   * Longest path and query, in characters, before decoding. Default 16_384.
   *
   * Node refuses heads above 16 KiB by itself (`--max-http-header-size`), so a larger number needs that option too.
   */
  readonly maxUrlLength: number
  /** Longest time the whole body may take to arrive, in milliseconds. At most 2_147_483_647. Default 30_000. */
  readonly bodyTimeoutMs: number
}

/** A longer delay makes `setTimeout` fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647

const defaults: Limits = {
  maxBodyBytes: 1_048_576,
  maxJsonDepth: 100,
  maxHeaderCount: 100,
  maxUrlLength: 16_384,
  bodyTimeoutMs: 30_000,
}

/**
 * Fills what is absent or `undefined` with the defaults.
 *
 * @throws {RangeError} when a limit is not a positive integer.
 */
export function resolveLimits(limits: { readonly [Name in keyof Limits]?: number | undefined } = {}): Limits {
  const resolved = {
    maxBodyBytes: limits.maxBodyBytes ?? defaults.maxBodyBytes,
    maxJsonDepth: limits.maxJsonDepth ?? defaults.maxJsonDepth,
    maxHeaderCount: limits.maxHeaderCount ?? defaults.maxHeaderCount,
    maxUrlLength: limits.maxUrlLength ?? defaults.maxUrlLength,
    bodyTimeoutMs: limits.bodyTimeoutMs ?? defaults.bodyTimeoutMs,
  }
  for (const [name, value] of Object.entries(resolved)) {
    const highest = name === 'bodyTimeoutMs' ? LONGEST_TIMER_MS : Number.MAX_SAFE_INTEGER
    if (!Number.isInteger(value) || value < 1 || value > highest) {
      throw new RangeError(`${name} must be an integer from 1 to ${highest}, not ${value}`)
    }
  }
  return Object.freeze(resolved)
}

/** The same limits for a request whose body may have another length. */
export function limitedTo(limits: Limits, maxBodyBytes: number): Limits {
  return maxBodyBytes === limits.maxBodyBytes ? limits : { ...limits, maxBodyBytes }
}
