import type { ListParameter } from './list-parameter'

/** The part of `pg.Pool` that is used. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>
  /** How many wait for a client. Absent: nobody knows. */
  readonly waitingCount?: number
}

/** The part of `pg.PoolClient` that is used. */
export interface PostgresClient {
  query(
    query: PostgresQuery,
  ): Promise<{ readonly rows: readonly unknown[]; readonly command: string; readonly rowCount: number | null }>
  release(destroy?: boolean): void
  on(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
  /** Present where the client speaks the protocol by itself. */
  readonly connection?: unknown
  /** Whether the client sends queries ahead, and so takes only those of its own making. */
  readonly pipeline?: unknown
}

export interface PostgresQuery {
  readonly name?: string | undefined
  readonly text: string
  readonly values: unknown[]
  readonly rowMode?: 'array'
  /** Milliseconds until the driver gives up; the connection is of no more use then. */
  readonly query_timeout?: number
  readonly types?: { getTypeParser(): (value: string) => string }
}

/** A parameter as it is sent. */
export type PostgresValue = string | Buffer | ListParameter | null

/** Columns as the server wrote them: parsers that the host registered for its own queries do not reach in here. */
export type PostgresRow = (string | null)[]
