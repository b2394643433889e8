import { createDirectory } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import pg from 'pg'
import { startPostgres } from '../test/start-postgres'
import { keysOfUser, measureEntriesAtSize } from './entries-at-size'
import { rawPostgres } from './raw-postgres'
import type { Row } from './row'
import type { Wanted } from './wanted'

/**
 * Get and set where there are five million entries (or `INDWELL_BENCH_ENTRIES`), against raw statements on the same table
 * and index. Filled by one statement: about two minutes and 1.5 GB.
 */
export async function benchLargePostgres(wanted: Wanted): Promise<readonly Row[]> {
  const entries = Number(process.env.INDWELL_BENCH_ENTRIES ?? 5_000_000)
  const users = entries / keysOfUser
  const server = await startPostgres({ durable: true })
  const directory = await createDirectory({ storage: postgresStorage({ connectionString: server.url, max: 10 }) })
  const raw = rawPostgres(server.url)
  try {
    await fillEntries(server.url, users, directory.defaultOrgId)
    const system = directory.asSystem('bench')
    const table = { database: 'postgres', size: '5 million', users } as const
    return await measureEntriesAtSize(table, raw, system, wanted)
  } finally {
    await raw.close()
    await directory.close()
    await server.stop()
  }
}

async function fillEntries(connectionString: string, users: number, orgId: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  await client.query(
    `insert into indwell_aggregate
     select 'default', 'user', 'user' || lpad(u::text, 8, '0'), $1, $2, 1, true, 0 from generate_series(0, $3::int - 1) u`,
    [orgId, keysOfUser, users],
  )
  await client.query(
    `insert into indwell_entry (instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at, changed_at)
     select 'default', 'user', 'user' || lpad(u::text, 8, '0'), 'app', 'key' || lpad(k::text, 3, '0'),
       '{"plan":"full","seats":0}', null, $1, k + 1, 0, 0
     from generate_series(0, $3::int - 1) u, generate_series(0, $2::int - 1) k`,
    [orgId, keysOfUser, users],
  )
  await client.query('vacuum analyze indwell_entry, indwell_aggregate')
  await client.end()
}
