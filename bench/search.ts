import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDirectory, type Directory } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import pg from 'pg'
import { startPostgres } from '../test/start-postgres'
import { concurrently, measure } from './measure'
import type { Row } from './row'
import type { Wanted } from './wanted'

const many = Number(process.env.INDWELL_BENCH_USERS ?? 1_000_000)
const few = 1000
const page = 100
/** Pages that are asked for in turn: as many different users of either table. */
const pages = few / page

/**
 * How much longer a page of a hundred users takes, asked for by their ids, where there are a million users than where there
 * are a thousand. Filled by one statement.
 */
export async function benchSearch(wanted: Wanted): Promise<readonly Row[]> {
  return [...(await onSqlite(wanted)), ...(await onPostgres(wanted))]
}

const rowOn = (database: string) => ({ name: 'search page of 100 ids, 1 million users', database, callers: 1 })

async function onSqlite(wanted: Wanted): Promise<readonly Row[]> {
  const row = rowOn('sqlite')
  if (!wanted(row)) return []
  const folder = mkdtempSync(join(tmpdir(), 'indwell-bench-'))
  const open = async (users: number) => {
    const filename = join(folder, `${users}.db`)
    const directory = await createDirectory({ storage: sqliteStorage({ filename }) })
    await templateOf(directory)
    const db = new Database(filename)
    db.pragma('synchronous = off')
    db.exec(`with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ${users})
      ${copies(columnsOf(db.prepare(`select name from pragma_table_info('indwell_user')`).pluck().all()), "printf('user%08d', i)", 'n')}`)
    db.exec('analyze')
    db.close()
    return directory
  }
  const directories = [await open(many), await open(few)] as const
  try {
    return [await compared(row, ...directories)]
  } finally {
    for (const directory of directories) await directory.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function onPostgres(wanted: Wanted): Promise<readonly Row[]> {
  const row = rowOn('postgres')
  if (!wanted(row)) return []
  const server = await startPostgres()
  const open = async (users: number) => {
    const url = new URL(server.url)
    await query(server.url, `create database users_${users}`)
    url.pathname = `/users_${users}`
    const directory = await createDirectory({ storage: postgresStorage({ connectionString: url.href, max: 10 }) })
    await templateOf(directory)
    const columns = await query(
      url.href,
      `select attname as name from pg_attribute where attrelid = 'indwell_user'::regclass and attnum > 0 and not attisdropped`,
    )
    const id = "'user' || lpad(i::text, 8, '0')"
    await query(
      url.href,
      copies(columnsOf(columns.map(({ name }) => name)), id, `generate_series(0, ${users - 1}) as n (i)`),
    )
    await query(url.href, 'vacuum analyze indwell_user')
    return directory
  }
  const directories = [await open(many), await open(few)] as const
  try {
    return [await compared(row, ...directories)]
  } finally {
    for (const directory of directories) await directory.close()
    await server.stop()
  }
}

async function compared(row: Omit<Row, 'ratio'>, large: Directory, small: Directory): Promise<Row> {
  const asked = (directory: Directory, users: number) => {
    const system = directory.asSystem('bench')
    const queries = Array.from({ length: pages }, (_, start) => ({
      filter: { op: 'in', field: 'userId', values: idsOf(start, users) } as const,
      limit: page,
    }))
    return async (count: number) => {
      await concurrently(count, 1, async (number) => {
        const { items } = await system.users.list(queries[number % pages]!)
        if (items.length !== page) throw new Error(`${items.length} users were found`)
      })
    }
  }
  const [slow, fast] = await measure([
    { name: 'many', run: asked(large, many) },
    { name: 'few', run: asked(small, few) },
  ])
  // The times are to each other as what is done in a second is, the other way round.
  return { ...row, ratio: fast!.ratio, floorPerSecond: fast!.opsPerSecond, ownPerSecond: slow!.opsPerSecond }
}

/** Far apart, all over the table. */
function idsOf(start: number, users: number): readonly string[] {
  return Array.from(
    { length: page },
    (_, index) => `user${String((start + index * pages) * (users / few)).padStart(8, '0')}`,
  )
}

async function templateOf(directory: Directory): Promise<void> {
  await directory.asSystem('bench').users.createHuman({
    userId: 'template',
    userName: 'template',
    firstName: 'Ada',
    lastName: 'Template',
    email: 'template@example.com',
  })
}

/** Users like the first one, with names and addresses of their own. */
function copies(columns: readonly string[], id: string, numbers: string): string {
  const values = columns.map((column) => {
    if (column === 'user_id') return id
    return /^(user_name|email)/.test(column) && column !== 'email_verified' ? `${id} || ${column}` : column
  })
  return `insert into indwell_user (${columns.join()}) select ${values.join()} from ${numbers} cross join indwell_user
    where user_id = 'template' order by i`
}

const columnsOf = (names: readonly unknown[]) => names.map(String)

async function query(connectionString: string, text: string): Promise<readonly { name: string }[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query<{ name: string }>(text)).rows
  } finally {
    await client.end()
  }
}
