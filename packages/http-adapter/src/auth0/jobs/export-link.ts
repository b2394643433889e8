import { createHmac, timingSafeEqual } from 'node:crypto'

/** How long a link counts. */
const linkMs = 60_000

/** Links to the files of exports: who has one needs no token, for a minute. */
export class ExportLinks {
  readonly #key: string | Uint8Array
  readonly #origin: string

  /**
   * @param key - What links are signed with.
   * @param origin - What stands in front of the face's paths.
   */
  constructor(key: string | Uint8Array, origin: string) {
    this.#key = key
    this.#origin = origin.replace(/\/+$/, '')
  }

  /** The link to a job's file. `now`: milliseconds since the epoch. */
  linkTo(jobId: string, now: number): string {
    const expires = now + linkMs
    return `${this.#origin}/api/v2/jobs/${jobId}/file?expires=${expires}&signature=${this.#sign(jobId, String(expires))}`
  }

  /** Whether a query is that of a link to the job that still counts. */
  admits(jobId: string, query: string, now: number): boolean {
    const parameters = new URLSearchParams(query)
    const expires = parameters.get('expires') ?? ''
    const given = Buffer.from(parameters.get('signature') ?? '')
    const right = Buffer.from(this.#sign(jobId, expires))
    return given.byteLength === right.byteLength && timingSafeEqual(given, right) && Number(expires) >= now
  }

  #sign(jobId: string, expires: string): string {
    return createHmac('sha256', this.#key).update(`${jobId} ${expires}`).digest('base64url')
  }
}
