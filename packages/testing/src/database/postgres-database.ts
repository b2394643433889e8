import { randomUUID } from 'node:crypto'
import type { DirectoryStorage } from '@indwell/core'
import { spreadTables, tableNames } from '@indwell/storage-kysely'
import type { PostgresPool } from '@indwell/storage-postgres'
import type { DatabaseCopy, SavedContent } from './test-database'

/** What is known of a database, and done once for it in a process. */
interface Server {
  readonly pool: PostgresPool
  /** Of all copies: each is an instance of its own, which nothing is remembered of. */
  readonly storage: DirectoryStorage
  /** Of each table what a copy takes over, quoted. */
  readonly columns: ReadonlyMap<string, string>
}

const names = tableNames({})
const byUrl = new Map<string, Promise<Server>>()
const byPool = new WeakMap<PostgresPool, Promise<Server>>()

/**
 * An empty instance of its own in a database that is migrated where it was not yet.
 *
 * @param where - A connection string, whose pool lives as long as the process and does not keep it alive, or the host's pool.
 */
export async function openPostgresDatabase(where: string | PostgresPool): Promise<DatabaseCopy> {
  let server = typeof where === 'string' ? byUrl.get(where) : byPool.get(where)
  if (server === undefined) {
    server = openServer(where)
    remember(where, server)
    // A server that was not there yet is asked again.
    server.catch(() => (typeof where === 'string' ? byUrl.delete(where) : byPool.delete(where)))
  }
  return copyIn(await server, newInstance())
}

function remember(where: string | PostgresPool, server: Promise<Server>): void {
  if (typeof where === 'string') byUrl.set(where, server)
  else byPool.set(where, server)
}

async function openServer(where: string | PostgresPool): Promise<Server> {
  // Only who asks for Postgres has it installed.
  const { postgresStorage } = await import('@indwell/storage-postgres')
  const pool = typeof where === 'string' ? await openPool(where) : where
  const storage = postgresStorage({ pool })
  await storage.migrate()
  return { pool, storage, columns: await readColumns(pool) }
}

async function openPool(connectionString: string): Promise<PostgresPool> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ connectionString, allowExitOnIdle: true })
  // A connection that breaks while idle has left the pool already; without a listener the event would end the process.
  pool.on('error', () => {})
  return pool
}

const newInstance = () => `test-${randomUUID()}`

function copyIn(server: Server, instance: string): DatabaseCopy {
  return {
    storage: server.storage,
    instanceOf: () => instance,
    save: () => saveFrom(server, instance),
    close: () => removeInstance(server, instance),
  }
}

async function saveFrom(server: Server, source: string): Promise<SavedContent> {
  const saved = newInstance()
  await copyInstance(server, source, saved)
  let dropped = false
  return {
    async open() {
      if (dropped) throw new Error('the directory that this content was saved from is closed')
      const instance = newInstance()
      await copyInstance(server, saved, instance)
      return copyIn(server, instance)
    },
    async drop() {
      dropped = true
      await removeInstance(server, saved)
    },
  }
}

/** Every table that holds what instances hold, by the list that the migrations go by. In one transaction. */
function copyInstance(server: Server, from: string, to: string): Promise<void> {
  const statements = spreadTables(names).map((table) => {
    const columns = server.columns.get(table)
    if (columns === undefined) throw new Error(`there is no table ${table}`)
    // Numbered anew in the order of the log.
    const order = table === names.event ? 'order by transaction_id, position' : ''
    return `insert into "${table}" (instance_id, ${columns})
      select '${to}', ${columns} from "${table}" where instance_id = '${from}' ${order}`
  })
  return run(server.pool, statements)
}

function removeInstance({ pool }: Pick<Server, 'pool'>, instance: string): Promise<void> {
  return run(
    pool,
    spreadTables(names).map((table) => `delete from "${table}" where instance_id = '${instance}'`),
  )
}

/** Several statements in one message are one transaction. */
async function run(pool: PostgresPool, statements: readonly string[]): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query({ text: statements.join(';\n'), values: [] })
  } finally {
    client.release()
  }
}

/** All but the instance and what the server fills in by itself: the place of an event in the order of all. */
async function readColumns(pool: PostgresPool): Promise<ReadonlyMap<string, string>> {
  const client = await pool.connect()
  try {
    const { rows } = await client.query({
      text: `select c.relname as "table", string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.oid = any (select to_regclass(quote_ident(name)) from unnest($1::text[]) as name)
          and a.attnum > 0 and not a.attisdropped and a.attname <> 'instance_id'
          and a.attidentity = '' and not a.atthasdef
        group by c.relname`,
      values: [[...spreadTables(names)]],
    })
    return new Map((rows as { table: string; columns: string }[]).map(({ table, columns }) => [table, columns]))
  } finally {
    client.release()
  }
}
