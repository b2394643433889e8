import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { inject } from 'vitest'

// The driver is a dependency of the adapter, not of the workspace.
const pg: typeof import('pg') = createRequire(new URL('../packages/storage-postgres/package.json', import.meta.url))(
  'pg',
)

/** Connection string of the worker's own Postgres, as a user that may create databases. */
export function postgresUrl(): string {
  const url = inject('postgresUrls')[Number(process.env.VITEST_POOL_ID) - 1]
  if (url === undefined) throw new Error(`there is no Postgres for worker ${process.env.VITEST_POOL_ID}`)
  return url
}

export interface PostgresDatabase {
  readonly url: string
  /** Also ends what is still connected to it. */
  drop(): Promise<void>
}

/** An empty database that nobody else uses. */
export async function createPostgresDatabase(): Promise<PostgresDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await administer(`create database ${name}`)
  const url = new URL(postgresUrl())
  url.pathname = `/${name}`
  return { url: url.href, drop: () => administer(`drop database if exists ${name} with (force)`) }
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl() })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
