import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { postgresStorage } from '@indwell/storage-postgres'
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
export function createPostgresDatabase(): Promise<PostgresDatabase> {
  return createDatabase('template1')
}

/** The same with the schema of an empty directory in it. */
export function createMigratedDatabase(): Promise<PostgresDatabase> {
  return createDatabaseCopy('migrated', async (url) => {
    const storage = postgresStorage({ connectionString: url, max: 1 })
    await storage.migrate()
    await storage.close()
  })
}

const templates = new Map<string, Promise<string>>()

/** A copy of a database that was filled once, made many times faster than one is filled. */
export async function createDatabaseCopy(
  name: string,
  fill: (url: string) => Promise<void>,
): Promise<PostgresDatabase> {
  const template = templates.get(name) ?? createTemplate(`template_${name}`, fill)
  templates.set(name, template)
  return createDatabase(await template)
}

async function createTemplate(template: string, fill: (url: string) => Promise<void>): Promise<string> {
  // Another test file may have made it.
  if (await administer(`select from pg_database where datname = '${template}'`)) return template
  const name = `making_${randomUUID().replaceAll('-', '')}`
  await administer(`create database ${name}`)
  await fill(urlOf(name))
  // Only a whole one has the name.
  await administer(`alter database ${name} rename to ${template}`)
  return template
}

async function createDatabase(template: string): Promise<PostgresDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  // By its files rather than by the log: nothing here is durable.
  await administer(`create database ${name} template ${template} strategy file_copy`)
  return { url: urlOf(name), drop: () => dropDatabase(name) }
}

/** How often it is looked whether others have left, and how long between. */
const looks = { most: 10, everyMs: 20 }

async function dropDatabase(name: string): Promise<void> {
  // A pool that was ended may not have been heard yet: told that it is terminated, it would have nobody left to tell.
  for (let look = 0; look < looks.most; look += 1) {
    if (!(await administer(`select from pg_stat_activity where datname = '${name}'`))) break
    await new Promise((resolve) => setTimeout(resolve, looks.everyMs))
  }
  await administer(`drop database if exists ${name} with (force)`)
}

/** Every row of every table, as the server writes it. */
export async function rowsAsText({ url }: Pick<PostgresDatabase, 'url'>): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(
      `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema')`,
    )
    const rows: string[] = []
    for (const { name } of tables.rows) {
      const found = await client.query<{ row: string }>(`select stored::text as row from ${name} as stored`)
      rows.push(...found.rows.map(({ row }) => row))
    }
    return rows
  } finally {
    await client.end()
  }
}

function urlOf(database: string): string {
  const url = new URL(postgresUrl())
  url.pathname = `/${database}`
  return url.href
}

/** Whether the statement answers rows. */
async function administer(statement: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: postgresUrl() })
  await client.connect()
  try {
    return (await client.query(statement)).rows.length > 0
  } finally {
    await client.end()
  }
}
