import type { Directory } from '@indwell/core'
import type { Exchange } from '@indwell/http-adapter'
import type { Factories } from './factories/factories'
import type { Faults } from './faults/faults'
import type { TestClock } from './sources/test-clock'

/** A directory of a test's own. `await using` closes it, and so does {@link TestDirectory.close}. */
export interface TestDirectory extends AsyncDisposable {
  /** What the host's code gets. Stays the same through `reset` and `restore`. */
  readonly directory: Directory
  /** A machine user of the default org, `IAM_OWNER` of the instance. */
  readonly owner: { readonly userId: string; readonly orgId: string; readonly token: string }
  /** `new ManagementClient(t.auth0)` is all that Auth0's SDK needs. */
  readonly auth0: TestFace & {
    /** Nobody else's: `fetch` answers whatever host it is asked for. */
    readonly domain: string
  }
  readonly zitadel: TestFace & {
    /** Without a path. `fetch` answers whatever host it is asked for. */
    readonly url: string
  }
  /** Both faces, to be mounted where the code under test wants a server: `toNodeHandler(t.exchange)`. */
  readonly exchange: Exchange
  readonly clock: TestClock
  readonly factories: Factories
  readonly faults: Faults
  /** What is stored now, with the clock and everything that decides what comes next. Faults are no part of it. */
  snapshot(): Promise<TestSnapshot>
  /**
   * Makes everything as it was.
   *
   * @throws {@link TypeError} for a snapshot of another directory, forks aside.
   */
  restore(snapshot: TestSnapshot): Promise<void>
  /** A directory with the same content, which goes its own way from here on. It is to be closed by itself. */
  fork(): Promise<TestDirectory>
  /** Makes everything as it was when this directory was made, and turns all faults off. */
  reset(): Promise<void>
  /** Gives back what it holds, on Postgres its rows and those of its snapshots. Twice is fine. */
  close(): Promise<void>
}

/** One vendor's API over the directory, without a port. */
export interface TestFace {
  /** Answers the face's own paths, and rejects with a `TypeError` for all others. */
  readonly fetch: typeof fetch
  /** Of the owner, who may do everything. */
  readonly token: string
}

declare const taken: unique symbol

/** What {@link TestDirectory.snapshot} took. Nothing can be read from it. */
export interface TestSnapshot {
  readonly [taken]: true
}
