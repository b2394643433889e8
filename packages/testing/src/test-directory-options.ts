import type { DirectoryOptions } from '@indwell/core'
import type { OnError } from '@indwell/http-adapter'
import type { Auth0Options } from '@indwell/http-adapter/auth0'
import type { ZitadelOptions } from '@indwell/http-adapter/zitadel'

/** Options of {@link createTestDirectory}. */
export interface TestDirectoryOptions {
  /**
   * What the host's own directory is created with: `roles`, `policies`, `sendCode` and so on.
   */
  readonly directory?: Omit<DirectoryOptions, 'storage' | 'instanceId' | 'migrate' | 'clock' | 'newId' | 'randomBytes'>
  readonly auth0?: Auth0Options
  readonly zitadel?: ZitadelOptions
  /** When the clock stands still first. Default: 2026-01-01T00:00:00Z. */
  readonly now?: Date | number | string
  /** Decides ids, tokens and codes: 0 to 99,999,999. Default 0. */
  readonly seed?: number
  /** Of the owner. Default: made by the seed. */
  readonly token?: string
  /**
   * A connection string, or the host's `pg.Pool`: the directory is an instance of its own in that database, whose tables
   * are created with the prefix `indwell_` where they are not there yet. Default: SQLite in memory.
   */
  readonly postgres?: string | TestPool
  /** Told what the faces answer with a 5xx, faults that the test asked for aside. Default: `console.error`. */
  readonly onError?: OnError
}

/** The part of `pg.Pool` that is used. */
export interface TestPool {
  connect(): Promise<TestPoolClient>
}

/** The part of `pg.PoolClient` that is used. */
export interface TestPoolClient {
  query(query: {
    readonly name?: string | undefined
    readonly text: string
    readonly values: unknown[]
    readonly rowMode?: 'array'
    readonly query_timeout?: number
    readonly types?: { getTypeParser(): (value: string) => string }
  }): Promise<{ readonly rows: readonly unknown[]; readonly command: string; readonly rowCount: number | null }>
  release(destroy?: boolean): void
  on(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
}
