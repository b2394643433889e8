import type { ActingDirectory, RandomBytes } from '@indwell/core'
import type { ExchangeRequest } from '../exchange'
import type { Jobs } from './jobs/jobs'
import type { ScopedCaller } from './scopes'

/** What the host chose for this face. */
export interface Auth0Settings {
  /** Whether a call the service would refuse is refused, although it could be understood. */
  readonly strict: boolean
  /** Connection of users that name none. */
  readonly defaultConnection: string
  /** What every client shows as its tenant. */
  readonly tenant: string
  readonly randomBytes: RandomBytes
  /** Milliseconds since the epoch, by the directory's clock. */
  readonly now: () => number
  readonly jobs: Jobs
}

/** One call of a route: its caller let in, its query and body checked. */
export interface Call<Query = unknown, Body = unknown> {
  readonly settings: Auth0Settings
  /** The directory, as far as the caller may use it. */
  readonly directory: ActingDirectory
  /** What the caller's token was issued for; `undefined`: it carries no list, the directory decides alone. */
  readonly caller: ScopedCaller | undefined
  readonly headers: ExchangeRequest['headers']
  /** Tells the host what fails behind the answer. */
  report(error: unknown): void
  /** Variables of the path, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
}
